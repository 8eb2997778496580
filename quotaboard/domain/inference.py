"""What one lane's answer implies for its neighbours: nothing is asked twice or claimed too widely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from quotaboard.domain.holding import Policy, aged, holds, overtaken, tells_of_now
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import PLAIN, Client, Lane
from quotaboard.domain.reading import Reading, Sighting, Window
from quotaboard.domain.verdict import SERVING, UNDECIDED, Retry, Scope, Verdict
from quotaboard.domain.windows import (
    blocking,
    current,
    holds_back,
    is_cap,
    is_near,
    latest_balance,
    latest_overage,
    merge,
)
from quotaboard.domain.wording import clock, percent

_VOUCHES = (Verdict.OPEN, Verdict.NEAR_LIMIT)
"""`paid` does not vouch: a lighter request may still be served on the plan."""


def spread(
    lanes: Sequence[Lane], own: Mapping[str, Judgement], policy: Policy, now: datetime
) -> dict[str, Judgement]:
    """Each lane's own judgement, or what a neighbour's newer one implies for it; aged to now."""
    own = {lane.id: _unless_disproved(own[lane.id], own.values()) for lane in lanes if lane.id in own}
    held = {name: judgement for name, judgement in own.items() if holds(judgement, policy, now)}
    known: dict[str, Judgement] = {}
    for lane in lanes:
        mine = own.get(lane.id)
        implied = _strongest(_implied(lane, lanes, held))
        if implied is not None and (mine is None or lane.id not in held or _outdates(implied, mine)):
            known[lane.id] = implied
        elif mine is not None:
            known[lane.id] = aged(mine, policy, now)
    return known


def by_meters(
    lane: Lane, judgement: Judgement, readings: Sequence[Reading], policy: Policy, now: datetime
) -> Judgement:
    """The judgement in the light of meters that were read after it. A healthy meter changes nothing."""
    if judgement.blocked:
        return judgement
    newer = [
        sighting
        for sighting in merge(readings)
        if _is_newer(sighting, judgement)
        and tells_of_now(sighting, policy, now)
        and sighting.window.governs(lane.model)
        and (holds_back(sighting.window) or is_cap(sighting.window))
    ]
    windows = [current(sighting.window, now) for sighting in newer]
    cap = blocking([window for window in windows if is_cap(window)])
    if cap is not None:
        return _capped_by_meter(judgement, cap, _sighting_of(newer, cap).observed_at)
    money = latest_balance(readings)
    if money is not None and money[0].available is False and _counts(money[1], judgement, policy, now):
        return _unfunded_by_meter(judgement, money[1])
    full = blocking(windows)
    if full is not None:
        return _full_by_meter(judgement, full, _sighting_of(newer, full), readings)
    near = next((window for window in windows if is_near(window)), None)
    if judgement.verdict is Verdict.OPEN and near is not None:
        return _near_by_meter(judgement, near)
    return judgement


def _is_newer(sighting: Sighting, judgement: Judgement) -> bool:
    """Whether a meter has something to add; trouble says nothing about meters, so that any of them may."""
    if judgement.observed_at is None or judgement.stale or judgement.verdict in UNDECIDED:
        return True
    return sighting.observed_at > judgement.observed_at


def _counts(read_at: datetime, judgement: Judgement, policy: Policy, now: datetime) -> bool:
    """A meter that was read after the judgement, and is not too old itself."""
    newer = judgement.observed_at is None or judgement.stale or read_at > judgement.observed_at
    return newer and now - read_at < policy.refusal_stale_after


def covers(source: Lane, judgement: Judgement, lane: Lane) -> bool:
    """Whether a judgement on one lane holds for another lane of the same credential."""
    if source.credential != lane.credential or source.id == lane.id:
        return False
    if judgement.verdict in _VOUCHES:
        return (
            source.model == lane.model
            and source.client is lane.client
            and lane.shape == PLAIN
            and source.shape != PLAIN
        )
    if not judgement.blocked:
        return False
    match judgement.scope:
        case Scope.CREDENTIAL:
            return True
        case Scope.MODEL:
            # The rest of a model's family is held back by its window, which `by_meters` knows.
            return source.model == lane.model
        case Scope.SHAPE:
            heavier = source.model == lane.model and source.shape == PLAIN and lane.shape != PLAIN
            return (
                heavier
                and source.client is lane.client
                and lane.client is Client.DIRECT
                and judgement.confirmed
            )
        case _:
            return False


def casts_doubt(asked: Lane, said: Judgement, lane: Lane, known: Judgement) -> bool:
    """Whether what was just found on one lane makes the word on its neighbour doubtful.

    Gates are told by what a request carries and who sends it, so that one seldom comes or goes alone.
    """
    if asked.id == lane.id or asked.shape != lane.shape or asked.client is not lane.client:
        return False
    if said.verdict is Verdict.GATED:
        return known.blocked is not True
    return said.verdict in SERVING and known.verdict is Verdict.GATED


def _unless_disproved(judgement: Judgement, all_own: Iterable[Judgement]) -> Judgement:
    """A refusal of the whole credential is over once another lane is served after it; this one is unknown."""
    seen = judgement.observed_at
    if judgement.blocked is not True or judgement.scope is not Scope.CREDENTIAL or seen is None:
        return judgement
    served = (other.observed_at for other in all_own if other.verdict in _VOUCHES)
    return overtaken(judgement) if any(at is not None and at > seen for at in served) else judgement


def _implied(lane: Lane, lanes: Sequence[Lane], held: Mapping[str, Judgement]) -> Iterator[Judgement]:
    for source in lanes:
        judgement = held.get(source.id)
        if judgement is not None and covers(source, judgement, lane):
            yield replace(judgement, inferred_from=source.id)


def _strongest(implied: Iterator[Judgement]) -> Judgement | None:
    """The newest; of the same age a refusal, and then the lane id, decide, so that order does not matter."""
    return max(
        implied,
        key=lambda judgement: (judgement.observed_at, judgement.blocked is True, judgement.inferred_from),
        default=None,
    )


def _outdates(implied: Judgement, mine: Judgement) -> bool:
    if implied.observed_at is None or mine.observed_at is None or implied.observed_at <= mine.observed_at:
        return False
    # A neighbour never lifts a refusal of one's own; what it proves for all replaces what was served before.
    return mine.blocked is not True and implied.verdict is not mine.verdict


def _sighting_of(sightings: Sequence[Sighting], window: Window) -> Sighting:
    return next(
        sighting
        for sighting in sightings
        if sighting.window.name == window.name and sighting.window.model == window.model
    )


def _full_by_meter(
    judgement: Judgement, full: Window, sighting: Sighting, readings: Sequence[Reading]
) -> Judgement:
    overage = latest_overage(readings)
    reset = f" It resets {clock(full.resets_at)}." if full.resets_at else ""
    if overage is not None and overage.can_serve:
        return replace(
            judgement,
            verdict=Verdict.PAID,
            rule="meters.paid",
            reason="overage_next",
            retry=None,
            until=None,
            summary=(
                f"The {full.name} window is used up and extra usage is on: the next request is billed.{reset}"
            ),
            options=("wait for the reset", "put the agent on a lane that is open"),
            observed_at=sighting.observed_at,
            stale=False,
        )
    return replace(
        judgement,
        verdict=Verdict.SPENT,
        rule="meters.spent",
        reason=full.name,
        retry=Retry.AT_RESET,
        until=full.resets_at,
        scope=Scope.MODEL if full.model else Scope.CREDENTIAL,
        summary=f"The meter of the {full.name} window stands at {percent(full.utilization or 1.0)}.{reset}",
        options=("wait for the reset", "put the agent on a lane that is open"),
        observed_at=sighting.observed_at,
        stale=False,
    )


def _capped_by_meter(judgement: Judgement, cap: Window, read_at: datetime) -> Judgement:
    reset = f" It resets {clock(cap.resets_at)}." if cap.resets_at else " Somebody has to raise it."
    return replace(
        judgement,
        verdict=Verdict.UNFUNDED,
        rule="meters.capped",
        reason="spend_limit",
        retry=Retry.AFTER if cap.resets_at else Retry.NO,
        until=cap.resets_at,
        scope=Scope.CREDENTIAL,
        summary=f"The spend limit is used up ({percent(cap.utilization or 1.0)}).{reset}",
        options=("raise the limit where it was set", "put the agent on a lane that is open"),
        observed_at=read_at,
        stale=False,
    )


def _unfunded_by_meter(judgement: Judgement, read_at: datetime) -> Judgement:
    return replace(
        judgement,
        verdict=Verdict.UNFUNDED,
        rule="meters.unfunded",
        reason="credit_exhausted",
        retry=Retry.NO,
        until=None,
        scope=Scope.CREDENTIAL,
        summary="The balance is used up: nothing is served until somebody pays.",
        options=("pay into the account", "put the agent on a lane that is open"),
        observed_at=read_at,
        stale=False,
    )


def _near_by_meter(judgement: Judgement, near: Window) -> Judgement:
    used = percent(near.utilization) if near.utilization is not None else "nearly all"
    reset = f" It resets {clock(near.resets_at)}." if near.resets_at else ""
    return replace(
        judgement,
        verdict=Verdict.NEAR_LIMIT,
        rule="meters.near_limit",
        reason=near.name,
        summary=f"It serves, but the {near.name} window is {used} used.{reset}",
        options=("have another lane ready",),
    )
