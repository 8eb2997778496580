"""The time behind a lane: the ranges to choose from, each window with its outlook, and the verdicts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple

from quotaboard.domain.board import CredentialView, LaneView, WindowView
from quotaboard.domain.forecast import Use
from quotaboard.domain.history import Past, Trail, Turn
from quotaboard.domain.lane import Client
from quotaboard.domain.outlook import Burn, burn
from quotaboard.domain.reading import Window
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.figures import moment
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.gauge import figure_content
from quotaboard.tui.draw.line import EMPTY, Line, between, cells, fit, joined, line, styled, wrapped
from quotaboard.tui.draw.outlook import burn_words, even_words, outlook_words
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.plot import Course, plot_lines, span_of
from quotaboard.tui.draw.words import FAINT, VERDICT_WORDS, column_words, verdict_style, window_words

RANGES: tuple[tuple[str, timedelta], ...] = (
    ("5 h", timedelta(hours=5)),
    ("24 h", timedelta(hours=24)),
    ("7 d", timedelta(days=7)),
    ("30 d", timedelta(days=30)),
)
WORD = 9
BRIEF = 12
"""Evidence as short as this stands on the line of the verdict."""
TIME = 10
ROOM_FOR_TWO = 110
GUTTER = 3
TURNS = 12
LATELY = 1
"""The number of the range that a panel shows."""
SHORT = 3600
"""Seconds. A window that is shorter leaves nothing to see in a plot of a day."""
PLOT_LEAST, PLOT_MOST = 3, 10
HEADING = 2
"""Each plot has a line above it, and one for the hours."""
SEPARATOR = styled(" · ", FAINT)
PRETENDED = "pretended for the demo"
"""Of a past that was made up; its first word, where there is no room for more."""


class Tab(NamedTuple):
    """A range to choose, and the cells it takes."""

    number: int
    x: int
    width: int


def tabs(width: int) -> list[Tab]:
    """Where each range stands on its line."""
    found, x = [], 0
    for number, (name, _) in enumerate(RANGES):
        size = len(name) + 3
        if x + size > width:
            break
        found.append(Tab(number, x, size))
        x += size + 1
    return found


def tabs_content(here: int, page: Page) -> Line:
    """`1 5 h  2 24 h …`, the chosen one bright; at the end, that a demo's past is made up."""
    parts = []
    for tab in tabs(page.width):
        name = RANGES[tab.number][0]
        style = "bold $here" if tab.number == here else FAINT
        parts.append(line((f"{tab.number + 1} ", "$here"), (f"{name}  ", style)))
    ranges = line(*parts).trimmed()
    if not page.pretends_past:
        return fit(ranges, page.width)
    room = page.width - ranges.width - 2
    said = next((one for one in (PRETENDED, PRETENDED.partition(" ")[0]) if cells(one) <= room), "")
    return between(ranges, styled(said, FAINT), page.width)


def past_lines(
    view: CredentialView,
    lane: LaneView | None,
    past: Past,
    page: Page,
    chosen: tuple[int, int],
    *,
    brief: bool = False,
) -> list[Line]:
    """The windows over time, and how the lane closed and opened: beside each other where there is room."""
    if past.trouble is not None:
        return wrapped(past.trouble, page.width, "$lane-near")
    two = page.width >= ROOM_FOR_TWO
    left = page.width * 11 // 20 if two else page.width
    right = page.wide(page.width - left - GUTTER) if two else page
    plots = windows_lines(view, lane, past, page.wide(left), chosen)
    told = [turn for turn in past.turns if turn.before or turn.after is not Verdict.UNKNOWN]
    since, limit = past.since, None if brief else TURNS
    turns = timeline_lines(told, right, names=lane is None, since=since, limit=limit, evidence=not brief)
    if not two:
        return [*plots, EMPTY, styled("verdicts", FAINT), *turns]
    return [
        line(fit(one, left + GUTTER), other)
        for one, other in zip_longest(plots, [styled("verdicts", FAINT), *turns], fillvalue=EMPTY)
    ]


def panel_title(view: CredentialView, page: Page) -> Line:
    pretended = f" · {PRETENDED}" if page.pretends_past else ""
    return line((shown(view.credential.name), "bold"), (f" · the last {RANGES[LATELY][0]}{pretended}", FAINT))


def panel_lines(view: CredentialView, past: Past, page: Page, height: int) -> list[Line]:
    """A credential's last day in so many lines; nothing where nothing was seen."""
    if not (past.turns or any(trail.uses for trail in past.trails)):
        return []
    windows = tuple(one for one in view.windows if (one.sighting.window.seconds or SHORT) >= SHORT)
    count = max(len(windows), 1)
    room = height if page.width >= ROOM_FOR_TWO else height * 2 // 3
    plot = min(max((room + 1) // count - HEADING - 1, PLOT_LEAST), PLOT_MOST)
    return past_lines(replace(view, windows=windows), None, past, page, (LATELY, plot), brief=True)[:height]


def windows_lines(
    view: CredentialView,
    lane: LaneView | None,
    past: Past,
    page: Page,
    chosen: tuple[int, int],
) -> list[Line]:
    """Each window that governs the lane (or every one). `chosen` is the number of a range, and a height."""
    number, height = chosen
    span = span_of(RANGES[number][1], page.now)
    lines: list[Line] = []
    for window in view.windows:
        told = window.sighting.window
        if lane is not None and not told.governs(lane.lane.model):
            continue
        trail = trail_of(past, told)
        pace = burn(trail.uses, told, page.now)
        lines += [EMPTY] if lines else []
        lines += [fit(one, page.width) for one in heading_lines(window, pace, page)]
        lines += plot_lines(trail, course_of(window, trail, pace), span, page, height)
    if not lines:
        lines = wrapped("This credential reports no windows, so there is nothing to draw.", page.width, FAINT)
    return lines


def trail_of(past: Past, window: Window) -> Trail:
    found = (trail for trail in past.trails if (trail.window, trail.model) == (window.name, window.model))
    return next(found, Trail(window.name, window.model, window.seconds))


def heading_lines(view: WindowView, pace: Burn | None, page: Page) -> list[Line]:
    """Its name and share, then what will become of it, over as many lines as that takes."""
    name = line(styled(window_words(view.sighting.window), "bold"), "  ", figure_content(view, page), "  ")
    said = [part for part in (outlook_words(view, page), burn_words(pace), even_words(view, page)) if part]
    if not said:
        return [name]
    alarming = view.forecast is not None and view.forecast.empty_at is not None
    first = wrapped(said[0], max(page.width - name.width, 8), "$gauge-warn" if alarming else "")
    lines = [line(name, first[0]), *first[1:]]
    rest = joined([styled(part, FAINT) for part in said[1:]], SEPARATOR)
    if rest and lines[-1].width + SEPARATOR.width + rest.width <= page.width:
        lines[-1] = line(lines[-1], SEPARATOR, rest)
    elif rest:
        lines += wrapped(rest.plain, page.width, FAINT)
    return lines


def course_of(view: WindowView, trail: Trail, pace: Burn | None) -> Course | None:
    """The line from now on; none where the forecast is silent."""
    window = view.sighting.window
    if view.forecast is None or window.resets_at is None or window.utilization is None:
        return None
    if view.forecast.empty_at is not None:
        return Course(1.0, view.forecast.empty_at, alarming=True)
    last: Use | None = trail.uses[-1] if trail.uses else None
    grown = 0.0
    if pace is not None and last is not None:
        grown = pace.pace * max((window.resets_at - last.at).total_seconds(), 0.0) / 3600
    return Course(min(window.utilization + grown, 1.0), window.resets_at, alarming=False)


def timeline_lines(
    turns: Sequence[Turn],
    page: Page,
    *,
    names: bool = False,
    since: datetime | None = None,
    limit: int | None = None,
    evidence: bool = True,
) -> list[Line]:
    """Newest first: when, the word, and by what evidence. `names` says which lane it was."""
    lines: list[Line] = []
    for turn in turns[:limit]:
        word = styled(VERDICT_WORDS[turn.after], verdict_style(turn.after))
        at = styled(moment(turn.at, page.now, page.zone), FAINT if since and turn.at < since else "")
        head = line(fit(at, TIME), fit(word, WORD))
        told = [styled(_lane(turn.lane))] if names else []
        if turn.before not in {None, Verdict.UNKNOWN} and not names:
            told.append(styled(f"was {VERDICT_WORDS[turn.before]}", FAINT))
        if turn.reason:
            told.append(styled(shown(turn.reason).replace("_", " "), FAINT))
        brief = len(turn.evidence) <= BRIEF
        if turn.evidence and evidence and brief:
            told.append(styled(shown(turn.evidence), FAINT))
        lines.append(line(head, joined(told, SEPARATOR)).cut(page.width))
        if turn.evidence and evidence and not brief:
            body = wrapped(shown(turn.evidence), max(page.width - TIME, 8), FAINT, limit=2)
            lines += [line(" " * TIME, one) for one in body]
    hidden = len(turns) - len(turns[:limit])
    if hidden > 0:
        lines.append(styled(f"{'':{TIME}}{hidden} more before", FAINT))
    return lines or wrapped("No verdict has changed in this time.", page.width, FAINT)


def _lane(lane: str) -> str:
    """A lane without its credential, which the title says: `sonnet-4-6 tools`."""
    parts = lane.split("/")
    if len(parts) < 4:
        return shown(lane)
    model, shape, client = "/".join(parts[1:-2]), parts[-2], parts[-1]
    return f"{shown(model).removeprefix('claude-')} {column_words(shape, Client(client))}"
