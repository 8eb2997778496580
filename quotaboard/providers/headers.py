"""Which headers of an answer are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from sys import intern

_GATEWAY_PREFIX = "llm_provider-"
"""LiteLLM's, before each header of the provider behind it."""


def kept_headers(headers: Mapping[str, str], wanted: re.Pattern[str]) -> dict[str, str]:
    """Those that are wanted, lower-cased and trimmed; a gateway's prefix is taken off."""
    kept: dict[str, str] = {}
    for name, value in headers.items():
        plain = name.strip().lower().removeprefix(_GATEWAY_PREFIX)
        if wanted.match(plain):
            kept[intern(plain)] = value.strip()  # the same name with each of the answers that are kept
    return kept
