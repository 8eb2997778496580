"""What to ask next: a pure function of lanes, what is known of them, budgets and the time.

One look at a time per credential, so that what one answer implies is never asked again: lanes with tools go
first (one that serves them serves plain requests too), smaller models before larger ones, and a plain lane is
asked only where nothing heavier vouches for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import PLAIN, Client, Lane
from quotaboard.domain.verdict import SERVING, Verdict

DAY = timedelta(days=1)
LEAST_SPACING = timedelta(seconds=5)
"""Nobody asks the same lane faster, however often a key is pressed."""


USAGE_AT_MOST_EVERY = timedelta(seconds=300)
"""Whatever is configured: Anthropic's usage endpoint answers some 28 times an hour and account."""


UNEXPLAINED_FOR = timedelta(minutes=35)
"""A bare 429 of a light request is looked at again within this; an older one was overtaken since."""


class Tier(StrEnum):
    """Where a reading comes from, cheapest first."""

    CACHED = "cached"
    USAGE = "usage"
    CLIENT = "client"
    PROBE = "probe"
    CONTROL = "control"


_CHEAPEST_FIRST = {tier: place for place, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class LaneState:
    """A lane as the planner sees it."""

    lane: Lane
    known: Judgement | None
    """Its own or an inferred judgement; None when nothing is known."""
    next_at: datetime | None
    """When it wants to be asked; None for at once."""
    last_at: datetime | None
    """When it was asked last."""
    tokens: int
    """What one look may cost at the most."""
    demand: float = 0.0
    pinned: bool = True
    """An agent uses it, or the config names it; another lane is asked only to isolate a refusal."""
    usual_tokens: int | None = None
    """What one look costs as a rule, once that is known."""
    not_before: datetime | None = None
    """A short Retry-After of its last answer, which a person's wish obeys too."""
    proven: bool = False
    """Its newest answer was to an agent at work, which goes on telling how it is, for nothing."""


@dataclass(frozen=True, slots=True)
class CredentialState:
    """A credential as the planner sees it."""

    name: str
    lanes: Sequence[LaneState]
    consent: bool
    usable: bool
    """A secret can be read for it right now."""
    tokens_left: int
    """Of today's budget."""
    meters_read_at: datetime | None = None
    """When any of its windows was last read."""
    free_tiers: Mapping[Tier, datetime | None] = field(default_factory=dict)
    """The readings without tokens that it can have, and from when on each may be taken (None: at once)."""
    tomorrow: datetime | None = None
    """When the budget starts anew."""
    unreachable_until: datetime | None = None
    """Its server could not be reached just now; until then no other lane of it is tried either."""


class Look(NamedTuple):
    """One thing to ask, and when. A tuple, for one is made of each credential."""

    tier: Tier
    credential: str
    lane: Lane | None
    due_at: datetime
    tokens: int = 0


Heavier = Mapping[tuple[str, Client], Sequence[LaneState]]
"""By model and client."""


def next_look(state: CredentialState, now: datetime, usage_every: timedelta) -> Look | None:
    """The next thing to ask of one credential, due now or later; None when there is nothing to ask."""
    lane, asked_at = _next_probe(state, now)
    if lane is not None and asked_at <= now:
        return _probe(state, lane, asked_at)  # its answer carries the windows too
    tier, read_at = _next_meter(state, now, usage_every)
    if tier is not None and (lane is None or read_at < asked_at):
        return Look(tier, state.name, None, read_at)
    return None if lane is None else _probe(state, lane, asked_at)


def _probe(state: CredentialState, asked: LaneState, at: datetime) -> Look:
    return Look(tier_of(asked.lane), state.name, asked.lane, at, asked.tokens)


def tier_of(lane: Lane) -> Tier:
    """How a lane is asked."""
    return Tier.CONTROL if lane.client is Client.OFFICIAL else Tier.PROBE


def plan(states: Iterable[CredentialState], now: datetime, usage_every: timedelta) -> list[Look]:
    """The next look of every credential, the earliest first."""
    looks = [look for state in states if (look := next_look(state, now, usage_every)) is not None]
    return sorted(looks, key=lambda look: look.due_at)


def due_at(lane: LaneState, state: CredentialState, now: datetime) -> datetime:
    """When a lane is asked, if no neighbour answers for it before; budget, manners and server allowing."""
    return _due_at(lane, state, _unexplained(state.lanes, now), now)


def floor_of(
    lanes: Sequence[LaneState], tokens_left: int, time_left: timedelta, own: str | None = None
) -> timedelta:
    """The shortest span between two rounds that what is left of the day's tokens pays for; refusals are free.

    So is what an agent proves, for the others: `own`, by its id, is paced as if the agent had stopped.
    """
    tokens = sum(
        state.usual_tokens or state.tokens
        for state in lanes
        if state.pinned
        and (not state.proven or state.lane.id == own)
        and not _is_vouched(state)
        and not _is_free(state)
    )
    return time_left * min(tokens / tokens_left, 1.0) if tokens_left > 0 else time_left


def _next_probe(state: CredentialState, now: datetime) -> tuple[LaneState | None, datetime]:
    """The lane that is due first; of those that are due now the lightest model, with tools before plain."""
    if not state.consent or not state.usable:
        return None, now
    heavier, unexplained = _heavier(state.lanes), _unexplained(state.lanes, now)
    chosen: LaneState | None = None
    chosen_at = turn_at = now
    for lane in state.lanes:
        if chosen is not None and lane.next_at is not None and lane.next_at > turn_at:
            continue  # no lane is due before it wishes to be
        at = _due_at(lane, state, unexplained, now)
        if chosen is not None and at > turn_at:
            continue
        due = max(now, at)
        if chosen is not None and due == turn_at and _order(lane) >= _order(chosen):
            continue
        # Looked at last, for it costs the most, and few lanes get so far.
        if _wants(lane, heavier, state.tokens_left, now):
            chosen, chosen_at, turn_at = lane, at, due
    for lane in state.lanes if unexplained else ():
        at = _due_at(lane, state, unexplained, now)
        if _isolates(lane, unexplained) and (chosen is None or at <= turn_at):
            chosen, chosen_at, turn_at = lane, at, max(now, at)
    return chosen, chosen_at


def _next_meter(
    state: CredentialState, now: datetime, usage_every: timedelta
) -> tuple[Tier | None, datetime]:
    """The cheapest free reading, once the windows are older than they should be."""
    if not state.free_tiers:
        return None, now
    every = max(usage_every, USAGE_AT_MOST_EVERY)
    wanted_at = now if state.meters_read_at is None else state.meters_read_at + every
    turns = []
    for tier, allowed_at in state.free_tiers.items():
        at = wanted_at if allowed_at is None or allowed_at < wanted_at else allowed_at
        turns.append((max(now, at), _CHEAPEST_FIRST[tier], at, tier))
    _, _, due, cheapest = min(turns)
    return cheapest, due


def _heavier(lanes: Iterable[LaneState]) -> Heavier:
    """The lanes in use that carry more than a plain request."""
    heavier: dict[tuple[str, Client], list[LaneState]] = {}
    for state in lanes:
        lane = state.lane
        if lane.shape != PLAIN and state.pinned:
            heavier.setdefault((lane.model, lane.client), []).append(state)
    return heavier


def _wants(state: LaneState, heavier: Heavier, tokens_left: int, now: datetime) -> bool:
    """Whether the lane has to be asked itself, rather than wait for what a heavier neighbour says."""
    lane = state.lane
    if lane.shape != PLAIN:
        return state.pinned
    above = heavier.get((lane.model, lane.client))
    if above is None:
        return state.pinned
    if not state.pinned and not any(_is_refused(other) for other in above):
        return False
    # A loop: generators cost a third of the whole plan.
    for other in above:  # noqa: SIM110
        if other.tokens <= tokens_left and not _has_spoken(other, now):
            return False
    return True


def _has_spoken(heavier: LaneState, now: datetime) -> bool:
    """It was asked lately and is not about to be. Had it been served, the plain lane would be vouched for."""
    known = heavier.known
    if known is None or known.observed_at is None or known.stale:
        return False
    return heavier.next_at is not None and heavier.next_at > now


def _due_at(
    lane: LaneState, state: CredentialState, unexplained: Sequence[LaneState], now: datetime
) -> datetime:
    if unexplained and _isolates(lane, unexplained):
        lane = replace(lane, next_at=now, known=None)
    at = _wished_at(lane, now)
    if state.unreachable_until is not None and state.unreachable_until > at:
        at = state.unreachable_until
    if unexplained and lane.lane.client is Client.DIRECT:
        at = max(at, *(other.next_at or at for other in unexplained if _is_lighter(other, lane)), at)
    if lane.tokens > state.tokens_left and state.tomorrow is not None and state.tomorrow > at:
        return state.tomorrow
    return at


def _unexplained(lanes: Iterable[LaneState], now: datetime) -> list[LaneState]:
    """Lanes whose light request got a bare 429, and nothing passed since: heavier ones fare no better."""
    found = [
        (known.observed_at, state)
        for state in lanes
        if (known := state.known) is not None
        and known.reason == "bare_429"
        and known.verdict is Verdict.UNKNOWN
        and state.lane.shape == PLAIN
        and state.lane.client is Client.DIRECT
        and known.observed_at is not None
        and now - known.observed_at < UNEXPLAINED_FOR
    ]
    if not found:
        return []
    served = [at for state in lanes if (at := _served_at(state)) is not None]
    return [state for seen, state in found if not served or max(served) < seen]


def _served_at(state: LaneState) -> datetime | None:
    """When something passed there last, even if that is too long ago to say `open`."""
    known = state.known
    if known is None:
        return None
    verdict = known.was if known.stale else known.verdict
    return known.observed_at if verdict in SERVING else None


def _isolates(state: LaneState, unexplained: Iterable[LaneState]) -> bool:
    """A few tokens tell a gate from a burst: a smaller model's light request that was not tried since."""
    lane, last_at = state.lane, state.last_at
    if lane.shape != PLAIN or lane.client is not Client.DIRECT or not state.pinned:
        return False
    return any(
        state.demand < other.demand
        and other.last_at is not None
        and (last_at is None or last_at < other.last_at)
        for other in unexplained
    )


def _is_lighter(light: LaneState, state: LaneState) -> bool:
    return light.demand < state.demand or (light.lane.model == state.lane.model and state.lane.shape != PLAIN)


def _is_vouched(state: LaneState) -> bool:
    return state.known is not None and state.known.inferred_from is not None


def _is_free(state: LaneState) -> bool:
    """As it stands, a look at it costs nothing: a refusal, or an answer that was none."""
    return _is_refused(state) or (
        state.known is not None and state.known.verdict in (Verdict.UNAVAILABLE, Verdict.BAD_REQUEST)
    )


def _is_refused(state: LaneState) -> bool:
    return state.known is not None and state.known.blocked is True


def _wished_at(state: LaneState, now: datetime) -> datetime:
    """When the lane by itself wants to be asked."""
    wanted = state.next_at or now
    known = state.known
    if wanted <= now and known is not None and _is_answered(known, wanted, now):
        return known.until if known.until is not None and known.until > now else now + DAY
    last_at, not_before = state.last_at, state.not_before
    if last_at is not None and wanted - last_at < LEAST_SPACING and last_at <= now:
        wanted = last_at + LEAST_SPACING
    return wanted if not_before is None or not_before < wanted else not_before


def _is_answered(known: Judgement, wanted: datetime, now: datetime) -> bool:
    """A neighbour, or a meter, has answered for it since."""
    told = known.inferred_from is not None or known.verdict is Verdict.SPENT
    return told and known.observed_at is not None and wanted <= known.observed_at <= now


def _order(state: LaneState) -> tuple[bool, float, bool, str, str]:
    lane = state.lane
    return (lane.client is Client.OFFICIAL, state.demand, lane.shape == PLAIN, lane.model, lane.shape)
