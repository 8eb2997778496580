"""A bare 429 behind a LiteLLM proxy: a lighter request on the same model tells a gate from a throttle."""

from datetime import datetime, timedelta

import pytest

from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.diagnosis import Case, diagnose
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.providers.base import Received
from quotaboard.providers.litellm import PROVIDER
from tests.providers.lanes import NOW, rows

ROW = next(row for row in rows() if row["id"] == "ll-chat-lane-bare429")
TOOLS, PLAIN = Lane("it", "litellm", "sonnet", "tools"), Lane("it", "litellm", "sonnet", "plain")
OTHER = Lane("it", "litellm", "haiku", "plain")
SERVED = {"choices": [{"message": {"content": "."}}]}


def answered(lane: Lane, *, bare: bool, at: datetime = NOW) -> Answer:
    asked = Asked(lane.model, lane.shape, int(lane.shape == "tools"))
    status, body = (ROW["status"], ROW["body"]) if bare else (200, SERVED)
    return PROVIDER.read(Received(status, ROW["headers"] if bare else {}, body, at), asked)


def judged(*answers: tuple[Lane, Answer]) -> Judgement:
    lanes = (TOOLS, PLAIN, OTHER)
    histories = {lane.id: [answer for whose, answer in answers if whose == lane] for lane in lanes}
    case = Case(lanes, histories, (), PROVIDER.rules, PROVIDER.demand, NOW)
    return diagnose(case)[TOOLS.id]


def test_alone_it_is_a_throttle_of_which_nothing_more_is_known() -> None:
    alone = judged((TOOLS, answered(TOOLS, bare=True)))
    assert (alone.verdict.value, alone.reason) == ("throttled", "bare_429")


@pytest.mark.parametrize(("apart", "confirmed"), [(None, False), (30, False), (90, True)])
def test_beside_a_plain_request_that_is_served_it_is_a_gate_that_a_second_look_confirms(
    apart: int | None, confirmed: bool
) -> None:
    looks = [(TOOLS, answered(TOOLS, bare=True)), (PLAIN, answered(PLAIN, bare=False))]
    if apart is not None:
        looks.append((TOOLS, answered(TOOLS, bare=True, at=NOW - timedelta(seconds=apart))))
    gate = judged(*looks)
    assert (gate.verdict.value, gate.reason, gate.confirmed) == ("gated", "bare_429", confirmed)
    assert ("one more look" in gate.summary) is not confirmed


def test_another_model_behind_the_proxy_proves_nothing() -> None:
    told = judged((TOOLS, answered(TOOLS, bare=True)), (OTHER, answered(OTHER, bare=False)))
    assert told.verdict.value == "throttled"


def test_where_plain_requests_are_refused_too_it_stays_a_throttle() -> None:
    told = judged((TOOLS, answered(TOOLS, bare=True)), (PLAIN, answered(PLAIN, bare=True)))
    assert told.verdict.value == "throttled"
