"""A window as one line: its name, a bar, a figure, the time to its reset, and where it is heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from quotaboard.domain.board import WindowView
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.reading import Window
from quotaboard.domain.windows import is_near
from quotaboard.tui.draw.figures import ago, countdown, moment, percent
from quotaboard.tui.draw.layout import Plan
from quotaboard.tui.draw.line import EMPTY, Line, fit, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.spark import spark_content
from quotaboard.tui.draw.words import DOT, FAINT, window_words, windows_words

LABEL = 12
LONG_LABEL = 20
"""The most cells for the name of a window, without and with room to spare."""
FAIR_BAR = 14
"""A bar of so many cells is long enough for what is left to go to the names."""
FIGURE = 6
RESET = 8
NOTE = 17
ROOM_FOR_NOTE = 44
ROOM_FOR_SPARK = 62
SPARK = 8
"""Cells of a sparkline."""

Sparks = Mapping[WindowKey, tuple[float | None, ...]]
NO_SPARKS: Sparks = MappingProxyType({})


def spark_room(width: int) -> int:
    """The cells that a sparkline takes at this width; kept for it before it is known."""
    return SPARK + 2 if width >= ROOM_FOR_SPARK else 0


def sparks_fit(width: int, plan: Plan) -> bool:
    """Whether the cards of this plan have room for sparklines."""
    card = width // (2 if plan.beside else plan.columns)
    return spark_room(card - 4) > 0


def room_for_label(width: int) -> int:
    """The most cells that names may take at this width."""
    note = NOTE if width >= ROOM_FOR_NOTE else 0
    left = width - 1 - FIGURE - RESET - spark_room(width) - note - FAIR_BAR
    return min(max(left, LABEL), LONG_LABEL)


def gauge_line(
    view: WindowView, page: Page, label: int, sparks: Sparks = NO_SPARKS, *, name: str | None = None
) -> Line:
    """The whole line, under its own name or another.

    The sparkline goes first when there is no room, then the note, then the bar shrinks.
    """
    note = NOTE if page.width >= ROOM_FOR_NOTE else 0
    spark = spark_room(page.width)
    bar = max(page.width - label - 1 - FIGURE - RESET - spark - note, 0)
    window = view.sighting.window
    parts: list[str | Line] = [
        fit(styled(name or window_words(window), FAINT if view.stale else ""), label),
        styled(" "),
        bar_content(shown_share(view, page), bar, gauge_style(view)),
        figure_content(view, page).right(FIGURE),
        reset_content(view, page).right(RESET),
    ]
    if spark:
        shares = sparks.get((window.name, window.model), ())
        parts += ["  ", fit(spark_content(shares), SPARK)]
    if note:
        parts += [styled("  "), fit(note_content(view, page), note - 2)]
    return line(*parts)


def shown_share(view: WindowView, page: Page) -> float | None:
    """The share that may be shown: none once the window has reset, whatever was seen before."""
    window = view.sighting.window
    return None if window.has_reset(page.now) else window.utilization


def gauge_style(view: WindowView) -> str:
    if view.stale:
        return "$gauge-stale"
    window = view.sighting.window
    if window.is_full():
        return "$gauge-over"
    return "$gauge-warn" if is_near(window) else "$gauge-ok"


def bar_content(share: float | None, width: int, style: str) -> Line:
    """A heavy line on a light one, to half a cell. Something used is never drawn as nothing."""
    if width <= 0:
        return EMPTY
    if share is None:
        return styled(" " * width)
    halves = min(max(int(share * width * 2), 1 if share > 0 else 0), width * 2)
    drawn = "━" * (halves // 2) + "╸" * (halves % 2)
    return line((drawn, style), ("─" * (width - len(drawn)), "$gauge-track"))


def figure_content(view: WindowView, page: Page) -> Line:
    share = shown_share(view, page)
    if share is None:
        return styled(DOT, FAINT)
    figure = percent(share).removesuffix(" %")
    if view.stale:
        return styled(f"{figure} %", FAINT)
    loud = gauge_style(view)
    return line((figure, "" if loud == "$gauge-ok" else f"bold {loud}"), (" %", FAINT))


def reset_content(view: WindowView, page: Page) -> Line:
    """How long until its reset; nothing when the provider did not say, or it has passed."""
    resets_at = view.sighting.window.resets_at
    if resets_at is None or resets_at <= page.now:
        return EMPTY
    return styled(countdown(page.until(resets_at)), FAINT if view.stale else "")


def note_content(view: WindowView, page: Page) -> Line:
    """Age when it is not fresh, else what will become of it."""
    sighting = view.sighting
    window = sighting.window
    if window.resets_at is not None and window.resets_at <= page.now:
        return styled(f"reset {ago(page.since(window.resets_at))}", FAINT)
    if view.stale:
        return styled(f"seen {ago(page.since(sighting.observed_at))}", FAINT)
    outlook = _outlook(window, view, page)
    calm = view.forecast is None or view.forecast.lasts_until_reset
    if calm and not window.is_full() and not page.is_fresh(sighting.observed_at):
        return styled(f"seen {ago(page.since(sighting.observed_at))}", FAINT)
    return outlook


def _outlook(window: Window, view: WindowView, page: Page) -> Line:
    if window.is_full():
        return styled("used up", "$gauge-over")
    if view.forecast is None:
        return EMPTY
    if view.forecast.empty_at is None:
        return styled("lasts", FAINT)
    return styled(f"empty {moment(view.forecast.empty_at, page.now, page.zone)}", "$gauge-warn")


def names_of(windows: Sequence[WindowView]) -> tuple[str, ...]:
    """What the windows are called beside one another."""
    return windows_words([view.sighting.window for view in windows])


def label_width(names: Sequence[str], most: int = LABEL) -> int:
    """The room that the longest name needs, so that the bars of a card begin together."""
    return min(max(map(len, names), default=2), most)
