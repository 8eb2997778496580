"""A change as people read it: a unified diff in which no secret can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import unified_diff

from quotaboard.domain.hiding import HIDDEN

_NAMED = re.compile(
    r"""(?P<name>[\w.-]*(?:key|token|secret|passw|credential|authori[sz]ation|cookie)[\w.-]*)
        (?P<between>["']?\s*[:=]\s*)
        (?P<value>"(?:\\.|[^"\\])*" | '[^']*' | [^\s,}\#]+)""",
    re.VERBOSE | re.IGNORECASE,
)
_HARMLESS_NAME = re.compile(r"(?:_env|_tokens|_helper|max_tokens)$", re.IGNORECASE)
_HARMLESS_VALUE = re.compile(r"""(?:null|~|true|false|""|''|["']?\$\{?\w+\}?["']?|\d{1,9})""")
_TOKEN = re.compile(
    # Without the sign behind them, words begin so too: skipBootstrap, skywork.
    r"\b(?:(?:sk|pk|rk|xai|gsk|ghp|gho|hf|oat|rt)[-_.]|AIza|eyJ)[A-Za-z0-9][A-Za-z0-9_.\-+/=]{7,}"
)
_LONG = re.compile(r"[A-Za-z0-9+=]{40,}|[A-Fa-f0-9]{32,}")
_USER = re.compile(r"(?<=://)[^/\s@]+:[^/\s@]+(?=@)")


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without anything that looks like a secret, or is one of those that are known."""
    for secret in secrets:
        if len(secret) > 3:
            text = text.replace(secret, HIDDEN)
    text = _USER.sub(HIDDEN, text)
    text = _NAMED.sub(_mask_named, text)
    return _LONG.sub(HIDDEN, _TOKEN.sub(HIDDEN, text))


def masked_diff(path: str, before: bytes | None, after: bytes | None, secrets: Iterable[str] = ()) -> str:
    """What changes in the file, with two lines around it."""
    old, new = (_lines(content) for content in (before, after))
    lines = unified_diff(old, new, path, path, n=2, lineterm="")
    return "\n".join(masked(line, secrets) for line in lines)


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode(errors="replace").removeprefix("\ufeff").splitlines()


def _mask_named(found: re.Match[str]) -> str:
    if _HARMLESS_NAME.search(found["name"]) or _HARMLESS_VALUE.fullmatch(found["value"]):
        return found[0]
    return f"{found['name']}{found['between']}{HIDDEN}"
