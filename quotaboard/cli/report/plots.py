"""A window over time as shapes, from the columns, resets and forecasts that the board draws in braille."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from xml.etree.ElementTree import Element

from quotaboard.cli.report.marks import tag
from quotaboard.domain.history import Trail
from quotaboard.domain.windows import NEAR
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.plot import TOPS, Course, Span, columns_of, moments_of

COUNT = 240
"""Columns."""
HIGH = 100.0
"""Units from the bottom to the top."""
FEW = 10
TICK = 6.0
"""Where a window began anew is marked all the way up, or, where it did so often, by a tick."""
LABELS = 44
"""Characters that the line of hours has room for: on a phone, too, none may touch another."""


def shapes(trail: Trail, course: Course | None, span: Span) -> tuple[list[Element], float]:
    """What is drawn in a box of COUNT × HIGH, and the share that its upper edge stands for."""
    columns = columns_of(trail, span, COUNT)
    top = top_of(columns, course)
    found = [tag("line", class_="floor", x1=0, x2=COUNT, y1=HIGH, y2=HIGH)]
    if top == 1:
        found.append(tag("line", class_="full", x1=0, x2=COUNT, y1=0, y2=0))
    found += _areas(columns, top)
    resets = [x for at in trail.resets if 0 <= (x := span.place(at, COUNT)) < COUNT]
    # Many of them would hide what they mark.
    low = HIGH if len(resets) <= FEW else TICK
    found += [tag("line", class_="reset", x1=x, x2=x, y1=0, y2=low) for x in resets]
    now = span.place(span.now, COUNT)
    found.append(tag("line", class_="now", x1=now, x2=now, y1=0, y2=HIGH))
    if course is not None and (line := _course(columns, course, span, top)) is not None:
        found.append(line)
    return found, top


def top_of(columns: list[float | None], course: Course | None) -> float:
    """What the upper edge stands for: little use is shown large."""
    most = max((share for share in columns if share is not None), default=0.0)
    if course is not None:
        most = max(most, min(course.share, 1.0))
    return next((top for top in TOPS if most <= top * 0.9), TOPS[-1])


def hours(span: Span, page: Page) -> list[tuple[float, str]]:
    """Moments below a plot, and how far along it they stand, from 0 to 1."""
    now = span.place(span.now, LABELS)
    told = [(x / LABELS, text) for x, text in moments_of(span, page, LABELS) if 1 < x < now - 4]
    return [*told, (now / LABELS, "now")]


def _areas(columns: list[float | None], top: float) -> Iterator[Element]:
    """One for each stretch that was seen, in the colour of how full it was."""
    numbered = list(enumerate(columns))
    for kind, group in groupby(numbered, key=lambda pair: _kind(pair[1])):
        points = list(group)
        if not kind:
            continue
        first, last = points[0][0], points[-1][0]
        path = [f"M{first} {HIGH:g}"]
        for x, share in points:
            y = HIGH - max(min((share or 0.0) / top, 1.0) * HIGH, 1.0)
            path.append(f"L{x} {y:.1f}L{x + 1} {y:.1f}")
        path.append(f"L{last + 1} {HIGH:g}Z")
        yield tag("path", class_=kind, d="".join(path))


def _kind(share: float | None) -> str:
    if share is None:
        return ""
    if share >= 1:
        return "gauge-over"
    return "gauge-warn" if share >= NEAR else "gauge-ok"


def _course(columns: list[float | None], course: Course, span: Span, top: float) -> Element | None:
    """From the last share that was seen to where it is heading."""
    seen = [(x, share) for x, share in enumerate(columns) if share is not None]
    if not seen:
        return None
    x, share = seen[-1]
    end = span.place(course.at, COUNT)
    if end <= x:
        return None
    reach = min(end, COUNT)
    then = share + (course.share - share) * (reach - x) / (end - x)
    kind = "course alarming" if course.alarming else "course"
    low, high = (HIGH - min(one / top, 1.0) * HIGH for one in (share, then))
    return tag("line", class_=kind, x1=x + 1, x2=reach, y1=low, y2=high)
