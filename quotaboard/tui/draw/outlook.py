"""What will become of a window, in words: when it is empty, how fast it goes, and how that compares."""

from __future__ import annotations

from collections.abc import Iterable

from quotaboard.domain.board import WindowView
from quotaboard.domain.outlook import Burn, ahead_of_even
from quotaboard.tui.draw.figures import countdown, moment
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import window_words

LEAST_PACE = 0.005
"""A day; with less there is no pace to speak of."""
EVEN = 0.02
"""Closer to an even spend than this is even."""


def outlook_sentences(windows: Iterable[WindowView], model: str, page: Page) -> tuple[str, ...]:
    """Of the windows that govern a model: those that run out early; else in one line that all last."""
    foretold = [view for view in windows if view.forecast is not None and view.sighting.window.governs(model)]
    ending = [view for view in foretold if view.forecast and view.forecast.empty_at is not None]
    if ending:
        return tuple(f"{window_words(view.sighting.window)} {outlook_words(view, page)}" for view in ending)
    names = [window_words(view.sighting.window) for view in foretold if not view.sighting.window.is_full()]
    if len(names) > 1:
        return (f"{', '.join(names[:-1])} and {names[-1]} last until their resets",)
    return (f"{names[0]} lasts until its reset",) if names else ()


def outlook_words(view: WindowView, page: Page) -> str | None:
    """`empty about 15:40, 1h 20m before its reset`, or `lasts until its reset at 16:00`."""
    window = view.sighting.window
    resets_at = window.resets_at
    if resets_at is not None and resets_at <= page.now:
        return f"reset at {moment(resets_at, page.now, page.zone)}; not seen since"
    if window.is_full() and not view.stale:
        when = f" until it resets at {moment(resets_at, page.now, page.zone)}" if resets_at else ""
        return f"used up{when}"
    if view.forecast is None or resets_at is None:
        return f"resets at {moment(resets_at, page.now, page.zone)}" if resets_at else None
    empty_at = view.forecast.empty_at
    if empty_at is None:
        return f"lasts until its reset at {moment(resets_at, page.now, page.zone)}"
    early = countdown(resets_at - empty_at)
    return f"empty about {moment(empty_at, page.now, page.zone)}, {early} before its reset"


def burn_words(pace: Burn | None) -> str | None:
    """`6 % an hour (4 to 9)`."""
    if pace is None or pace.pace * 24 < LEAST_PACE:
        return None
    per, unit = (1, "an hour") if pace.pace >= 0.01 else (24, "a day")
    middle, slow, fast = (_whole(share * per) for share in (pace.pace, pace.slow, pace.fast))
    between = f" ({slow} to {fast})" if slow != fast else ""
    return f"{middle} % {unit}{between}"


def even_words(view: WindowView, page: Page) -> str | None:
    """How its use compares with an even spend until the reset."""
    window = view.sighting.window
    ahead = None if view.stale else ahead_of_even(window, page.now)
    if ahead is None:
        return None
    if abs(ahead) < EVEN:
        return "as an even spend would be"
    side = "ahead of" if ahead > 0 else "behind"
    return f"{_whole(abs(ahead))} % {side} an even spend"


def _whole(share: float) -> str:
    return f"{share * 100:.0f}" if share >= 0.01 or share == 0 else f"{share * 100:.1f}"
