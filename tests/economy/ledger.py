"""What was true of each lane and what was said of it: delays, misses, and how long each was known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quotaboard.domain.verdict import Verdict
from tests.economy.world import DOWN, GATED, PAID, SERVES, SPENT, UNFUNDED

UNTOLD = "untold"
"""Unknown: never asked, too old, or not decided."""

SAID = {
    Verdict.OPEN: SERVES,
    Verdict.NEAR_LIMIT: SERVES,
    Verdict.PAID: PAID,
    Verdict.SPENT: SPENT,
    Verdict.GATED: GATED,
    Verdict.UNFUNDED: UNFUNDED,
    Verdict.UNAVAILABLE: DOWN,
}
IDLE, WAITED_FOR, ASKED = range(3)
"""Nobody is on the lane; an agent is in a session on it, and silent; it asks by the minute."""

BRIEF = timedelta(minutes=2)
"""What passes sooner is no change that anybody has to notice."""

NEVER = timedelta.max


@dataclass(slots=True)
class Change:
    """Something became true of a lane."""

    lane: str
    at: datetime
    to: str
    use: int
    """What an agent did with the lane then: IDLE, WAITED_FOR or ASKED."""
    ended_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def delay(self) -> timedelta:
        return NEVER if self.told_at is None else self.told_at - self.at

    @property
    def counts(self) -> bool:
        return self.ended_at is None or self.ended_at - self.at >= BRIEF


@dataclass(slots=True)
class Ledger:
    """Kept by whoever watches."""

    changes: list[Change] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)
    """What was true of each lane at the beginning."""
    right: timedelta = timedelta()
    wrong: timedelta = timedelta()
    untold: timedelta = timedelta()
    _now: dict[str, Change] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)
    _noted_at: datetime | None = None

    def turn_true(self, lane: str, truth: str, now: datetime, use: int) -> None:
        """What a request on the lane would meet from now on. The first word is no change."""
        current = self._now.get(lane)
        if current is not None and current.to == truth:
            return
        change = Change(lane, now, truth, use)
        if current is None:
            change.told_at, self.first[lane] = now, truth
        else:
            current.ended_at = now
            self.changes.append(change)
        self._now[lane] = change

    def say(self, said: Mapping[str, str], now: datetime) -> None:
        """What is said from now on."""
        span = now - self._noted_at if self._noted_at is not None else timedelta()
        for lane, before in self._said.items():
            if before == UNTOLD:
                self.untold += span
            elif before == self._now[lane].to:
                self.right += span
            else:
                self.wrong += span
        self._noted_at, self._said = now, dict(said)
        for lane, told in said.items():
            change = self._now[lane]
            if change.told_at is None and change.to == told:
                change.told_at = now

    def shares(self) -> tuple[float, float, float]:
        """Of all lanes and all the time: right, untold, wrong."""
        whole = self.right + self.untold + self.wrong or timedelta(seconds=1)
        return self.right / whole, self.untold / whole, self.wrong / whole


def found_gates(changes: Iterable[Change]) -> set[tuple[str, datetime]]:
    """The gates that were seen while they stood."""
    return {(one.lane, one.at) for one in changes if one.to == GATED and one.told_at is not None}


def quantile(delays: list[timedelta], share: float) -> timedelta:
    """NEVER where so many were missed that it cannot be told."""
    ordered = sorted(delays)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else timedelta()
