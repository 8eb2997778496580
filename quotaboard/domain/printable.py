"""Words of others as one harmless line: for terminals, desktops and logs that obey control characters."""

from __future__ import annotations

import re
import unicodedata

_SEQUENCES = re.compile(
    r"(?:\x1b[\]P^_X]|[\x9d\x90\x9e\x9f\x98]).*?(?:\x07|\x1b\\|\x9c|$)"  # these carry a text
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, bidi and zero-width marks, surrogates, private use, unassigned, and line separators."""


def printable(text: str, limit: int) -> str:
    """The text without escape sequences and characters that cannot be seen, not longer than the limit."""
    cut = text[: limit * 8]  # whoever sends megabytes must not be waited for
    if not (cut.isascii() and cut.isprintable()):
        bare = _SEQUENCES.sub("", cut)
        cut = "".join(
            " " if one.isspace() else one
            for one in bare
            if one.isspace() or unicodedata.category(one) not in _UNSEEN
        )
    line = " ".join(cut.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
