"""Short names for what was found: one word, friendly, the same each time."""

from __future__ import annotations

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9.]+")

VARIABLE_NAMES = {
    "CLAUDE_CODE_OAUTH_TOKEN": "setup-token",
    "ANTHROPIC_TOKEN": "claude-token",
    "ANTHROPIC_API_KEY": "api-key",
    "ANTHROPIC_AUTH_TOKEN": "auth-token",
}

PLAN_NAMES = {"max_20x": "max", "max_5x": "max"}


def slug(label: str, otherwise: str) -> str:
    """The label as one lower-case word; of a mail address only the part before the @."""
    plain = unicodedata.normalize("NFKD", label.partition("@")[0]).encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain.lower()).strip("-.")[:40] or otherwise


def variable_name(variable: str) -> str:
    """`OPENROUTER_API_KEY` is called `openrouter`."""
    known = VARIABLE_NAMES.get(variable)
    return known or slug(re.sub(r"_(API_KEY|AUTH_TOKEN|TOKEN|KEY)$", "", variable), "key")


def plan_name(plan: str | None) -> str:
    """A Claude login is called by its plan."""
    return slug(PLAN_NAMES.get(plan or "", plan or "claude"), "claude")


def unique(name: str, place: str, taken: set[str]) -> str:
    """The name, told apart by its place first (`hermes-max`) and by a number if it must."""
    candidates = [name, f"{slug(place, 'other')}-{name}"]
    free = next((candidate for candidate in candidates if candidate not in taken), None)
    number = 2
    while free is None:
        candidate = f"{name}-{number}"
        free = candidate if candidate not in taken else None
        number += 1
    return free
