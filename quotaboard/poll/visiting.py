"""Agents at their lanes: when each asked there last, whether it waits, and whether it fell silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from quotaboard.poll.cadence import IN_ITS_PLACE, Wait

COMES_BACK_AFTER = timedelta(minutes=15)
"""An agent that was silent for so long and asks again was sent by somebody, who waits for it anew."""

WAITS_FOR = timedelta(hours=1)
"""After so long without a request of its agent nobody waits for a lane any more."""

SILENT_AFTER = IN_ITS_PLACE[0]
"""An agent at work asks again sooner; one that does not tells nothing of what its last request brought."""


class Visits:
    """The agents at one credential's lanes."""

    def __init__(self) -> None:
        self._waits: dict[str, Wait] = {}
        """By lane, when an agent asked on it last, and how many looks in a row there were before it came."""

    def __bool__(self) -> bool:
        return bool(self._waits)

    def note(self, lane: str, at: datetime, looks: int) -> None:
        """An agent asked there; `looks` in a row had found the lane shut by then."""
        wait = self._waits.get(lane)
        if wait is not None and at - wait.tried_at < COMES_BACK_AFTER:
            at, looks = max(at, wait.tried_at), min(looks, wait.looks)
        self._waits[lane] = Wait(at, looks)

    def waiting(self, lane: str, now: datetime) -> Wait | None:
        """Of the agent that asked there lately, and may wait for it to open."""
        wait = self._waits.get(lane)
        return wait if wait is not None and now - wait.tried_at < WAITS_FOR else None

    def silent_at(self, lane: str, looked_at: datetime | None, now: datetime) -> datetime | None:
        """From when on its agent counts as silent, should it not ask again; None if we asked after it did."""
        wait = self.waiting(lane, now)
        if wait is None or (looked_at is not None and looked_at >= wait.tried_at):
            return None
        return wait.tried_at + SILENT_AFTER
