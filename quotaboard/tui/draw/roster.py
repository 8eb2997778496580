"""All credentials, one line each, for a screen that has no room for every card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from quotaboard.domain.board import CredentialView, WindowView
from quotaboard.tui.draw.account_words import balance_words
from quotaboard.tui.draw.card import nothing_line
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.gauge import (
    FIGURE,
    RESET,
    bar_content,
    figure_content,
    gauge_style,
    label_width,
    names_of,
    reset_content,
    shown_share,
)
from quotaboard.tui.draw.jumping import LABEL_STYLE, NO_LABELS, Labels
from quotaboard.tui.draw.line import EMPTY, Line, fit, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import FAINT, lane_style, lane_word, loudest, plan_words, window_words

MARK = "▸"
WORD = 10
MARGIN = 1
COUNT = 9
PLAN = 24
ROOM_FOR_TWO = 76
ROOM_FOR_COUNT = 96
ROOM_FOR_PLAN = 124
ROOM_FOR_RESET = 24
SHORT_BAR, SHORTEST_BAR, SHORT_LABEL = 6, 4, 2
ROOM_FOR_MORE = 5
"""Of fewer lines none is given to how many there are besides."""


def first_shown(here: int, count: int, limit: int) -> int:
    """The first line to show so that the cursor's is in the middle, without blank lines at the end."""
    return max(min(here - limit // 2, count - limit), 0)


class Columns(NamedTuple):
    """What all lines of the list have in common."""

    name: int
    """The longest name."""
    label: int
    """The room for the name of a window."""
    host: int = 0
    """The longest name of a machine; 0 where there is none but this one."""


def columns_of_one(view: CredentialView) -> Columns:
    label = label_width(names_of(view.windows)[:2])
    return Columns(len(shown(view.own_name)), label, len(shown(view.host)) if view.host else 0)


def widest(columns: Iterable[Columns]) -> Columns:
    """The room that all of them need."""
    found = list(zip(*columns, strict=True))
    return Columns(*map(max, found)) if found else Columns(0, 2)


def columns_of(views: Iterable[CredentialView]) -> Columns:
    return widest(map(columns_of_one, views))


class Stretch(NamedTuple):
    """The part of the list that is in sight."""

    first: int
    length: int
    says_more: bool
    """Whether a line below it says how many there are besides."""


def stretch_of(here: int, count: int, limit: int) -> Stretch:
    """So many of the lines as there is room for, around the cursor's."""
    says_more = count > limit >= ROOM_FOR_MORE
    room = limit - 1 if says_more else limit
    return Stretch(first_shown(here, count, room), min(room, count), says_more)


def list_lines(
    views: Sequence[CredentialView],
    page: Page,
    here: str | None,
    limit: int,
    columns: Columns,
    *,
    busy: bool,
    labels: Labels = NO_LABELS,
    kept: Kept | None = None,
) -> list[Line]:
    """The stretch of the list that is in sight, and how much there is besides."""
    names = [view.credential.name for view in views]
    index = names.index(here) if here in names else 0
    part = stretch_of(index, len(views), limit)
    seen = views[part.first : part.first + part.length]
    lines = roster_lines(seen, page, here, columns, busy=busy, labels=labels, kept=kept)
    above, below = part.first, len(views) - part.first - part.length
    if part.says_more:
        known = kept.blocked if kept else list(map(is_blocked, views))
        count = sum(known) - sum(known[part.first : part.first + part.length])
        return [*lines, more_line(above, below, count, page.width)]
    if above and lines:
        lines[0] = line(lines[0].cut_to(page.width - MARGIN), ("↑", FAINT))
    if below and lines:
        lines[-1] = line(lines[-1].cut_to(page.width - MARGIN), ("↓", FAINT))
    return lines


def more_line(above: int, below: int, blocked: int, width: int) -> Line:
    """`↑ 3  ↓ 12 more, 4 with blocked lanes`."""
    parts = [f"↑ {above}" if above else "", f"↓ {below}" if below else ""]
    said = f" {'  '.join(part for part in parts if part)} more"
    alarm = styled(f", {blocked} with blocked lanes", "$lane-blocked") if blocked else EMPTY
    return fit(line((said, FAINT), alarm), width)


def is_blocked(view: CredentialView) -> bool:
    """Whether one of its lanes is."""
    return any(lane.judgement.blocked is True for lane in view.lanes)


def roster_lines(
    views: Sequence[CredentialView],
    page: Page,
    here: str | None,
    columns: Columns,
    *,
    busy: bool,
    labels: Labels = NO_LABELS,
    kept: Kept | None = None,
) -> list[Line]:
    """Each credential on its line, in columns that they share."""
    most = max(page.width // 5, 6)
    common = Columns(min(columns.name, most), columns.label, min(columns.host, most))

    def drawn(view: CredentialView) -> Line:
        return roster_line(view, page, common, here=view.credential.name == here, busy=busy)

    lines = [kept.of(view, drawn) if kept else drawn(view) for view in views]
    if not labels:
        return lines
    return [
        labelled(one, labels.get(view.credential.name, "")) for one, view in zip(lines, views, strict=True)
    ]


class Kept:
    """Lines that need not be drawn again: of the same view, under the same circumstances."""

    def __init__(self) -> None:
        self._circumstances: object = None
        self._lines: dict[str, tuple[CredentialView, Line]] = {}
        self.blocked: Sequence[bool] = ()
        """Of each credential of the list, whether one of its lanes is."""

    def under(self, circumstances: object, blocked: Sequence[bool]) -> Kept:
        """Forget everything when the circumstances are others."""
        self.blocked = blocked
        if circumstances != self._circumstances:
            self._circumstances = circumstances
            self._lines.clear()
        return self

    def of(self, view: CredentialView, draw: Callable[[CredentialView], Line]) -> Line:
        known = self._lines.get(view.credential.name)
        if known is not None and known[0] is view:
            return known[1]
        drawn = draw(view)
        self._lines[view.credential.name] = (view, drawn)
        return drawn


def labelled(one: Line, label: str) -> Line:
    """With the letters to jump by in front."""
    return line((label, LABEL_STYLE), one.without(len(label))) if label else one


def roster_line(
    view: CredentialView,
    page: Page,
    columns: Columns,
    *,
    here: bool,
    busy: bool = False,
) -> Line:
    """Mark, name, the fullest window (or two), and the word that matters most."""
    name, label, host = columns
    parts = [styled(MARK if here else " ", "$here")]
    parts.append(fit(styled(shown(view.own_name), "bold" if here else "").cut(name), name + 1))
    if host:
        parts.append(fit(styled(shown(view.host or ""), FAINT).cut(host), host + 1))
    if page.width >= ROOM_FOR_PLAN:
        parts.append(fit(styled(plan_words(view.credential), FAINT), PLAN))
    tail = [word_content(view)]
    if page.width >= ROOM_FOR_COUNT:
        tail.insert(0, count_content(view))
    room = page.width - MARGIN - sum(part.width for part in (*parts, *tail))
    return line(*parts, middle_content(view, page.wide(room), label, busy=busy), *tail, " " * MARGIN)


def middle_content(view: CredentialView, page: Page, label: int, *, busy: bool) -> Line:
    """One or two short gauges, or the words that stand for them."""
    if view.trouble is not None:
        return fit(styled(shown(view.trouble), "$lane-near"), page.width)
    if not view.windows:
        said = balance_words(view.balance)
        return fit(styled(said), page.width) if said else nothing_line(view, page, busy=busy)
    if page.width < ROOM_FOR_TWO - 26:
        return short_gauge(fullest_shown(view.windows, page), page, label)
    half = page.width // 2
    names = names_of(view.windows)
    first = short_gauge(view.windows[0], page.wide(half - 2), label, names[0])
    second = (
        short_gauge(view.windows[1], page.wide(page.width - half), label, names[1])
        if len(view.windows) > 1
        else styled(" " * (page.width - half))
    )
    return line(first, "  ", second)


def short_gauge(view: WindowView, page: Page, label: int, name: str | None = None) -> Line:
    """A gauge without a note. A name makes way for the bar before that is too short to be read."""
    others = 1 + FIGURE + (RESET + SHORTEST_BAR if page.width >= ROOM_FOR_RESET else SHORT_BAR)
    label = min(label, max(page.width - others, SHORT_LABEL))
    parts = [
        line(fit(styled(name or window_words(view.sighting.window), FAINT), label), " "),
        figure_content(view, page).right(FIGURE),
    ]
    left = page.width - label - 1 - FIGURE
    if left >= RESET:
        parts.append(reset_content(view, page).right(RESET))
        left -= RESET
    parts.insert(1, bar_content(shown_share(view, page), max(left, 0), gauge_style(view)))
    return fit(line(*parts), page.width)


def fullest_shown(windows: Sequence[WindowView], page: Page) -> WindowView:
    """The window that says most in one line: the fullest of those that govern every model."""
    general = [view for view in windows if view.sighting.window.model is None] or list(windows)
    return max(general, key=lambda view: shown_share(view, page) or 0.0)


def count_content(view: CredentialView) -> Line:
    """How many of its lanes are blocked."""
    blocked = sum(lane.judgement.blocked is True for lane in view.lanes)
    return styled(f"{blocked} of {len(view.lanes)}" if blocked else "", FAINT).right(COUNT)


def word_content(view: CredentialView) -> Line:
    lane = loudest(view.lanes)
    if lane is None:
        return styled("", FAINT).right(WORD)
    return styled(lane_word(lane.judgement), lane_style(lane.judgement)).right(WORD)
