"""How long to wait before a lane is asked again: a pure function of what it said last."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.verdict import SERVING, Verdict

T = TypeVar("T")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

REFUSED = (15 * MINUTE, 30 * MINUTE, 60 * MINUTE)
"""A deterministic refusal is not hammered: the n-th look at the same one waits the n-th span."""

SETTLED = (60 * MINUTE, 180 * MINUTE, 360 * MINUTE)
"""A refusal that only a person ends: wrong model, wrong plan, a policy."""

SECOND_LOOKS = (75 * SECOND, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE)
"""A bare 429 is looked at again after the first: long enough to tell a gate from a burst.

The rest are for one that nothing passes beside: it stays unknown however often it is asked.
"""

TROUBLE = (30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE)

AFTER_RESET = 10 * SECOND
"""A window is asked a little after its reset, for clocks differ."""

SPENT_WITHOUT_RESET = 30 * MINUTE
LONGEST = timedelta(hours=6)
"""A lane is looked at again within this, unless a reset or a Retry-After lies further away."""

FURTHEST_RESET = 32 * DAY
"""No window is longer than a month; a reset beyond that is a mistake of somebody's clock."""

IN_ITS_PLACE = (50 * SECOND, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE)
"""An agent that was refused wants to hear that it may go on: so long after each look, or after its own try.

A refusal costs no tokens, but the provider sees it: after these it is as rare as if nobody waited.
"""

WAITED_FOR = (Verdict.GATED, Verdict.UNAVAILABLE)
"""What ends without notice: an agent may try again at any time."""

STEADY = (1.0, 2.0, 4.0, 8.0)
"""A lane that serves on and on is asked less often: multiples of the freshness that the user wants."""

TRIES_A_STEP = 10
"""On an agent's lane in trouble: twice a minute for five minutes, once a minute for ten, and so on."""

BEFORE_STALE = 0.75
"""A serving lane is asked again before its answer grows too old to say so, if the budget allows."""

PACED_SHARE = 0.8
"""The share of a day's budget that planned looks may use; the rest is for looks that a person asks for."""

JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """What the user and the budget allow."""

    fresh_for: timedelta
    stale_after: timedelta
    """How old an answer may be that still says `open`."""
    floor: timedelta
    """The shortest span between two looks at a serving lane that the daily budget pays for."""


@dataclass(frozen=True, slots=True)
class Wait:
    """An agent that asks on a lane by itself."""

    tried_at: datetime
    """When it did last."""
    looks: int
    """How many looks in a row found the lane shut since the agent came to it."""


def next_look(
    judgement: Judgement,
    repeats: int,
    pace: Pace,
    now: datetime,
    key: str,
    *,
    retry_at: datetime | None = None,
    wait: Wait | None = None,
) -> datetime:
    """When to ask again.

    `repeats` counts the looks before that went the same way; `key` seeds the jitter; `retry_at` is the
    provider's Retry-After, which is obeyed up to a day; `wait` tells of an agent there.
    """
    span = _span(judgement, repeats, pace, now)
    jitter = JITTER * _fraction(f"{key}{now.isoformat()}")
    if judgement.verdict is Verdict.SPENT and judgement.until is not None:
        at = now + min(span, FURTHEST_RESET) + jitter * MINUTE
    else:
        at = now + min(span * (1 + jitter), max(LONGEST, pace.floor))
    if wait is not None and wait.looks < len(IN_ITS_PLACE) and _is_waited_for(judgement):
        at = min(at, max(wait.tried_at, now) + IN_ITS_PLACE[max(wait.looks, 0)] * (1 + jitter))
    if retry_at is not None and judgement.verdict not in SERVING:
        at = max(at, min(retry_at, now + DAY) + jitter * MINUTE)
    return at


def with_an_agent(lane: Lane, known: Judgement, repeats: int, tries: int) -> int:
    """The repeats that count on the lane of an agent, which waits for it: trouble is free to look at.

    What serves is kept fresh, however steadily it serves; but asking the official client costs more.
    """
    if known.verdict in SERVING and lane.client is Client.DIRECT:
        return 0
    return tries // TRIES_A_STEP if known.verdict is Verdict.UNAVAILABLE else repeats


def _span(judgement: Judgement, repeats: int, pace: Pace, now: datetime) -> timedelta:
    verdict, until = judgement.verdict, judgement.until
    ahead = max(until - now, timedelta()) if until else timedelta()
    if verdict in SERVING:
        steady = min(pace.fresh_for * _step(STEADY, repeats), pace.stale_after * BEFORE_STALE)
        return max(pace.fresh_for if verdict is Verdict.PAID else steady, pace.floor)
    if verdict is Verdict.SPENT:
        # A reset that lies behind already is one by another clock: no reason to ask on and on.
        return ahead + AFTER_RESET if ahead else _step(TROUBLE, repeats) if until else SPENT_WITHOUT_RESET
    if judgement.reason == "bare_429":
        sure = verdict is Verdict.GATED and judgement.confirmed
        return _step(REFUSED, repeats - 1) if sure else _step(SECOND_LOOKS, repeats)
    if verdict in (Verdict.GATED, Verdict.UNFUNDED, Verdict.UNAUTHORIZED, Verdict.FORBIDDEN):
        return max(ahead, _step(REFUSED, repeats))
    if verdict in (Verdict.NOT_ENTITLED, Verdict.NOT_FOUND, Verdict.BAD_REQUEST):
        return _step(SETTLED, repeats)
    return max(ahead, _step(TROUBLE, repeats))


def _is_waited_for(judgement: Judgement) -> bool:
    return judgement.confirmed and judgement.verdict in WAITED_FOR


def _step(steps: tuple[T, ...], repeats: int) -> T:
    return steps[max(0, min(repeats, len(steps) - 1))]


def _fraction(seed: str) -> float:
    """A share in [0, 1) that is the same for the same seed, so that a plan can be replayed."""
    return zlib.crc32(seed.encode()) / 2**32
