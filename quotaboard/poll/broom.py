"""Keeping the store small, one short step at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from quotaboard.store.store import Store

EVERY = timedelta(hours=1)
FIRST = timedelta(minutes=5)
"""After a start, so that it is no part of the first frame."""

AT_ONCE = timedelta(seconds=1)


class Broom:
    """Knows when the next step is due."""

    def __init__(self) -> None:
        self._due_at: datetime | None = None

    def turn(self, store: Store, now: datetime) -> None:
        """Take the step that is due, if one is."""
        due_at = self._due_at
        if due_at is None or due_at - now > EVERY:
            self._due_at = now + FIRST
        elif due_at <= now:
            more = store.tidy(now=now)
            self._due_at = now + (AT_ONCE if more else EVERY)
