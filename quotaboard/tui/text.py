"""Text that others wrote, made safe to show; and lines cut, filled and wrapped to a width."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from textual.content import Content

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


def in_ascii(line: Content) -> Content:
    """The same line, character by character, for a terminal or font that has nothing else."""
    if line.plain.isascii():
        return line
    plain = "".join(character if character < "\x7f" else "?" for character in line.plain.translate(ASCII))
    return Content(plain, list(line.spans))


def styled(text: str, style: str = "") -> Content:
    """One run of text in one style. Never markup."""
    return Content.styled(text, style) if style else Content(text)


def fit(line: Content, width: int) -> Content:
    """Exactly so many cells: cut with an ellipsis, or filled up."""
    return line.truncate(max(width, 0), ellipsis=True, pad=True)


def between(left: Content, right: Content, width: int) -> Content:
    """One text at each end of a line. When both do not fit, the left one gives way."""
    room = width - right.cell_length
    return Content.assemble(fit(left, room), right) if room > 1 else fit(right, width)


def joined(parts: Iterable[Content | None], separator: Content) -> Content:
    """The parts that exist, with a separator between them."""
    return separator.join([part for part in parts if part])


def wrapped(text: str, width: int, style: str = "", *, limit: int | None = None) -> list[Content]:
    """A text over several lines; past the limit the last one ends in an ellipsis."""
    if width < 1 or not text:
        return []
    lines = [line.rstrip() for line in styled(text, style).wrap(width)]
    if limit is not None and len(lines) > limit:
        rest = styled(" ".join(line.plain for line in lines[limit - 1 :]), style)
        lines = [*lines[: limit - 1], rest.truncate(width, ellipsis=True)] if limit else []
    return lines
