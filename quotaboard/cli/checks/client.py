"""The provider's own client: found without being started, which would take a second and write its files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quotaboard.providers.anthropic.official import find_client

PACKAGE = "@anthropic-ai/claude-code"
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_LEVELS = 4
"""How far above the program its package file may lie."""


def official_client(environment: Mapping[str, str]) -> dict[str, Any]:
    """Where it is, and its version as far as the files say it."""
    found = find_client(environment)
    return {"path": str(found) if found else None, "version": _version(found) if found else None}


def _version(program: Path) -> str | None:
    real = program.resolve()
    if _VERSION.fullmatch(real.name):  # how its own installer names each version
        return real.name
    for folder in list(real.parents)[:_LEVELS]:
        try:
            package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(package, dict) and package.get("name") == PACKAGE:
            return str(package.get("version"))
    return None
