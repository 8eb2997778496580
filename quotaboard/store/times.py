"""Moments inside the store: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

TOLERANCE_MS = 2 * MINUTE_MS
"""How far ahead a moment may lie. One beyond it was written while a clock was wrong, and is not relied on."""


def to_ms(moment: datetime) -> int:
    """Rounded down, so that nothing is ever dated later than it was."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """The moment again."""
    return EPOCH + timedelta(milliseconds=ms)


def maybe_ms(moment: datetime | None) -> int | None:
    """The same for a moment that may be absent."""
    return None if moment is None else to_ms(moment)


def maybe_from_ms(ms: int | None) -> datetime | None:
    """The moment again, if there was one."""
    return None if ms is None else from_ms(ms)
