"""Any answers on any lanes, in any order: judged without a crash, and never called better than they are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.diagnosis import Case, diagnose
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.reading import Origin
from quotaboard.domain.verdict import SERVING, Scope, Verdict
from quotaboard.providers import registry
from quotaboard.providers.base import Provider, Received
from quotaboard.store.answers import reading_of
from tests.providers.lanes import NOW
from tests.providers.recorded import ANTHROPIC, read

MODELS = ("claude-haiku-4-5", "claude-sonnet-4-6", "claude-fable-5-2")
STATUSES = (200, 200, 200, 204, 302, 400, 401, 402, 403, 404, 409, 413, 418, 429, 429, 500, 503, 529, 599)
BODIES = [item["body"] for item in read(ANTHROPIC / "errors.json")["errors"]]
HEADERS = [item["headers"] for item in read(ANTHROPIC / "headers.json")["sets"]]
SERVED = {"type": "message", "content": [{"type": "text", "text": "."}], "usage": {"input_tokens": 9}}
ODD: tuple[object, ...] = (
    *(None, "", "<html>", [], 0, "\x1b[31mopen"),
    *({"error": None}, {"error": {"message": 7}}, {"type": "error"}),
)
LANES = tuple(
    Lane("max", "anthropic", model, shape, client)
    for model in MODELS
    for shape, client in (("plain", Client.DIRECT), ("tools", Client.DIRECT), ("plain", Client.OFFICIAL))
)


def told(random: Random, lane: Lane, provider: Provider) -> Answer:
    """An answer of parts that were recorded, put together as they never were."""
    status = random.choice(STATUSES)
    served = status == 200 and random.random() < 0.8
    body = SERVED if served else random.choice(BODIES if random.random() < 0.7 else ODD)
    headers = dict(random.choice(HEADERS)) if random.random() < 0.5 else {}
    for name in list(headers):
        if random.random() < 0.2:
            headers[name] = random.choice(("", "nan", "-1", "1e308", "rejected", "allowed", "99999999999999"))
    at = NOW - timedelta(seconds=random.randrange(30_000))
    tools = 0 if lane.shape == "plain" else 1
    asked = Asked(lane.model, lane.shape, tools, random.choice(("oauth", "api_key")), lane.client)
    return provider.read(Received(status, headers, body, at), asked)


def case(answers: list[tuple[Lane, Answer]], provider: Provider) -> Case:
    by_lane: dict[str, list[Answer]] = {}
    for lane, answer in answers:
        by_lane.setdefault(lane.id, []).append(answer)
    readings = [one for _, answer in answers if (one := reading_of(answer, Origin.PROBE)) is not None]
    return Case(LANES, by_lane, readings, provider.rules, provider.demand, NOW)


def lies(answers: list[tuple[Lane, Answer]], judged: dict[str, Judgement]) -> Iterator[str]:
    """What is said to be open although nobody was served there, or on the lane that it was inferred from."""
    served = {lane.id for lane, answer in answers if answer.allowed}
    for lane, judgement in judged.items():
        if judgement.rule == "meters.paid":
            continue  # a full window with a pool behind it: the next is billed
        if judgement.verdict in SERVING and (judgement.inferred_from or lane) not in served:
            yield f"{lane} is {judgement.verdict} by {judgement.rule}"


def judge_many(seed: int, how_many: int) -> None:
    random, provider, done = Random(seed), registry.provider("anthropic"), 0
    while done < how_many:
        answers = []
        for _ in range(random.randrange(1, 12)):
            lane = random.choice(LANES)
            answers.append((lane, told(random, lane, provider)))
        done += len(answers)
        judged = diagnose(case(answers, provider))
        assert list(lies(answers, judged)) == []
        assert diagnose(case(random.sample(answers, len(answers)), provider)) == judged


def test_random_answers_are_judged_alike_in_any_order_and_never_too_well() -> None:
    judge_many(seed=1, how_many=800)


@pytest.mark.soak
def test_a_hundred_thousand_random_answers_are_judged_without_a_crash() -> None:
    judge_many(seed=2, how_many=100_000)


def test_one_more_refusal_opens_nothing_that_was_refused_for_certain() -> None:
    random, provider, tried = Random(3), registry.provider("anthropic"), 0
    for _ in range(150):
        answers = [(lane, told(random, lane, provider)) for lane in random.choices(LANES, k=5)]
        lane = random.choice(LANES)
        more = replace(told(random, lane, provider), at=NOW)
        if more.allowed:
            continue
        before, after = (
            diagnose(case(told_all, provider)) for told_all in (answers, [*answers, (lane, more)])
        )
        for one in LANES:
            sure = before[one.id].blocked and before[one.id].confirmed and not before[one.id].stale
            tried += bool(sure)
            assert not sure or after[one.id].verdict not in SERVING or after[one.id].rule == "meters.paid"
    assert tried > 100


def test_a_refusal_of_one_model_leaves_the_lanes_of_the_others_as_they_were() -> None:
    random, provider, tried = Random(4), registry.provider("anthropic"), 0
    for _ in range(300):
        lane = random.choice(LANES)
        refusal = replace(told(random, lane, provider), at=NOW, windows=(), overage=None)
        others = [one for one in LANES if one.model != lane.model]
        answers = [(one, told(random, one, provider)) for one in random.choices(others, k=4)]
        after = diagnose(case([*answers, (lane, refusal)], provider))
        mine = after[lane.id]
        if mine.scope is not Scope.MODEL or not mine.blocked or mine.verdict is Verdict.SPENT:
            continue
        tried += 1
        before = diagnose(case(answers, provider))
        assert {one.id: after[one.id] for one in others} == {one.id: before[one.id] for one in others}
    assert tried > 5
