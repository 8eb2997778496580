"""Fixed policies over the same days: each looks when its time has come, and its eye is perfect."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.domain.lane import TOOLS, Client, Lane
from tests.economy.ledger import Change
from tests.economy.ours import CONTROL_TOKENS, Past
from tests.economy.world import PAID, SERVES, SPENT, Bill

PROBE_TOKENS = {True: (430, 1), False: (9, 1)}
"""Of a request with tools and without, as our own looks cost."""

READS_USAGE = ("max", "team", "pro", "studio")
USAGE_PER_HOUR = 28


@dataclass(frozen=True, slots=True)
class Policy:
    """Looks at the same things for ever."""

    name: str
    every: timedelta
    probes: bool = True
    """Whether it sends requests to models, or reads usage endpoints alone."""


POLICIES = (
    Policy("every 60 s everything", timedelta(seconds=60)),
    Policy("every 300 s everything", timedelta(seconds=300)),
    Policy("usage endpoint only", timedelta(seconds=300), probes=False),
)


def live_fixed(policy: Policy, past: Past) -> tuple[list[Change], Bill]:
    """When it would have noticed each change, and what it would have asked for."""
    begin, end = past.world.started_at, past.world.started_at + past.span
    ticks = [begin + number * policy.every for number in range(int(past.span / policy.every) + 1)]
    told = [_told(change, policy, ticks, end) for change in past.ledger.changes]
    bill = Bill()
    if policy.probes:
        for lane in past.lanes:
            _pay(lane, past, ticks, bill)
    bill.requests += len(ticks) * len(READS_USAGE)
    an_hour = timedelta(hours=1) / policy.every
    bill.too_often = round(max(an_hour - USAGE_PER_HOUR, 0) * (past.span / timedelta(hours=1))) * len(
        READS_USAGE
    )
    return told, bill


def _told(change: Change, policy: Policy, ticks: list[datetime], end: datetime) -> Change:
    """A meter tells of a window that is full, and of nothing else that changes."""
    at = ticks[found] if (found := bisect_right(ticks, change.at)) < len(ticks) else None
    sees = policy.probes or change.to == SPENT
    in_time = at is not None and at < (change.ended_at or end)
    return replace(change, told_at=at if sees and in_time else None)


def _pay(lane: Lane, past: Past, ticks: list[datetime], bill: Bill) -> None:
    """Only what is served costs tokens."""
    spans = list(_spans(lane, past))
    official = lane.client is Client.OFFICIAL
    cost = CONTROL_TOKENS if official else PROBE_TOKENS[lane.shape == TOOLS]
    for begin, end, truth in spans:
        count = bisect_right(ticks, end) - bisect_right(ticks, begin)
        bill.requests += count
        if truth in (SERVES, PAID):
            bill.add(lane.model, cost[0] * count, cost[1] * count)


def _spans(lane: Lane, past: Past) -> Iterator[tuple[datetime, datetime, str]]:
    end = past.world.started_at + past.span
    since, truth = past.world.started_at - timedelta(seconds=1), past.ledger.first[lane.id]
    for change in past.ledger.changes:
        if change.lane == lane.id:
            yield since, change.at, truth
            since, truth = change.at, change.to
    yield since, end, truth
