"""Text that others wrote, made safe to show; and lines for terminals that know only ASCII."""

from __future__ import annotations

import unicodedata

from quotaboard.tui.draw.line import Line

LONGEST = 2_000
"""More of one server text than this is never put on a screen."""

HIDDEN = "�"
FORMAT = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, bidi and zero-width marks, surrogates, private use, and line separators."""

ASCII = str.maketrans(
    {
        "·": ".",
        "•": "*",
        "…": "~",
        "–": "-",
        "—": "-",
        "−": "-",
        "×": "x",
        "─": ".",
        "│": "|",
        "━": "=",
        "╸": "-",
        "▸": ">",
        "‘": "'",  # noqa: RUF001 - the sign itself
        "’": "'",
        "“": '"',
        "”": '"',
        "→": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "✓": "x",
        HIDDEN: "?",
    },
)


def shown(text: str) -> str:
    """A foreign text as one line that cannot move the cursor, turn the direction or hide anything."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_visible(character) for character in cut)


def _visible(character: str) -> str:
    if character in "\n\r\t\v\f\u00a0":
        return " "
    return HIDDEN if unicodedata.category(character) in FORMAT else character


def in_ascii(one: Line) -> Line:
    """The same line, character by character, for a terminal or font that has nothing else."""
    return Line(*((_spelled(text), style) for text, style in one.runs))


def _spelled(text: str) -> str:
    if text.isascii():
        return text
    return "".join(character if character < "\x7f" else "?" for character in text.translate(ASCII))
