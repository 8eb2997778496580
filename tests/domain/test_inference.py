"""What one lane implies for another: never more than it proves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quotaboard.domain.diagnosis import diagnose
from quotaboard.domain.inference import casts_doubt
from quotaboard.domain.judgement import UNSEEN
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.reading import Overage, Window
from quotaboard.domain.verdict import Verdict
from tests.domain.builders import (
    FABLE,
    HAIKU,
    MINUTE,
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

AGENT = lane(SONNET, "tools")
PLAIN = lane(SONNET, "plain")
OFFICIAL = lane(SONNET, "plain", Client.OFFICIAL)


def test_a_lane_that_serves_tools_serves_plain_requests() -> None:
    judged = diagnose(case({AGENT: [answer(AGENT)]}, unseen=[PLAIN]))[PLAIN.id]
    assert (judged.verdict, judged.inferred_from) == ("open", AGENT.id)


@pytest.mark.parametrize(
    ("served", "other"),
    [
        (PLAIN, AGENT),
        (lane(HAIKU), AGENT),
        (lane(HAIKU, "plain"), PLAIN),
        (lane(OPUS), AGENT),
        (OFFICIAL, PLAIN),
        (AGENT, OFFICIAL),
        (AGENT, lane(SONNET, "mine")),
    ],
)
def test_what_serves_vouches_for_nothing_else(served: Lane, other: Lane) -> None:
    assert diagnose(case({served: [answer(served)]}, unseen=[other]))[other.id] == UNSEEN


def test_paid_does_not_vouch() -> None:
    paid = answer(AGENT, overage=Overage(status="allowed", in_use=True))
    assert diagnose(case({AGENT: [paid]}, unseen=[PLAIN]))[PLAIN.id] == UNSEEN


@pytest.mark.parametrize("other", [AGENT, lane(OPUS), lane(HAIKU, "plain"), OFFICIAL])
def test_an_expired_login_is_expired_for_all(other: Lane) -> None:
    expired = answer(PLAIN, 401, "OAuth token has expired", kind="authentication_error")
    judged = diagnose(case({PLAIN: [expired]}, unseen=[other]))[other.id]
    assert (judged.verdict, judged.reason, judged.inferred_from) == ("unauthorized", "expired", PLAIN.id)


def test_another_credential_is_another_story() -> None:
    other = lane(credential="work")
    expired = answer(AGENT, 401, "OAuth token has expired", kind="authentication_error")
    assert diagnose(case({AGENT: [expired]}, unseen=[other]))[other.id] == UNSEEN


@pytest.mark.parametrize("other", [PLAIN, lane(HAIKU), lane(OPUS), OFFICIAL])
def test_a_gate_on_tools_says_nothing_of_lighter_or_other_lanes(other: Lane) -> None:
    assert diagnose(case({AGENT: [gate(AGENT)]}, unseen=[other]))[other.id] == UNSEEN


def test_a_gate_on_plain_requests_holds_for_tools_on_the_same_model() -> None:
    judged = diagnose(case({PLAIN: [gate(PLAIN)]}, unseen=[AGENT, lane(OPUS), OFFICIAL]))
    assert judged[AGENT.id].verdict == "gated"
    assert judged[lane(OPUS).id] == UNSEEN
    assert judged[OFFICIAL.id] == UNSEEN


@pytest.mark.parametrize(
    ("said", "known", "doubtful"),
    [
        (Verdict.GATED, Verdict.OPEN, True),
        (Verdict.GATED, Verdict.UNKNOWN, True),
        (Verdict.GATED, Verdict.SPENT, False),
        (Verdict.OPEN, Verdict.GATED, True),
        (Verdict.OPEN, Verdict.SPENT, False),
        (Verdict.SPENT, Verdict.OPEN, False),
    ],
)
def test_a_gate_that_comes_or_goes_makes_the_word_on_its_like_doubtful(
    said: Verdict, known: Verdict, doubtful: bool
) -> None:
    found, before = replace(UNSEEN, verdict=said), replace(UNSEEN, verdict=known)
    assert casts_doubt(AGENT, found, lane(HAIKU, "tools"), before) is doubtful
    assert not casts_doubt(AGENT, found, lane(HAIKU, "plain"), before)
    assert not casts_doubt(AGENT, found, AGENT, before)


def test_a_suspected_gate_implies_nothing_yet() -> None:
    small = lane(HAIKU, "plain")
    judged = diagnose(case({small: [answer(small)], PLAIN: [bare(PLAIN)]}, unseen=[AGENT]))
    assert judged[AGENT.id] == UNSEEN


def test_a_missing_model_is_missing_for_every_shape_of_it() -> None:
    missing = answer(PLAIN, 404, "model: claude-sonnet-4-6", kind="not_found_error")
    judged = diagnose(case({PLAIN: [missing]}, unseen=[AGENT, lane(OPUS)]))
    assert judged[AGENT.id].verdict == "not_found"
    assert judged[lane(OPUS).id] == UNSEEN


@pytest.mark.parametrize("status", [400, 500, 529])
def test_trouble_and_bad_requests_imply_nothing(status: int) -> None:
    refused = answer(PLAIN, status, "max_tokens: Field required", kind="invalid_request_error")
    assert diagnose(case({PLAIN: [refused]}, unseen=[AGENT]))[AGENT.id] == UNSEEN


def test_a_refusal_of_ones_own_is_not_replaced_by_a_neighbours() -> None:
    answers = {AGENT: [gate(AGENT, NOW - MINUTE)], PLAIN: [wall(PLAIN)]}
    assert diagnose(case(answers))[AGENT.id].verdict in {"gated", "spent"}
    assert diagnose(case(answers))[AGENT.id].blocked is True


def test_not_even_a_heavier_request_that_is_served_later_lifts_a_refusal() -> None:
    refused = answer(PLAIN, 404, "model: nope", at=NOW - MINUTE, kind="not_found_error")
    judged = diagnose(case({PLAIN: [refused], AGENT: [answer(AGENT)]}))
    assert (judged[PLAIN.id].verdict, judged[AGENT.id].verdict) == ("not_found", "open")


def test_no_meter_turns_a_refusal_into_one_that_is_billed() -> None:
    meter = reading(window("5h", 1.0), overage=Overage(status="allowed"))
    refused = answer(AGENT, 404, "model: nope", at=NOW - MINUTE, kind="not_found_error")
    other = lane(HAIKU)
    judged = diagnose(case({AGENT: [refused]}, readings=[meter], unseen=[other]))
    assert (judged[AGENT.id].verdict, judged[other.id].verdict) == ("not_found", "paid")


def test_a_later_wall_of_the_account_closes_a_lane_that_was_open() -> None:
    judged = diagnose(case({AGENT: [answer(AGENT, at=NOW - MINUTE)], PLAIN: [wall(PLAIN)]}))
    assert (judged[AGENT.id].verdict, judged[AGENT.id].inferred_from) == ("spent", PLAIN.id)


def test_a_later_meter_closes_a_lane_that_was_open() -> None:
    judged = diagnose(case({AGENT: [answer(AGENT, at=NOW - MINUTE)]}, readings=[reading(window("7d", 1.0))]))
    assert (judged[AGENT.id].verdict, judged[AGENT.id].reason) == ("spent", "7d")


def test_a_later_meter_that_is_nearly_full_warns() -> None:
    judged = diagnose(case({AGENT: [answer(AGENT, at=NOW - MINUTE)]}, readings=[reading(window("7d", 0.95))]))
    assert (judged[AGENT.id].verdict, judged[AGENT.id].reason) == ("near_limit", "7d")


def test_a_full_meter_with_extra_usage_on_means_that_the_next_request_is_billed() -> None:
    full = reading(window("5h", 1.0), overage=Overage(status="allowed"))
    judged = diagnose(case({AGENT: [answer(AGENT, at=NOW - MINUTE)]}, readings=[full]))
    assert judged[AGENT.id].verdict == "paid"


@pytest.mark.parametrize(("hours_ago", "verdict"), [(4, "spent"), (6, "unknown")])
def test_a_full_meter_without_a_reset_is_believed_for_as_long_as_its_window(
    hours_ago: int, verdict: str
) -> None:
    full = Window("5h", 1.0)
    judged = diagnose(case({}, unseen=[AGENT], readings=[reading(full, at=NOW - timedelta(hours=hours_ago))]))
    assert judged[AGENT.id].verdict == verdict


def test_the_full_meter_of_a_family_touches_that_family_alone() -> None:
    fable = lane(FABLE)
    answers = {AGENT: [answer(AGENT, at=NOW - MINUTE)], fable: [answer(fable, at=NOW - MINUTE)]}
    judged = diagnose(case(answers, readings=[reading(window("7d_oi", 1.0))]))
    assert (judged[fable.id].verdict, judged[fable.id].reason) == ("spent", "7d_oi")
    assert judged[AGENT.id].verdict == "open"


def test_a_healthy_meter_opens_nothing() -> None:
    judged = diagnose(
        case({AGENT: [gate(AGENT, NOW - MINUTE)]}, unseen=[PLAIN], readings=[reading(window("5h", 0.03))])
    )
    assert judged[AGENT.id].verdict == "gated"
    assert judged[PLAIN.id] == UNSEEN


def test_a_full_meter_speaks_for_a_lane_that_nobody_tried() -> None:
    judged = diagnose(case({}, unseen=[AGENT], readings=[reading(window("5h", 1.02))]))
    assert (judged[AGENT.id].verdict, judged[AGENT.id].until) == ("spent", window("5h", 1).resets_at)
