"""When a free reading may be taken again: pure functions of the slot before and of what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from quotaboard.domain.answer import Answer
from quotaboard.poll.cadence import DAY
from quotaboard.poll.means import NO_SUCH_METER
from quotaboard.poll.plan import Tier
from quotaboard.store.schedule import Slot

REFUSED = (timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=30))
"""After so many refusals in a row."""

USELESS = timedelta(hours=6)
"""Where there is no such reading."""


def meter_key(tier: Tier, credential: str) -> str:
    """Its slot in the store."""
    return f"{tier}/{credential}"


def claimed(key: str, before: Slot | None, every: timedelta, now: datetime) -> Slot:
    """The slot while it is being taken."""
    return Slot(key, now + every, before.failures if before else 0, now)


def after(claim: Slot, answer: Answer | None, now: datetime) -> Slot:
    """A refusal is not repeated before its time."""
    if answer is None or (answer.error is None and answer.fault is None):
        return Slot(claim.key, claim.next_at, 0, now)
    failures = claim.failures + 1
    wait = USELESS if answer.status in NO_SUCH_METER else REFUSED[min(failures, len(REFUSED)) - 1]
    retry_at = min(answer.retry_at or now, now + DAY)
    return Slot(claim.key, max(now + wait, retry_at), failures, now)
