"""Where a window is heading: its use so far, drawn on until its end. Silent rather than wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.domain.board import Forecast
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.reading import Sighting, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import clock, percent

LEAST_POINTS = 3
LEAST_SPAN = timedelta(minutes=10)
LEAST_SHARE_OF_LENGTH = 1 / 50
"""A week is not judged by ten minutes: so much of a window must have been watched."""

LEAST_GROWTH = 0.03
"""Providers tell whole percents; fewer steps than these could be the rounding."""

CALM = timedelta(hours=1)
"""A window that has not grown for so long lasts, if it goes on like that."""

LOOKS_BACK = 1 / 3
"""The share of a window's length that counts as lately."""

SAME_RESET = timedelta(minutes=1)
ROUNDING = 0.015
MOST_POINTS = 40
"""Enough for a slope; pairs grow with the square."""

CONFIDENT_USE = 0.5
"""Before half is used, a fast hour says little about the rest."""

SOONER_BY = timedelta(minutes=10)
"""A window that would run out just before its reset is not worth an alarm."""

SEEN_WITHIN = timedelta(minutes=30)

WindowKey = tuple[str, str | None]
"""A window's name and its model."""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a window was used at one moment."""

    at: datetime
    share: float
    resets_at: datetime | None


def lookback(window: Window) -> timedelta:
    """From how long ago on the history of this window is worth reading."""
    return max(timedelta(seconds=window.seconds or 0) * LOOKS_BACK, CALM)


def forecast(uses: Sequence[Use], window: Window, now: datetime) -> Forecast | None:
    """When the window will be empty if it is used on as lately; None when that cannot be said."""
    if window.utilization is None or window.resets_at is None or window.has_reset(now) or window.is_full():
        return None
    run = unbroken([use for use in uses if use.at >= now - lookback(window)], window.resets_at)
    if len(run) < LEAST_POINTS:
        return None
    watched, growth = run[-1].at - run[0].at, run[-1].share - run[0].share
    if watched < max(LEAST_SPAN, timedelta(seconds=window.seconds or 0) * LEAST_SHARE_OF_LENGTH):
        return None
    pace = _pace(run)
    if pace <= 0:
        return Forecast(None) if watched >= CALM and growth <= 0 else None
    seconds_left = (1 - run[-1].share) / pace
    if seconds_left >= (window.resets_at - run[-1].at).total_seconds():
        return Forecast(None)
    return Forecast(run[-1].at + timedelta(seconds=seconds_left)) if growth >= LEAST_GROWTH else None


def by_forecast(
    judgement: Judgement,
    model: str,
    sightings: Sequence[Sighting],
    forecasts: Mapping[WindowKey, Forecast],
    now: datetime,
) -> Judgement:
    """`near_limit` for a lane that serves while a window that governs it runs out well before its reset."""
    if judgement.verdict is not Verdict.OPEN:
        return judgement
    for sighting in sightings:
        window = sighting.window
        told = forecasts.get((window.name, window.model))
        if told is not None and window.governs(model) and is_alarming(sighting, told, now):
            return _near(judgement, window, told)
    return judgement


def is_alarming(sighting: Sighting, told: Forecast, now: datetime) -> bool:
    """Whether it runs out so long before its reset, and that is so certain, that it is worth a word."""
    window = sighting.window
    return (
        told.empty_at is not None
        and window.resets_at is not None
        and now < window.resets_at
        and window.resets_at - told.empty_at >= SOONER_BY
        and now - sighting.observed_at <= SEEN_WITHIN
        and (window.utilization or 0) >= CONFIDENT_USE
    )


def _near(judgement: Judgement, window: Window, told: Forecast) -> Judgement:
    used = percent(window.utilization or 0)
    ends = f" about {clock(told.empty_at)}" if told.empty_at else ""
    reset = f", before it resets {clock(window.resets_at)}" if window.resets_at else ""
    pace = f"at the pace of late it is used up{ends}{reset}"
    return replace(
        judgement,
        verdict=Verdict.NEAR_LIMIT,
        rule="forecast.near_limit",
        reason=window.name,
        summary=f"It serves, but the {window.name} window is {used} used, and {pace}.",
        options=("have another lane ready", "slow down"),
    )


def unbroken(uses: Sequence[Use], resets_at: datetime) -> list[Use]:
    """The unbroken run up to the newest use, oldest first: same reset, never clearly falling."""
    run: list[Use] = []
    for use in sorted(uses, key=lambda use: use.at, reverse=True):
        if use.resets_at is None or abs(use.resets_at - resets_at) > SAME_RESET:
            break
        if run and use.share > run[-1].share + ROUNDING:
            break
        run.append(use)
    run.reverse()
    return run


def slopes_of(run: Sequence[Use]) -> list[float]:
    """Share per second between every two points, slowest first."""
    step = max(1, -(-len(run) // MOST_POINTS))
    points = [*run[:-1:step], run[-1]]
    return sorted(
        (later.share - earlier.share) / (later.at - earlier.at).total_seconds()
        for index, earlier in enumerate(points)
        for later in points[index + 1 :]
        if later.at > earlier.at
    )


def _pace(run: Sequence[Use]) -> float:
    """Share per second: the median slope of all pairs, which a few odd points do not bend."""
    slopes = slopes_of(run)
    if not slopes:
        return 0.0
    middle = len(slopes) // 2
    return slopes[middle] if len(slopes) % 2 else (slopes[middle - 1] + slopes[middle]) / 2
