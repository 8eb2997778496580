"""What a part of the screen is drawn for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

FRESH_FOR = timedelta(minutes=5)
"""A number older than this says how old it is."""


@dataclass(frozen=True, slots=True)
class Page:
    """The room there is, and the moment at which it will be read."""

    width: int
    now: datetime
    zone: tzinfo | None = None
    """None for the machine's own."""

    def wide(self, width: int) -> Page:
        return replace(self, width=width)

    def since(self, at: datetime) -> timedelta:
        """How long ago; a clock that was set back makes nothing newer than now."""
        return max(self.now - at, timedelta(0))

    def until(self, at: datetime) -> timedelta:
        return at - self.now

    def is_fresh(self, at: datetime) -> bool:
        return self.since(at) < FRESH_FOR
