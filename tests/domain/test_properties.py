"""What holds for every credential, however its lanes were answered."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.answer import Answer
from quotaboard.domain.diagnosis import diagnose
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.reading import Overage, Reading
from quotaboard.domain.verdict import SERVING, Scope, Verdict
from tests.domain.builders import (
    FABLE,
    HAIKU,
    NOW,
    OPUS,
    SONNET,
    answer,
    bare,
    case,
    gate,
    lane,
    reading,
    wall,
    window,
)

LANES = tuple(
    lane(model, shape, client)
    for model in (HAIKU, SONNET, OPUS, FABLE)
    for shape, client in (("plain", Client.DIRECT), ("tools", Client.DIRECT), ("plain", Client.OFFICIAL))
)


def _expired(on: Lane) -> Answer:
    return answer(on, 401, "OAuth token has expired", kind="authentication_error")


def _overloaded(on: Lane) -> Answer:
    return answer(on, 529, "Overloaded", kind="overloaded_error")


def _served(on: Lane) -> Answer:
    return answer(on, windows=[window("5h", 0.2, status="allowed")])


def _paid(on: Lane) -> Answer:
    return answer(on, overage=Overage(status="allowed", in_use=True))


MAKERS: tuple[Callable[[Lane], Answer], ...] = (
    _served, answer, _paid, gate, bare, wall, _expired, _overloaded,
    lambda on: wall(on, "7d_oi"),
    lambda on: wall(on, "7d", hours=-0.5),
    lambda on: answer(on, 400, "max_tokens: Field required", kind="invalid_request_error"),
    lambda on: answer(on, 404, "model: nope", kind="not_found_error"),
    lambda on: answer(on, 403, "New words", kind="permission_error"),
    lambda on: answer(on, 429, "Rate limited", kind="rate_limit_error"),
)  # fmt: skip

moments = st.integers(0, 400).map(lambda minutes: NOW - timedelta(minutes=minutes))


@st.composite
def answers(draw: st.DrawFn, on: Lane) -> Answer:
    from dataclasses import replace

    made = draw(st.sampled_from(MAKERS))(on)
    return replace(made, at=draw(moments))


@st.composite
def credentials(draw: st.DrawFn) -> dict[Lane, list[Answer]]:
    chosen = draw(st.lists(st.sampled_from(LANES), min_size=1, max_size=6, unique=True))
    return {on: draw(st.lists(answers(on), max_size=4)) for on in chosen}


readings = st.lists(
    st.builds(
        lambda name, used, hours, at: reading(window(name, used, hours=hours), at=at),
        st.sampled_from(["5h", "7d", "7d_oi", "7d_sonnet"]),
        st.sampled_from([0.0, 0.03, 0.95, 1.0, 1.02]),
        st.sampled_from([-1.0, 2.0, 90.0]),
        moments,
    ),
    max_size=3,
)


@given(credentials(), readings)
def test_open_is_said_only_of_a_lane_that_was_served_or_serves_more(
    given_answers: dict[Lane, list[Answer]], meters: list[Reading]
) -> None:
    judged = diagnose(case(given_answers, unseen=set(LANES) - set(given_answers), readings=meters))
    for on in LANES:
        if judged[on.id].verdict not in {Verdict.OPEN, Verdict.NEAR_LIMIT}:
            continue
        proof = judged[on.id].inferred_from or on.id
        source = next(other for other in given_answers if other.id == proof)
        assert any(one.allowed for one in given_answers[source])
        assert (source.model, source.client) == (on.model, on.client)
        assert source == on or on.shape == "plain"


@given(credentials(), readings, st.randoms(use_true_random=False))
def test_the_order_of_answers_readings_and_lanes_does_not_matter(
    given_answers: dict[Lane, list[Answer]], meters: list[Reading], random: Random
) -> None:
    first = diagnose(case(given_answers, readings=meters))
    lanes = list(given_answers)
    random.shuffle(lanes)
    shuffled = {on: random.sample(given_answers[on], len(given_answers[on])) for on in lanes}
    assert diagnose(case(shuffled, readings=random.sample(meters, len(meters)))) == first


@given(credentials(), credentials())
def test_more_evidence_from_other_lanes_never_opens_a_lane_that_is_refused(
    given_answers: dict[Lane, list[Answer]], more: dict[Lane, list[Answer]]
) -> None:
    before = diagnose(case(given_answers))
    after = diagnose(case({**more, **given_answers}))
    served_at = [one.at for many in more.values() for one in many if one.allowed]
    for on in given_answers:
        refusal = before[on.id]
        if not (refusal.blocked and refusal.confirmed and refusal.inferred_from is None):
            continue
        if refusal.rule.startswith("meters."):
            continue  # nobody was refused there yet
        seen = refusal.observed_at
        # What is served later may disprove a refusal of the whole credential, and only that.
        whole = refusal.scope is Scope.CREDENTIAL
        later = whole and any(seen is not None and at > seen for at in served_at)
        assert later or after[on.id].verdict not in SERVING


@given(credentials(), credentials())
def test_a_gate_is_lifted_by_no_other_lane(
    given_answers: dict[Lane, list[Answer]], more: dict[Lane, list[Answer]]
) -> None:
    gated = lane(SONNET, "tools")
    mixed = {**given_answers, **more, gated: [gate(gated)]}
    assert diagnose(case(mixed))[gated.id].blocked is True


@given(credentials())
def test_a_model_scoped_refusal_touches_no_other_model(given_answers: dict[Lane, list[Answer]]) -> None:
    fable = lane(FABLE)
    others = {on: told for on, told in given_answers.items() if on.model != FABLE}
    before = diagnose(case(others)) if others else {}
    after = diagnose(case({**others, fable: [wall(fable, "7d_oi")]}))
    assert {on.id: after[on.id] for on in others} == before


@given(credentials(), readings)
def test_a_blocked_lane_says_why_and_what_helps(
    given_answers: dict[Lane, list[Answer]], meters: list[Reading]
) -> None:
    for judged in diagnose(case(given_answers, readings=meters)).values():
        assert judged.summary
        assert judged.rule
        if judged.blocked:
            assert judged.options
        if judged.verdict in SERVING:
            assert judged.retry is None
            assert judged.until is None


@given(credentials(), readings)
def test_judging_the_same_case_again_says_the_same(
    given_answers: dict[Lane, list[Answer]], meters: list[Reading]
) -> None:
    assert diagnose(case(given_answers, readings=meters)) == diagnose(case(given_answers, readings=meters))
