"""Text that others wrote, made safe to show; and lines for terminals that know only ASCII."""

from __future__ import annotations

import re
import unicodedata

from quotaboard.tui.draw.line import Line

BLANK = 0x2800
"""The first of the braille signs."""

LONGEST = 2_000
"""More of one server text than this is never put on a screen."""

HIDDEN = "�"
FORMAT = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, bidi and zero-width marks, surrogates, private use, and line separators."""

UNSURE = re.compile(r"[^ -~]")
"""What may be one of them."""


def _braille(dots: int) -> str:
    """The sign that stands as high as the highest dot of a cell; a full one for many dots."""
    if dots.bit_count() >= 5:
        return "#"
    rows = (0x09, 0x12, 0x24, 0xC0)
    return "'--."[next(y for y, bits in enumerate(rows) if dots & bits)]


SIGNS = {
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
    "↺": "^",
    HIDDEN: "?",
    **dict(zip("▁▂▃▄▅▆▇█", "__..--##", strict=True)),
    **{chr(BLANK + dots): _braille(dots) for dots in range(1, 256)},
}
ASCII = str.maketrans(SIGNS)


def shown(text: str) -> str:
    """A foreign text as one line that cannot move the cursor, turn the direction or hide anything."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    if cut.isprintable():  # then it holds none of what is sought below
        return cut
    return UNSURE.sub(_visible, cut)


def _visible(found: re.Match[str]) -> str:
    character = found[0]
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
