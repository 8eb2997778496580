"""How fast a window is used, how sure that is, and how that compares with an even spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quotaboard.domain.forecast import LEAST_POINTS, LEAST_SPAN, Use, lookback, slopes_of, unbroken
from quotaboard.domain.reading import Window

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Burn:
    """Share of a window per hour, as it was lately."""

    pace: float
    slow: float
    """A quarter of what was seen was slower than this."""
    fast: float
    """A quarter was faster."""


def burn(uses: Sequence[Use], window: Window, now: datetime) -> Burn | None:
    """How fast it is used; None when too little was seen to say so."""
    if window.resets_at is None or window.has_reset(now):
        return None
    run = unbroken([use for use in uses if use.at >= now - lookback(window)], window.resets_at)
    if len(run) < LEAST_POINTS or run[-1].at - run[0].at < LEAST_SPAN:
        return None
    slopes = [slope * HOUR for slope in slopes_of(run)]
    if not slopes or run[-1].share <= run[0].share:
        return None
    last = len(slopes) - 1
    return Burn(slopes[last // 2], max(slopes[last // 4], 0.0), slopes[last - last // 4])


def ahead_of_even(window: Window, now: datetime) -> float | None:
    """By how much of the window more is used than if it were spent evenly until its reset; below 0: less."""
    if window.utilization is None or window.resets_at is None or not window.seconds or window.has_reset(now):
        return None
    left = (window.resets_at - now) / timedelta(seconds=window.seconds)
    return window.utilization - (1 - left) if left <= 1 else None
