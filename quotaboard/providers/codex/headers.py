"""The `x-codex-*` headers of an inference answer. Booleans are `True` and `False`; values may be empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quotaboard.domain.reading import Window
from quotaboard.providers.codex.windows import limit_windows, meters_of
from quotaboard.providers.meters import Meters

_PREFIX = "x-codex-"
_FIELD = re.compile(
    r"^x-codex-(?:(?P<limit>[\w-]+?)-)?(?P<slot>primary|secondary)-"
    r"(?P<field>used-percent|window-minutes|reset-at|reset-after-seconds)$"
)
_FIELDS = {
    "used-percent": "used_percent",
    "window-minutes": "window_minutes",
    "reset-at": "reset_at",
    "reset-after-seconds": "reset_after_seconds",
}


def header_meters(headers: Mapping[str, str], at: datetime) -> Meters:
    """Windows, credits and plan; a family `x-codex-<limit>-…` is a limit of single models."""
    limits: dict[str, dict[str, dict[str, Any]]] = {}
    for name, value in headers.items():
        if value and (found := _FIELD.match(name)):
            slots = limits.setdefault(found["limit"] or "", {})
            slots.setdefault(found["slot"], {})[_FIELDS[found["field"]]] = value
    windows: list[Window] = []
    for limit, slots in limits.items():
        scope = headers.get(f"{_PREFIX}{limit}-limit-name") or limit or None
        windows += limit_windows(slots, at, scope)
    return meters_of({"credits": _credits(headers)}, tuple(windows), headers.get(f"{_PREFIX}plan-type"))


def _credits(headers: Mapping[str, str]) -> dict[str, object]:
    has = headers.get(f"{_PREFIX}credits-has-credits")
    if not has:
        return {}
    return {
        "has_credits": has.lower() == "true",
        "unlimited": headers.get(f"{_PREFIX}credits-unlimited", "").lower() == "true",
        "balance": headers.get(f"{_PREFIX}credits-balance") or None,
    }
