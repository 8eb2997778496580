"""How long to wait before a lane is asked again: a pure function of what it said last."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.verdict import SERVING, Verdict

MINUTE = timedelta(minutes=1)

REFUSED = (15 * MINUTE, 30 * MINUTE, 60 * MINUTE)
"""A deterministic refusal is not hammered; the n-th look at the same refusal waits the n-th span, the last for ever."""

SETTLED = (60 * MINUTE, 180 * MINUTE, 360 * MINUTE)
"""A refusal that only a person ends: wrong model, wrong plan, a policy."""

SECOND_LOOK = timedelta(seconds=75)
"""A bare 429 is looked at again after this: long enough to tell a gate from a burst."""

TROUBLE = (timedelta(seconds=30), MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE)

AFTER_RESET = timedelta(seconds=10)
"""A window is asked a little after its reset, for clocks differ."""

SPENT_WITHOUT_RESET = 30 * MINUTE
LONGEST = timedelta(hours=6)
"""Whatever a provider says, a lane is looked at again within this; only a spent one waits for its reset."""

STEADY = (1.0, 2.0, 4.0, 8.0)
"""A lane that serves on and on is asked less and less often: multiples of the freshness that the user wants."""

BEFORE_STALE = 0.75
"""A serving lane is asked again before its answer grows too old to say so, if the budget allows."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the user and the budget allow."""

    fresh_for: timedelta
    stale_after: timedelta
    """How old an answer may be that still says `open`."""
    floor: timedelta
    """The shortest span between two looks at a serving lane that the daily budget pays for."""


def next_look(judgement: Judgement, repeats: int, pace: Pace, now: datetime, key: str) -> datetime:
    """When to ask again. `repeats` counts looks in a row with the same verdict; `key` seeds the jitter."""
    span = _span(judgement, repeats, pace, now)
    jitter = 0.1 * _fraction(f"{key}{now.isoformat()}")
    if judgement.verdict is Verdict.SPENT and judgement.until is not None:
        return now + span + jitter * MINUTE
    return now + min(span * (1 + jitter), LONGEST)


def _span(judgement: Judgement, repeats: int, pace: Pace, now: datetime) -> timedelta:
    verdict, until = judgement.verdict, judgement.until
    if verdict in SERVING:
        steady = min(pace.fresh_for * STEADY[min(repeats, len(STEADY) - 1)], pace.stale_after * BEFORE_STALE)
        return max(pace.fresh_for if verdict is Verdict.PAID else steady, pace.floor)
    if verdict is Verdict.SPENT:
        return max(until - now, timedelta()) + AFTER_RESET if until else SPENT_WITHOUT_RESET
    if verdict is Verdict.THROTTLED:
        return max((until - now) if until else timedelta(), _step(TROUBLE, repeats))
    if judgement.reason == "bare_429" and not (verdict is Verdict.GATED and judgement.confirmed):
        return SECOND_LOOK
    if verdict is Verdict.UNFUNDED and until is not None:
        return max(until - now, _step(REFUSED, repeats))
    if verdict in (Verdict.GATED, Verdict.UNFUNDED, Verdict.UNAUTHORIZED, Verdict.FORBIDDEN):
        return _step(REFUSED, repeats)
    if verdict in (Verdict.NOT_ENTITLED, Verdict.NOT_FOUND, Verdict.BAD_REQUEST):
        return _step(SETTLED, repeats)
    return max((until - now) if until else timedelta(), _step(TROUBLE, repeats))


def _step(steps: tuple[timedelta, ...], repeats: int) -> timedelta:
    return steps[min(repeats, len(steps) - 1)]


def _fraction(seed: str) -> float:
    """A share in [0, 1) that is the same for the same seed, so that a plan can be replayed."""
    return zlib.crc32(seed.encode()) / 2**32
