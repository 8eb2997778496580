"""Differential diagnosis: what the answers on several lanes of one credential say together about each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.domain import holding, inference
from quotaboard.domain.answer import Answer, Asked, Endpoint
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.reading import Overage, Reading, Window
from quotaboard.domain.rules import Context, Control, Rule, judge
from quotaboard.domain.verdict import UNDECIDED, Verdict
from quotaboard.domain.windows import current, latest_overage, merge

Demand = Callable[[str | None], float | None]
"""How demanding a model is; None when it is not known."""

CONTROL_WITHIN = timedelta(hours=1)
"""How far apart a refusal and the lighter request that passed may lie to be compared."""

SPACED = timedelta(seconds=60)
"""A refusal seen again after this long is no burst."""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything known about one credential at one moment."""

    lanes: Sequence[Lane]
    answers: Mapping[str, Sequence[Answer]]
    """The answers of each lane, by lane id, in any order."""
    readings: Sequence[Reading]
    rules: Sequence[Rule]
    demand: Demand
    now: datetime
    policy: holding.Policy = holding.Policy()


def diagnose(case: Case) -> dict[str, Judgement]:
    """A judgement for each lane, by lane id."""
    histories = {lane.id: _newest_first(case.answers.get(lane.id, ())) for lane in case.lanes}
    latest = [history[0] for history in histories.values() if history]
    windows = tuple(current(sighting.window, case.now) for sighting in merge(case.readings))
    overage = latest_overage(case.readings)
    own: dict[str, Judgement] = {}
    for lane in case.lanes:
        judged = _own_judgement(histories[lane.id], latest, windows, overage, case)
        if judged is not None:
            own[lane.id] = judged
    spread = inference.spread(case.lanes, own, case.policy, case.now)
    return {
        lane.id: inference.by_meters(lane, spread.get(lane.id, UNSEEN), case.readings, case.policy, case.now)
        for lane in case.lanes
    }


def lighter(control: Asked, refused: Asked, demand: Demand) -> bool:
    """Whether one request asks less of the provider than another, so that its success isolates the refusal.

    Of two models the smaller one is lighter even with tools: what serves tools serves plain requests too.
    """
    if control.client is not refused.client:
        return control.client is Client.OFFICIAL and refused.client is Client.DIRECT
    if control.model == refused.model:
        return control.tools is not None and refused.tools is not None and control.tools < refused.tools
    if control.model is None or refused.model is None:
        return False
    ours, theirs = demand(control.model), demand(refused.model)
    return ours is None or theirs is None or ours < theirs


def _newest_first(answers: Iterable[Answer]) -> list[Answer]:
    """Newest first; of two at the same moment the refusal counts as newer, so that order does not matter."""
    asked = [answer for answer in answers if answer.asked.endpoint is Endpoint.INFERENCE]
    return sorted(
        asked,
        key=lambda answer: (answer.at, not answer.allowed, answer.status or 0, repr(answer)),
        reverse=True,
    )


def _own_judgement(
    history: Sequence[Answer],
    latest: Sequence[Answer],
    windows: tuple[Window, ...],
    overage: Overage | None,
    case: Case,
) -> Judgement | None:
    """What the lane's own answers say: the newest, unless it is trouble and an older refusal still holds."""
    if not history:
        return None
    newest = _judged(history[0], history, latest, windows, overage, case)
    if newest.verdict not in UNDECIDED or newest.reason == "bare_429":
        return newest
    for older in history[1:]:
        judgement = _judged(older, history, latest, windows, overage, case)
        if judgement.verdict in UNDECIDED:
            continue
        return judgement if judgement.blocked and holding.holds(judgement, case.policy, case.now) else newest
    return newest


def _judged(
    answer: Answer,
    history: Sequence[Answer],
    latest: Sequence[Answer],
    windows: tuple[Window, ...],
    overage: Overage | None,
    case: Case,
) -> Judgement:
    told = {window.name for window in answer.windows}
    context = Context(
        now=case.now,
        windows=(
            *(current(window, case.now) for window in answer.windows),
            *(window for window in windows if window.name not in told),
        ),
        overage=answer.overage or overage,
    )
    alone = judge(answer, case.rules, context)
    if alone.verdict is not Verdict.UNKNOWN or answer.allowed:
        return alone
    control = _control(answer, latest, case.demand)
    if control is None:
        return alone
    return judge(answer, case.rules, replace(context, control=control, repeated=_repeated(answer, history)))


def _control(refused: Answer, latest: Sequence[Answer], demand: Demand) -> Control | None:
    passed = [
        answer
        for answer in latest
        if answer.allowed
        and abs(answer.at - refused.at) <= CONTROL_WITHIN
        and lighter(answer.asked, refused.asked, demand)
    ]
    best = max(passed, key=lambda answer: (answer.asked.client is Client.OFFICIAL, answer.at), default=None)
    return (
        Control(model=best.asked.model, shape=best.asked.shape, client=best.asked.client, at=best.at)
        if best
        else None
    )


def _repeated(refused: Answer, history: Sequence[Answer]) -> bool:
    """Refused in the same way before, with nothing served in between, and long enough ago."""
    for older in history:
        if older.at >= refused.at:
            continue
        if older.status != refused.status or older.message != refused.message:
            return False
        if refused.at - older.at >= SPACED:
            return True
    return False
