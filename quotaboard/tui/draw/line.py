"""A line of styled text, and how lines are cut, filled, joined and wrapped to a width in cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NOT_PLAIN = re.compile("[^ -~\xa0-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2800-\u28ff]")
"""What is not surely one cell wide: all but Latin, and the signs, frames and bars that we draw with."""

ELLIPSIS = "…"

Run = tuple[str, str]
"""A text and its style: `bold`, a colour by name such as `$lane-open`, `on` before a background."""


class Line:
    """Runs of text side by side. Never markup, never more than one line, never changed once made."""

    __slots__ = ("_width", "runs")

    def __init__(self, *runs: Run) -> None:
        self.runs = runs
        self._width = -1

    @property
    def width(self) -> int:
        """In cells. Most lines are parts of others, and nobody asks."""
        if self._width < 0:
            self._width = sum([len(text) if text.isascii() else cells(text) for text, _ in self.runs])
        return self._width

    @property
    def plain_width(self) -> int | None:
        """Its width where each of its characters is surely one cell wide; else programs differ."""
        width = 0
        for text, _ in self.runs:
            if not text.isascii() and _NOT_PLAIN.search(text):
                return None
            width += len(text)
        return width

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.runs)

    def cut(self, width: int) -> Line:
        """At most so many cells; what is cut ends in an ellipsis."""
        if self.width <= width:
            return self
        kept: list[Run] = []
        room = width - 1
        style = ""
        for text, style in self.runs:
            head = clipped(text, room)
            kept.append((head, style))
            room -= cells(head)
            if head != text:
                break
        return Line(*kept, (ELLIPSIS, style)) if width > 0 else EMPTY

    def without(self, count: int) -> Line:
        """What is left when so many cells are taken off at the front."""
        runs: list[Run] = []
        for text, style in self.runs:
            head = clipped(text, count)
            count -= cells(head)
            if rest := text[len(head) :]:
                runs.append((rest, style))
        return Line(*runs)

    def cut_to(self, width: int) -> Line:
        """Exactly the first so many cells, without an ellipsis."""
        runs: list[Run] = []
        room = width
        for text, style in self.runs:
            head = clipped(text, room)
            room -= cells(head)
            runs.append((head, style))
            if head != text:
                break
        return Line(*(run for run in runs if run[0]), *([(" " * room, "")] if room > 0 else []))

    def trimmed(self) -> Line:
        """Without the blanks at its end."""
        runs = list(self.runs)
        while runs and not runs[-1][0].strip():
            runs.pop()
        if runs:
            runs[-1] = (runs[-1][0].rstrip(), runs[-1][1])
        return Line(*runs)

    def right(self, width: int) -> Line:
        """At the right end of so many cells."""
        line = self.cut(width)
        return line if line.width == width else Line((" " * (width - line.width), ""), *line.runs)

    def __bool__(self) -> bool:
        return self.width > 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and self.runs == other.runs

    def __hash__(self) -> int:
        return hash(self.runs)

    def __repr__(self) -> str:
        return f"Line({self.plain!r})"


EMPTY = Line()


def line(*parts: str | Run | Line) -> Line:
    """One line of several parts."""
    runs: list[Run] = []
    for part in parts:
        if isinstance(part, Line):
            runs += part.runs
        else:
            runs.append((part, "") if isinstance(part, str) else part)
    return Line(*[run for run in runs if run[0]])


def styled(text: str, style: str = "") -> Line:
    """One run of text in one style."""
    return Line((text, style)) if text else EMPTY


def cells(text: str) -> int:
    """How many cells a text takes on a terminal.

    It is told each time, since to remember every age and every count that was ever shown takes memory.
    """
    if text.isascii():
        return len(text)
    return len(text) + sum([_cells_of(character) - 1 for character in _NOT_PLAIN.findall(text)])


def _cells_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def clipped(text: str, width: int) -> str:
    """The beginning of a text that takes no more than so many cells."""
    if text.isascii():
        return text[: max(width, 0)]
    for end, character in enumerate(text):
        width -= _cells_of(character)
        if width < 0:
            return text[:end]
    return text


def said_first(text: str, width: int) -> str:
    """As much of it as has room: up to a comma where it has one, else cut."""
    while cells(text) > width and ", " in text:
        text = text.rpartition(", ")[0]
    return styled(text).cut(width).plain


def fit(one: Line, width: int) -> Line:
    """Exactly so many cells: cut with an ellipsis, or filled up."""
    if (room := width - one.width) < 0:
        one = one.cut(max(width, 0))
        room = width - one.width
    return Line(*one.runs, (" " * room, "")) if room > 0 else one


def between(left: Line, right: Line, width: int) -> Line:
    """One text at each end of a line. When both do not fit, the left one gives way."""
    room = width - right.width
    return line(fit(left, room), right) if room > 1 else fit(right, width)


def joined(parts: Iterable[Line | None], separator: Line) -> Line:
    """The parts that exist, with a separator between them."""
    runs: list[Run] = []
    for part in parts:
        if part:
            runs.extend((*separator.runs, *part.runs) if runs else part.runs)
    return Line(*runs)


def wrapped(text: str, width: int, style: str = "", *, limit: int | None = None) -> list[Line]:
    """A text over several lines; past the limit the last one ends in an ellipsis."""
    if width < 1 or not text.strip() or limit == 0:
        return []
    lines = _broken(text, width)
    if limit is not None and len(lines) > limit:
        last = clipped(" ".join(lines[limit - 1 :]), width - 1) + ELLIPSIS
        lines = [*lines[: limit - 1], last]
    return [styled(one, style) for one in lines]


def _broken(text: str, width: int) -> list[str]:
    lines: list[str] = []
    here = ""
    for word in text.split():
        if here and cells(here) + 1 + cells(word) <= width:
            here = f"{here} {word}"
            continue
        if here:
            lines.append(here)
        here = word
        while cells(here) > width:
            head = clipped(here, width) or here[0]
            lines.append(head)
            here = here[len(head) :]
    return [*lines, here] if here else lines
