"""What goes in comes out."""

import json
import math
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts, Fault
from quotaboard.domain.board import Cost
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Client
from quotaboard.domain.reading import Balance, Money, Overage, Window
from quotaboard.domain.verdict import Retry, Scope, Verdict
from quotaboard.store import clean
from quotaboard.store.clean import DETAILS_LIMIT, MESSAGE_LIMIT
from quotaboard.store.facts import (
    answer_facts,
    answer_of,
    cost_facts,
    cost_of,
    dumps,
    judgement_facts,
    judgement_of,
)
from tests.signs import ANY

T = TypeVar("T")

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SEEN = ANY.filter(lambda one: not clean.UNSEEN.match(one))
WORDS = st.text(SEEN, max_size=20)
SAID = st.text(SEEN, max_size=40)
TEXTS = st.text(ANY, max_size=40)
SHARES = st.floats(0, 10)
WHOLE = st.integers(0, 2**40)
HEADERS = st.dictionaries(
    WORDS.filter(lambda name: name.lower() not in clean.SECRET_HEADERS), WORDS, max_size=4
)
MONEY = st.builds(Money, st.decimals(allow_nan=False, allow_infinity=False, places=4), WORDS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def maybe(strategy: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | strategy


WINDOWS = st.builds(
    Window,
    name=WORDS,
    utilization=maybe(SHARES),
    resets_at=maybe(MOMENTS),
    status=maybe(WORDS),
    model=maybe(WORDS),
    seconds=maybe(WHOLE),
    threshold_passed=st.booleans(),
)
OVERAGES = st.builds(
    Overage,
    status=maybe(WORDS),
    reason=maybe(WORDS),
    in_use=maybe(st.booleans()),
    utilization=maybe(SHARES),
    resets_at=maybe(MOMENTS),
    used=maybe(MONEY),
    limit=maybe(MONEY),
)
BALANCES = st.builds(Balance, remaining=maybe(MONEY), limit=maybe(MONEY), period=maybe(WORDS))
ANSWERS = st.builds(
    Answer,
    provider=WORDS,
    at=MOMENTS,
    asked=st.builds(
        Asked,
        model=maybe(WORDS),
        shape=maybe(WORDS),
        tools=maybe(WHOLE),
        auth=maybe(WORDS),
        client=st.sampled_from(Client),
        endpoint=st.sampled_from(Endpoint),
    ),
    status=maybe(st.integers(100, 599)),
    headers=HEADERS,
    error=maybe(
        st.builds(
            ErrorFacts,
            type=maybe(WORDS),
            code=maybe(WORDS),
            message=SAID,
            details=st.dictionaries(WORDS, JSON, max_size=3).filter(
                lambda details: len(json.dumps(details)) <= DETAILS_LIMIT
            ),
        )
    ),
    fault=maybe(st.sampled_from(Fault)),
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
    overage=maybe(OVERAGES),
    balance=maybe(BALANCES),
    request_id=maybe(WORDS),
    latency_ms=maybe(WHOLE),
    input_tokens=maybe(WHOLE),
    output_tokens=maybe(WHOLE),
    retry_at=maybe(MOMENTS),
)
JUDGEMENTS = st.builds(
    Judgement,
    verdict=st.sampled_from(Verdict),
    rule=WORDS,
    reason=maybe(WORDS),
    retry=maybe(st.sampled_from(Retry)),
    until=maybe(MOMENTS),
    scope=st.sampled_from(Scope),
    confirmed=st.booleans(),
    summary=WORDS,
    options=st.lists(WORDS, max_size=3).map(tuple),
    evidence=st.builds(
        Evidence,
        status=maybe(st.integers(100, 599)),
        error_type=maybe(WORDS),
        message=SAID,
        request_id=maybe(WORDS),
        headers=HEADERS.map(lambda headers: tuple(sorted(headers.items()))),
    ),
    observed_at=maybe(MOMENTS),
    inferred_from=maybe(WORDS),
    stale=st.booleans(),
    was=maybe(st.sampled_from(Verdict)),
)


@given(ANSWERS)
def test_an_answer_comes_back_exactly_as_it_was(answer: Answer) -> None:
    assert answer_of(json.loads(dumps(answer_facts(answer)))) == answer


@given(JUDGEMENTS)
def test_a_judgement_comes_back_exactly_as_it_was(judgement: Judgement) -> None:
    facts = json.loads(dumps(judgement_facts(judgement)))
    back = judgement_of(facts, judgement.verdict, judgement.reason, confirmed=judgement.confirmed)
    assert back == judgement


@given(maybe(st.builds(Cost, WHOLE, WHOLE, maybe(st.decimals(0, 1000, places=6)))))
def test_a_cost_comes_back_exactly_as_it_was(cost: Cost | None) -> None:
    assert cost_of(json.loads(dumps(cost_facts(cost)))) == cost


def test_infinite_use_is_kept_too(now: datetime) -> None:
    answer = Answer("x", now, windows=(Window("5h", math.inf),))
    assert answer_of(json.loads(dumps(answer_facts(answer)))) == answer


def test_long_texts_are_cut(now: datetime) -> None:
    error = ErrorFacts(
        "t" * 9000, "c" * 9000, "m" * 9000, {"error_code": "x", "body": "b" * 9000, "list": [1] * 9000}
    )
    answer = Answer("x", now, headers={f"h{n}": "v" * 9000 for n in range(500)}, error=error)
    kept = answer_of(json.loads(dumps(answer_facts(answer))))
    assert kept.error is not None
    assert len(kept.message) == MESSAGE_LIMIT
    assert kept.error.details["error_code"] == "x"
    assert len(dumps(answer_facts(answer))) < 20_000


@pytest.mark.parametrize(
    "said",
    [
        "Incorrect API key provided: sk-ant-oat01-CANARY-abcdefgh123",
        "Bearer CANARY.abcdefgh+12345/=",
        "token eyJhbGciOiJI.eyJDQU5BUlk.CANARYsignature",
        "gsk_CANARYabcdefgh12345678",
        "AIzaCANARYabcdefghijklmnopqrstuvwxyz12345",
    ],
)
def test_a_key_that_a_server_repeats_is_not_kept(said: str, now: datetime) -> None:
    error = ErrorFacts("authentication_error", None, said, {"key": said})
    answer = Answer(
        "x", now, headers={"x-note": said, "Authorization": "CANARY"}, error=error, request_id=said
    )
    written = dumps(answer_facts(answer))
    assert "CANARY" not in written
    assert "<secret>" in written
