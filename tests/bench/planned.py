"""Planning the next looks of ten thousand lanes, of every kind in turn."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import PLAIN, TOOLS, Client, Lane
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.plan import CredentialState, LaneState, Tier, plan
from tests.bench.figures import Figure
from tests.bench.stage import Stage

NOW = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CREDENTIALS = 2_000
MODELS = (("claude-haiku-4-5", 0.0), ("claude-sonnet-4-6", 1.0))
KNOWN = (Verdict.OPEN, Verdict.GATED, Verdict.SPENT, Verdict.UNAVAILABLE, None)


def planning(stage: Stage) -> Iterable[Figure]:
    """The next look of each credential, nothing kept from before."""
    states = [_credential(number) for number in range(CREDENTIALS)]
    times = []
    for _ in range(stage.runs * 2):
        begun = time.process_time()
        plan(states, NOW, 5 * MINUTE)
        times.append((time.process_time() - begun) * 1000)
    raw = f"{len(states)} credentials, {len(times)} runs, best {min(times):.1f} ms"
    yield Figure("planning 10,000 lanes", median(times), "ms CPU", 10, raw)


def _credential(number: int) -> CredentialState:
    name = f"account-{number:04}"
    lanes = [
        _lane(Lane(name, "anthropic", model, shape), demand, number * 4 + place)
        for place, (model, demand, shape) in enumerate(
            (model, demand, shape) for model, demand in MODELS for shape in (PLAIN, TOOLS)
        )
    ]
    official = Lane(name, "anthropic", MODELS[0][0], PLAIN, Client.OFFICIAL)
    lanes.append(LaneState(official, None, NOW + MINUTE, None, 350))
    return CredentialState(
        name,
        lanes,
        consent=True,
        usable=True,
        tokens_left=10_000,
        meters_read_at=NOW - MINUTE,
        free_tiers={Tier.USAGE: None},
        tomorrow=NOW + 600 * MINUTE,
    )


def _lane(lane: Lane, demand: float, number: int) -> LaneState:
    verdict = KNOWN[number % len(KNOWN)]
    until = NOW + 60 * MINUTE if verdict is Verdict.SPENT else None
    known = None if verdict is None else Judgement(verdict, "a.rule", until=until, observed_at=NOW - MINUTE)
    return LaneState(lane, known, NOW + (number % 90 - 5) * MINUTE, NOW - number % 60 * MINUTE, 430, demand)
