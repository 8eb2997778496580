"""Differential diagnosis: what the answers on several lanes of one credential say together about each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from quotaboard.domain import holding, inference
from quotaboard.domain.answer import Answer, Asked, Endpoint
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.reading import Overage, Reading, Sighting
from quotaboard.domain.rules import Context, Control, Rule, judge
from quotaboard.domain.verdict import UNDECIDED, Verdict
from quotaboard.domain.windows import current, latest_overage, merge

Demand = Callable[[str | None], float | None]
"""How demanding a model is; None when it is not known."""

CONTROL_WITHIN = timedelta(hours=1)
"""How far apart a refusal and what explains it may lie: a lighter request that passed, or a full meter."""

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


@dataclass(frozen=True, slots=True)
class _Seen:
    """A case in the order in which it is judged."""

    histories: Sequence[Sequence[Answer]]
    """The answers of each lane, newest first."""
    sightings: Sequence[Sighting]
    overage: Overage | None


def diagnose(case: Case) -> dict[str, Judgement]:
    """A judgement for each lane, by lane id."""
    histories = {lane.id: _newest_first(case.answers.get(lane.id, ())) for lane in case.lanes}
    seen = _Seen(tuple(histories.values()), merge(case.readings), latest_overage(case.readings))
    own: dict[str, Judgement] = {}
    for lane in case.lanes:
        judged = _own_judgement(histories[lane.id], seen, case)
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
    ranked = sorted(asked, key=_rank, reverse=True)
    if all(_rank(newer) != _rank(older) for newer, older in pairwise(ranked)):
        return ranked
    # Writing an answer out takes longer than all the rest here, so only what is equal so far is written out.
    return sorted(asked, key=lambda answer: (_rank(answer), repr(answer)), reverse=True)


def _rank(answer: Answer) -> tuple[datetime, bool, int]:
    return answer.at, not answer.allowed, answer.status or 0


def _own_judgement(history: Sequence[Answer], seen: _Seen, case: Case) -> Judgement | None:
    """What the lane's own answers say: the newest, unless it is trouble and an older refusal still holds."""
    if not history:
        return None
    newest = _judged(history[0], history, seen, case)
    if newest.verdict not in UNDECIDED or newest.reason == "bare_429":
        return newest
    for older in history[1:]:
        judgement = _judged(older, history, seen, case)
        if judgement.verdict in UNDECIDED:
            continue
        return judgement if judgement.blocked and holding.holds(judgement, case.policy, case.now) else newest
    return newest


def _judged(answer: Answer, history: Sequence[Answer], seen: _Seen, case: Case) -> Judgement:
    context = _context(answer, seen, case.now)
    alone = judge(answer, case.rules, context)
    if alone.blocked and any(_has_reset_since(answer, sighting, case.now) for sighting in seen.sightings):
        then = judge(answer, case.rules, _context(answer, seen, answer.at))
        return then if then.verdict is Verdict.SPENT else alone
    if answer.allowed or (alone.verdict is not Verdict.UNKNOWN and alone.reason != "bare_429"):
        return alone
    control = _control(answer, seen.histories, case.demand)
    if control is None:
        return alone
    return judge(answer, case.rules, replace(context, control=control, repeated=_repeated(answer, history)))


def _context(answer: Answer, seen: _Seen, at: datetime) -> Context:
    """What was known of the meters at that time; what the answer itself says of one comes first."""
    told = {window.name for window in answer.windows}
    others = (sighting.window for sighting in seen.sightings if sighting.window.name not in told)
    return Context(
        now=at,
        windows=tuple(current(window, at) for window in (*answer.windows, *others)),
        overage=answer.overage or seen.overage,
    )


def _has_reset_since(answer: Answer, sighting: Sighting, now: datetime) -> bool:
    """A window that was full when the answer came: the refusal may have ended with its reset."""
    window = sighting.window
    return (
        window.is_full()
        and sighting.observed_at - answer.at <= CONTROL_WITHIN
        and not window.has_reset(answer.at)
        and window.has_reset(now)
    )


def _control(refused: Answer, histories: Iterable[Sequence[Answer]], demand: Demand) -> Control | None:
    """A lighter request that passed beside this one: of each lane, the answer nearest in time decides."""
    nearest = [
        min(history, key=lambda answer: (abs(answer.at - refused.at), answer.allowed))
        for history in histories
        if history
    ]
    passed = [
        answer
        for answer in nearest
        if answer.allowed
        and abs(answer.at - refused.at) <= CONTROL_WITHIN
        and lighter(answer.asked, refused.asked, demand)
    ]
    best = max(
        passed,
        key=lambda answer: (
            answer.asked.client is Client.OFFICIAL,
            answer.asked.model == refused.asked.model,
            answer.at,
        ),
        default=None,
    )
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
        if older.allowed:
            return False
        alike = older.status == refused.status and older.message == refused.message
        if alike and refused.at - older.at >= SPACED:
            return True
    return False
