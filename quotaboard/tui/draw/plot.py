"""A window over time, drawn in braille: what was used, where it began anew, and where it is heading. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from quotaboard.domain.history import Trail, peaks
from quotaboard.domain.windows import NEAR
from quotaboard.tui.draw.line import Line, cells, fit, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import FAINT

SCALE = 6
"""The room for the figures at the left."""
BLANK = 0x2800
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The dots of a cell, from the top; left and right."""
TOPS = (0.1, 0.25, 0.5, 1.0)
"""What the upper edge may stand for."""
AHEAD = 1 / 5
"""Of a range, so much of the future is shown."""
HELD = timedelta(minutes=45)
"""So long a share is believed to have stayed as it was seen."""

STEPS = tuple(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 120, 168, 240))


class Course(NamedTuple):
    """Where a window is heading, from now on."""

    share: float
    at: datetime
    """When it will be that."""
    alarming: bool


class Span(NamedTuple):
    """The time from the left edge to the right one."""

    since: datetime
    until: datetime
    now: datetime

    def place(self, at: datetime, width: int) -> int:
        """In which of so many columns a moment lies; it may be beyond them."""
        return int((at - self.since) / (self.until - self.since) * width)


def span_of(length: timedelta, now: datetime) -> Span:
    """So long until now, and a piece of what comes."""
    return Span(now - length, now + length * AHEAD, now)


def plot_lines(trail: Trail, course: Course | None, span: Span, page: Page, height: int) -> list[Line]:
    """So many lines of plot, and one with the hours."""
    width = max(page.width - SCALE, 4)
    columns = columns_of(trail, span, width * 2)
    top = _top(columns, course)
    dots = [[False] * (width * 2) for _ in range(height * 4)]
    for x, share in enumerate(columns):
        if share is not None:
            for y in range(_height(share, top, height * 4)):
                dots[height * 4 - 1 - y][x] = True
    styles = [_style(columns[2 * x : 2 * x + 2]) for x in range(width)]
    if course is not None:
        _draw_course(dots, styles, (columns, course), span, top)
    now = span.place(span.now, width)
    lines = []
    for row in range(height):
        codes = [_code(dots, row, x) for x in range(width)]
        runs = [_cell(code, styles[x], is_now=x == now) for x, code in enumerate(codes)]
        lines.append(line(_figure(row, height, top), *_joined(runs)))
    return [*lines, line(" " * SCALE, _hours(span, page, width, trail))]


def columns_of(trail: Trail, span: Span, count: int) -> list[float | None]:
    """The share in each column; held for a while where nothing was seen, but never past a reset."""
    found = list(peaks(trail.uses, span.since, span.until, count))
    resets = {span.place(at, count) for at in trail.resets}
    most = max(int(HELD / ((span.until - span.since) / count)), 1)
    last, age = None, 0
    for x, share in enumerate(found):
        if share is not None:
            last, age = share, 0
            continue
        age += 1
        if x in resets or age > most or x > span.place(span.now, count):
            last = None
        found[x] = last
    return found


def _top(columns: list[float | None], course: Course | None) -> float:
    most = max((share for share in columns if share is not None), default=0.0)
    if course is not None:
        most = max(most, min(course.share, 1.0))
    return next((top for top in TOPS if most <= top * 0.9), TOPS[-1])


def _height(share: float, top: float, dots: int) -> int:
    """Something that was seen is at least one dot high, even at 0 %."""
    return min(max(round(share / top * dots), 1), dots)


def _style(shares: list[float | None]) -> str:
    most = max((share for share in shares if share is not None), default=0.0)
    if most >= 1:
        return "$gauge-over"
    return "$gauge-warn" if most >= NEAR else "$gauge-ok"


def _draw_course(
    dots: list[list[bool]],
    styles: list[str],
    known: tuple[list[float | None], Course],
    span: Span,
    top: float,
) -> None:
    """A thin line of every second dot, from the last share on."""
    columns, course = known
    count, high = len(columns), len(dots)
    start = next((x for x in range(count - 1, -1, -1) if columns[x] is not None), None)
    if start is None:
        return
    begin, end = columns[start] or 0.0, span.place(course.at, count)
    for x in range(start + 1, min(end, count - 1) + 1):
        share = begin + (course.share - begin) * (x - start) / max(end - start, 1)
        if x % 2:
            dots[high - _height(min(share, top), top, high)][x] = True
        styles[x // 2] = "$gauge-warn" if course.alarming else FAINT


def _code(dots: list[list[bool]], row: int, x: int) -> int:
    return sum(
        bit for y, bits in enumerate(BITS) for side, bit in enumerate(bits) if dots[row * 4 + y][x * 2 + side]
    )


def _cell(code: int, style: str, *, is_now: bool) -> tuple[str, str]:
    if code:
        return chr(BLANK + code), style
    return ("│", "$edge") if is_now else (" ", "")


def _joined(runs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Cells of one style as one run."""
    for style, group in groupby(runs, key=lambda run: run[1]):
        yield "".join(text for text, _ in group), style


def _figure(row: int, height: int, top: float) -> Line:
    """The share that a line stands for, at the top, the middle and the bottom."""
    told = {0: top, height - 1: 0.0}
    if height >= 5 and height % 2:
        told[height // 2] = top / 2
    share = told.get(row)
    figure = "" if share is None else f"{share * 100:g} %"
    return line(styled(figure, FAINT).right(SCALE - 1), " ")


def _hours(span: Span, page: Page, width: int, trail: Trail) -> Line:
    """Moments under the plot, `now` where it is, and a mark where the window began anew."""
    row = [" "] * width
    resets = [span.place(at, width) for at in trail.resets]
    if len(resets) * 4 <= width:
        for x in resets:
            if 0 <= x < width:
                row[x] = "↺"
    labels = [(span.place(span.now, width), "now"), *moments_of(span, page, width)]
    for x, text in labels:
        start = min(max(x - cells(text) // 2, 0), width - cells(text))
        room = row[max(start - 1, 0) : start + len(text) + 1]
        if all(cell == " " for cell in room) and start >= 0:
            row[start : start + len(text)] = text
    return fit(styled("".join(row), FAINT), width)


def moments_of(span: Span, page: Page, width: int) -> Iterator[tuple[int, str]]:
    """As many full hours or days as there is room for."""
    length = span.until - span.since
    step = next((step for step in STEPS if length / step * 8 <= width), STEPS[-1])
    start = span.since.astimezone(page.zone).replace(minute=0, second=0, microsecond=0)
    start -= timedelta(
        hours=start.hour % max(step // timedelta(hours=1), 1) if step < timedelta(days=1) else start.hour
    )
    at = start
    while at < span.until:
        x = span.place(at, width)
        if x >= 0:
            short = step < timedelta(days=1)
            yield (
                x,
                f"{at:%H:%M}"
                if short and at.hour
                else (f"{at:%a}" if length < timedelta(days=10) else f"{at.day} {at:%b}"),
            )
        at += step
