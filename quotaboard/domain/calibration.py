"""Whether forecasts came true: each is held against what the window then did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from quotaboard.domain.board import Forecast

SEEN_TO_THE_END = timedelta(minutes=45)
"""A window that was last seen this long before its reset may have filled up unseen."""

LEAST_SETTLED = 4
"""From fewer nothing follows."""

RIGHT_ENOUGH = 0.5
"""A forecast that is wrong more often than that says less than silence."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """A forecast, and what was seen of its window until the reset."""

    credential: str
    window: str
    model: str | None
    at: datetime
    """When it was made."""
    resets_at: datetime
    empty_at: datetime | None
    """When the window was to be empty; None: it was to last."""
    full_at: datetime | None = None
    """When it was first seen full."""
    seen_at: datetime | None = None
    """When it was last seen before the reset."""


class Outcome(StrEnum):
    """What became of a forecast."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good the forecasts were."""

    said_empty: int = 0
    """Forecasts that a window would run out, whose outcome is known."""
    ran_out: int = 0
    """So many of them came true."""
    said_lasts: int = 0
    lasted: int = 0
    not_known: int = 0
    """Nobody looked near the reset."""
    typical_miss: timedelta | None = None
    """Between the moment that was said and the moment it was; the median."""

    @property
    def settled(self) -> int:
        return self.said_empty + self.said_lasts

    @property
    def right(self) -> float | None:
        """The share that came true; None before any has."""
        return (self.ran_out + self.lasted) / self.settled if self.settled else None


def is_believed(made: Forecast, so_far: Calibration) -> bool:
    """Whether forecasts of this window that said the same came true often enough to say it again."""
    if made.empty_at is None:
        said, right = so_far.said_lasts, so_far.lasted
    else:
        said, right = so_far.said_empty, so_far.ran_out
    return said < LEAST_SETTLED or right / said >= RIGHT_ENOUGH


def outcome(told: Foretold) -> Outcome:
    """Whether it came true."""
    if told.full_at is not None:
        return Outcome.WRONG if told.empty_at is None else Outcome.RIGHT
    if told.seen_at is None or told.resets_at - told.seen_at > SEEN_TO_THE_END:
        return Outcome.NOT_KNOWN
    return Outcome.RIGHT if told.empty_at is None else Outcome.WRONG


def calibration(forecasts: Iterable[Foretold]) -> Calibration:
    """All of them together. Those whose reset still lies ahead are for the caller to leave out."""
    counts = dict.fromkeys(("said_empty", "ran_out", "said_lasts", "lasted", "not_known"), 0)
    misses: list[float] = []
    for told in forecasts:
        became = outcome(told)
        if became is Outcome.NOT_KNOWN:
            counts["not_known"] += 1
            continue
        right = became is Outcome.RIGHT
        if told.empty_at is None:
            counts["said_lasts"] += 1
            counts["lasted"] += right
        else:
            counts["said_empty"] += 1
            counts["ran_out"] += right
            if told.full_at is not None:
                misses.append(abs(told.full_at - told.empty_at).total_seconds())
    return Calibration(**counts, typical_miss=timedelta(seconds=median(misses)) if misses else None)
