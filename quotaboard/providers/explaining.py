"""What captured answers mean: each on its own, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.domain.answer import Answer, Endpoint
from quotaboard.domain.diagnosis import Case, Demand, diagnose
from quotaboard.domain.holding import Policy
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin, Overage, Reading, Sighting
from quotaboard.domain.rules import judge
from quotaboard.domain.verdict import Scope
from quotaboard.domain.windows import latest_overage, merge
from quotaboard.providers import registry

_AS_CAPTURED = Policy(
    stale_after=timedelta(days=36500),
    refusal_stale_after=timedelta(days=36500),
    throttle_stale_after=timedelta(days=36500),
)
"""A captured answer is judged as of its own time, so age plays no part."""


_COMPARED = 200
"""Of more requests the newest are compared; nobody captures so many on one account."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The judgement on each answer, and the diagnosis in the light of all."""

    answers: tuple[tuple[Answer, Judgement], ...]
    overall: Judgement
    sightings: tuple[Sighting, ...]
    overage: Overage | None
    at: datetime


def explain(answers: Sequence[Answer]) -> Explained:
    """Judge captured answers of one account. There must be at least one."""
    reader = registry.reader(_lead(answers))
    at = max(answer.at for answer in answers)
    singles = tuple((answer, judge(answer, registry.reader(answer.provider).rules)) for answer in answers)
    readings = [reading for answer in answers if (reading := _reading(answer)) is not None]
    return Explained(
        answers=singles,
        overall=_overall(answers, singles, readings, reader.demand, reader, at),
        sightings=merge(readings),
        overage=latest_overage(readings),
        at=at,
    )


def _lead(answers: Sequence[Answer]) -> str:
    """Whose account it is: an answer that gave no sign of its provider follows one that did."""
    named = [answer.provider for answer in answers if answer.provider != registry.FALLBACK]
    return named[0] if named else registry.FALLBACK


def _overall(
    answers: Sequence[Answer],
    singles: Sequence[tuple[Answer, Judgement]],
    readings: Sequence[Reading],
    demand: Demand,
    reader: registry.Reader,
    at: datetime,
) -> Judgement:
    if len(answers) == 1:
        return singles[0][1]
    requests = [answer for answer in answers if answer.asked.endpoint is Endpoint.INFERENCE]
    if not requests:
        return _by_usage_alone(singles, readings, reader)
    requests = sorted(requests, key=lambda answer: answer.at)[-_COMPARED:]
    lanes = [_lane(answer, index) for index, answer in enumerate(requests)]
    histories: dict[str, list[Answer]] = {}
    for lane, answer in zip(lanes, requests, strict=True):
        histories.setdefault(lane.id, []).append(answer)
    unique = {lane.id: lane for lane in lanes}
    judged = diagnose(
        Case(tuple(unique.values()), histories, readings, reader.rules, demand, at, _AS_CAPTURED)
    )
    newest = {
        lane: max(history, key=lambda answer: (answer.at, not answer.allowed))
        for lane, history in histories.items()
    }
    refused = [
        lane
        for lane, answer in newest.items()
        if not answer.allowed and not _disproved(answer, judge(answer, reader.rules), requests)
    ]
    order = list(newest)
    most = max(
        refused or order,
        key=lambda lane: (*_weight(newest[lane], demand), newest[lane].at, order.index(lane)),
    )
    return judged[most]


def _by_usage_alone(
    singles: Sequence[tuple[Answer, Judgement]], readings: Sequence[Reading], reader: registry.Reader
) -> Judgement:
    """The newest usage that could be read, in the light of all of them; a refusal to show it comes last."""
    newest, judgement = max(singles, key=lambda single: (single[0].error is None, single[0].at))
    if newest.error is not None or newest.fault is not None:
        return judgement
    merged = tuple(sighting.window for sighting in merge(readings))
    return judge(replace(newest, windows=merged, overage=latest_overage(readings)), reader.rules)


def _disproved(refused: Answer, alone: Judgement, requests: Sequence[Answer]) -> bool:
    """A refusal of the whole credential is over once anything is served on the plan after it."""
    return alone.scope is Scope.CREDENTIAL and any(
        answer.allowed and answer.at > refused.at for answer in requests
    )


def _lane(answer: Answer, index: int) -> Lane:
    """The lane that an answer stands for; one that does not say what was asked is a lane of its own."""
    asked = answer.asked
    unsaid = "" if asked.model is not None or asked.tools is not None else f"?{index}"
    shape = "?" if asked.tools is None else f"{asked.tools} tools" if asked.tools else "plain"
    return Lane("captured", answer.provider, f"{asked.model or '?'}{unsaid}", shape, asked.client)


def _weight(answer: Answer, demand: Demand) -> tuple[int, float]:
    rank = demand(answer.asked.model)
    return (answer.asked.tools or 0, -1.0 if rank is None else rank)


def _reading(answer: Answer) -> Reading | None:
    if not (answer.windows or answer.overage or answer.balance or answer.plan):
        return None
    return Reading(answer.at, Origin.PASTED, answer.windows, answer.overage, answer.balance, answer.plan)
