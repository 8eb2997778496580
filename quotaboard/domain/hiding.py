"""What looks like a secret is hidden in words that we did not write: a server's, a traceback's, a typist's.

Whoever holds a `Secret` hides that very text; this is for everybody else. It loads nothing but `re`.
"""

from __future__ import annotations

import re

HIDDEN = "<secret>"

LOOKS_SECRET = re.compile(
    r"\bsk-[\w-]{12,}"
    r"|\b(?:gsk|xai|hf|ghp|pplx|r8)[_-][\w-]{16,}"
    r"|\bAIza[\w-]{30,}"
    r"|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"
    r"|(?<=\bBearer )[\w.~+/=-]{12,}"
)
"""The forms that providers give their keys and tokens."""

_QUOTED_HEADER = re.compile(r"""((?:x-api-key|authorization)["']\s*[:,]\s*b?["'])[^"']+""", re.IGNORECASE)
"""A secret header as Python and JSON write it, whatever the secret looks like."""


SHORTEST = 13
"""Characters of the shortest text that a form above fits."""


def hide_secrets(text: str) -> str:
    """The text without anything that has the form of a key or token."""
    if len(text) < SHORTEST:  # most words that we keep, such as the name of a window
        return text
    hidden = LOOKS_SECRET.sub(HIDDEN, text)
    # Most texts have no quote, and this pattern takes longer than the other.
    return _QUOTED_HEADER.sub(rf"\1{HIDDEN}", hidden) if '"' in hidden or "'" in hidden else hidden
