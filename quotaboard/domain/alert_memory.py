"""When something is an edge that is said: once per crossing, never twice, and rarely for what flaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.domain.forecast import SAME_RESET

CALM = timedelta(hours=1)
"""What was said longer ago does not count as flapping."""

SAID_AT_ONCE = 2
"""Closing and opening again are each news; from then on, what is new has to last."""

SETTLED = timedelta(minutes=10)
"""So long a state that flapped must have held."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """How one thing was when something was last said of it, or when it was first seen."""

    state: str
    since: datetime
    other: str | None = None
    """How it has been since, while that is not said."""
    other_since: datetime | None = None
    said: tuple[datetime, ...] = ()
    """When something was said of it, lately."""
    ends_at: datetime | None = None
    """When the stretch of time ends that this belongs to, such as a window's reset."""

    def still(self, ends_at: datetime | None) -> Remembered:
        """Nothing is new."""
        if self.other is None and _same(self.ends_at, ends_at):
            return self
        return replace(self, other=None, other_since=None, ends_at=ends_at)

    def turning(self, state: str, now: datetime) -> Remembered:
        """It is another way now, which is not said yet."""
        if self.other == state and self.other_since is not None and self.other_since <= now:
            return self
        return replace(self, other=state, other_since=now)

    def turned(self, state: str, now: datetime, ends_at: datetime | None, *, said: bool) -> Remembered:
        """It is another way now, and that is settled."""
        told = (*self._lately(now), now) if said else self._lately(now)
        return Remembered(state, now, said=told, ends_at=ends_at)

    def is_settled(self, now: datetime) -> bool:
        """Whether the other state may be said: at once, unless it has turned back and forth lately."""
        if len(self._lately(now)) < SAID_AT_ONCE:
            return True
        return self.other_since is not None and now - self.other_since >= SETTLED

    def _lately(self, now: datetime) -> tuple[datetime, ...]:
        # One dated ahead of now was said by a clock that has been put back since.
        return tuple(at for at in self.said if timedelta() <= now - at < CALM)


def _same(one: datetime | None, other: datetime | None) -> bool:
    """Providers tell the same reset a few seconds apart."""
    return one == other if one is None or other is None else abs(one - other) <= SAME_RESET
