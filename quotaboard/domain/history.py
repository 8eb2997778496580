"""What was seen of a credential over time: how its windows filled, and how its lanes closed and opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from quotaboard.domain.forecast import SAME_RESET, Use
from quotaboard.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Trail:
    """One window over time."""

    window: str
    model: str | None
    seconds: int | None
    """Its fixed length."""
    uses: tuple[Use, ...] = ()
    """Oldest first; thinned where there were more than could be shown."""

    @property
    def resets(self) -> tuple[datetime, ...]:
        """The moments between the first and the last use at which it began anew."""
        found: list[datetime] = []
        for before, after in zip(self.uses, self.uses[1:], strict=False):
            if before.resets_at is None or (
                after.resets_at is not None and abs(after.resets_at - before.resets_at) <= SAME_RESET
            ):
                continue
            found.append(min(max(before.resets_at, before.at), after.at))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Turn:
    """The moment when a lane's verdict, or the reason for it, became another."""

    lane: str
    at: datetime
    before: Verdict | None
    """None for the first verdict."""
    after: Verdict
    reason: str | None = None
    rule: str = ""
    evidence: str = ""
    """One line."""


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch of time, as far as it is known."""

    since: datetime
    until: datetime
    trails: tuple[Trail, ...] = ()
    turns: tuple[Turn, ...] = ()
    """Newest first."""
    trouble: str | None = None
    """One sentence when it cannot be read."""


def peaks(uses: tuple[Use, ...], since: datetime, until: datetime, count: int) -> tuple[float | None, ...]:
    """The highest share in each of so many equal spans; None where nothing was seen."""
    found: list[float | None] = [None] * count
    length = (until - since).total_seconds()
    if count < 1 or length <= 0:
        return tuple(found)
    start, scale = since.timestamp(), count / length
    for use in uses:
        at = int((use.at.timestamp() - start) * scale)
        if 0 <= at < count:
            seen = found[at]
            found[at] = use.share if seen is None or use.share > seen else seen
    return tuple(found)


def spark_span(seconds: int | None) -> timedelta:
    """How far back a sparkline looks: a day for windows of hours, a week for longer ones."""
    return timedelta(days=1 if seconds is None or seconds < 86_400 else 7)
