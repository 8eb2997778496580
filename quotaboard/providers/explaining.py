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
from quotaboard.domain.windows import latest_overage, merge
from quotaboard.providers import registry

_AS_CAPTURED = Policy(
    stale_after=timedelta(days=36500),
    refusal_stale_after=timedelta(days=36500),
    throttle_stale_after=timedelta(days=36500),
)
"""A captured answer is judged as of its own time, so age plays no part."""


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
    reader = registry.reader(answers[0].provider)
    at = max(answer.at for answer in answers)
    singles = tuple((answer, judge(answer, reader.rules)) for answer in answers)
    readings = [reading for answer in answers if (reading := _reading(answer)) is not None]
    return Explained(
        answers=singles,
        overall=_overall(answers, singles, readings, reader.demand, reader, at),
        sightings=merge(readings),
        overage=latest_overage(readings),
        at=at,
    )


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
        newest = max(singles, key=lambda single: single[0].at)[0]
        return judge(
            replace(newest, windows=tuple(sighting.window for sighting in merge(readings))), reader.rules
        )
    lanes = {index: _lane(answer, index) for index, answer in enumerate(requests)}
    histories: dict[str, list[Answer]] = {}
    for index, answer in enumerate(requests):
        histories.setdefault(lanes[index].id, []).append(answer)
    unique = {lane.id: lane for lane in lanes.values()}
    judged = diagnose(
        Case(tuple(unique.values()), histories, readings, reader.rules, demand, at, _AS_CAPTURED)
    )
    latest = [
        max(history, key=lambda answer: (answer.at, not answer.allowed)) for history in histories.values()
    ]
    refused = [answer for answer in latest if not answer.allowed]
    most = max(refused or latest, key=lambda answer: _weight(answer, demand, requests.index(answer)))
    return judged[_lane(most, requests.index(most)).id]


def _lane(answer: Answer, index: int) -> Lane:
    """The lane that an answer stands for; answers that do not say what was asked are each a lane of their own."""
    asked = answer.asked
    unsaid = "" if asked.model is not None or asked.tools is not None else f"?{index}"
    shape = "?" if asked.tools is None else f"{asked.tools} tools" if asked.tools else "plain"
    return Lane("captured", answer.provider, f"{asked.model or '?'}{unsaid}", shape, asked.client)


def _weight(answer: Answer, demand: Demand, index: int) -> tuple[int, float, int]:
    rank = demand(answer.asked.model)
    return (answer.asked.tools or 0, -1.0 if rank is None else rank, index)


def _reading(answer: Answer) -> Reading | None:
    if not answer.windows and answer.overage is None and answer.balance is None:
        return None
    return Reading(answer.at, Origin.PASTED, answer.windows, answer.overage, answer.balance)
