"""The differential diagnosis: several lanes of one credential decide together."""

from datetime import timedelta

import pytest

from quotaboard.domain.answer import Answer
from quotaboard.domain.diagnosis import diagnose, lighter
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.reading import Overage
from quotaboard.domain.verdict import Scope
from quotaboard.domain.windows import latest_overage, merge
from quotaboard.providers.anthropic.provider import PROVIDER
from tests.domain.builders import (
    FABLE,
    HAIKU,
    MINUTE,
    NOW,
    OPUS,
    SONNET,
    answer,
    asked,
    bare,
    case,
    gate,
    lane,
    reading,
    wall,
    window,
)

PROBE = lane(HAIKU, "plain")
AGENT = lane(SONNET, "tools")
PLAIN = lane(SONNET, "plain")
OFFICIAL = lane(SONNET, "plain", Client.OFFICIAL)
HEALTHY = (window("5h", 0.03, status="allowed"), window("7d", 0.0, status="allowed"))
OFF = Overage(status="rejected", reason="org_level_disabled_until")


def verdict(judged: Judgement) -> tuple[str, str | None]:
    return judged.verdict.value, judged.reason


@pytest.mark.parametrize(
    "others",
    [
        (bare(AGENT), answer(AGENT, 429, "Rate limited", kind="rate_limit_error")),
        (wall(AGENT, hours=1), wall(AGENT, hours=3)),
        (gate(AGENT), answer(AGENT, 400, "max_tokens: Field required", kind="invalid_request_error")),
    ],
)
def test_of_two_answers_at_one_moment_it_does_not_matter_which_comes_first(
    others: tuple[Answer, ...],
) -> None:
    assert diagnose(case({AGENT: others})) == diagnose(case({AGENT: others[::-1]}))


def test_of_two_readings_at_one_moment_it_does_not_matter_which_comes_first() -> None:
    told = [
        reading(window("5h", 1.0, hours=hours), overage=Overage(status="rejected", reason=reason))
        for hours, reason in ((1, "out_of_credits"), (3, "org_level_disabled"))
    ]
    assert merge(told) == merge(told[::-1])
    assert latest_overage(told) == latest_overage(told[::-1])
    paid = reading(overage=Overage(status="allowed", in_use=True))
    assert latest_overage([paid, told[0]]) == latest_overage([told[0], paid]) == paid.overage


def test_a_healthy_probe_and_a_400_are_a_gate() -> None:
    judged = diagnose(case({PROBE: [answer(PROBE, windows=HEALTHY, overage=OFF)], AGENT: [gate(AGENT)]}))
    assert verdict(judged[AGENT.id]) == ("gated", "out_of_extra_usage")
    assert judged[AGENT.id].confirmed
    assert "3 % used" in judged[AGENT.id].summary
    assert judged[PROBE.id].verdict == "open"


def test_a_gate_stands_whether_or_not_the_official_client_works() -> None:
    works = {PROBE: [answer(PROBE, windows=HEALTHY)], AGENT: [gate(AGENT)], OFFICIAL: [answer(OFFICIAL)]}
    judged = diagnose(case(works))
    assert verdict(judged[AGENT.id]) == ("gated", "out_of_extra_usage")
    assert judged[OFFICIAL.id].verdict == "open"


def test_a_bare_429_beside_a_small_model_that_serves_is_a_suspected_gate() -> None:
    judged = diagnose(case({PROBE: [answer(PROBE)], PLAIN: [bare(PLAIN)], OFFICIAL: [answer(OFFICIAL)]}))
    assert verdict(judged[PLAIN.id]) == ("gated", "bare_429")
    assert not judged[PLAIN.id].confirmed


def test_a_bare_429_alone_is_unknown_until_a_second_look() -> None:
    assert verdict(diagnose(case({AGENT: [bare(AGENT)]}))[AGENT.id]) == ("unknown", "bare_429")


@pytest.mark.parametrize(("apart", "confirmed"), [(10, False), (59, False), (60, True), (600, True)])
def test_a_spaced_second_look_with_a_passing_control_confirms_a_gate(apart: int, confirmed: bool) -> None:
    looks = [bare(PLAIN, NOW - timedelta(seconds=apart)), bare(PLAIN)]
    judged = diagnose(case({PROBE: [answer(PROBE)], PLAIN: looks}))
    assert judged[PLAIN.id].verdict == "gated"
    assert judged[PLAIN.id].confirmed is confirmed


def test_a_burst_that_passed_is_no_gate() -> None:
    looks = [bare(AGENT, NOW - MINUTE), answer(AGENT)]
    assert diagnose(case({AGENT: looks}))[AGENT.id].verdict == "open"


def test_something_served_in_between_starts_the_count_again() -> None:
    looks = [bare(PLAIN, NOW - 4 * MINUTE), answer(PLAIN, at=NOW - 2 * MINUTE), bare(PLAIN)]
    judged = diagnose(case({PROBE: [answer(PROBE)], PLAIN: looks}))
    assert not judged[PLAIN.id].confirmed


def test_a_rejected_window_spends_every_lane_until_its_reset() -> None:
    judged = diagnose(case({PROBE: [wall(PROBE)]}, unseen=[AGENT, OFFICIAL]))
    for on in (PROBE, AGENT, OFFICIAL):
        assert verdict(judged[on.id]) == ("spent", "5h")
        assert judged[on.id].until == NOW + timedelta(hours=2)
    assert judged[AGENT.id].inferred_from == PROBE.id


def test_a_model_scoped_window_spends_that_family_and_nothing_else() -> None:
    fable, other = lane(FABLE), lane(OPUS)
    judged = diagnose(
        case({fable: [wall(fable, "7d_oi")], other: [answer(other)]}, unseen=[AGENT, lane(FABLE, "plain")])
    )
    assert verdict(judged[fable.id]) == ("spent", "7d_oi")
    assert judged[fable.id].scope is Scope.MODEL
    assert judged[lane(FABLE, "plain").id].verdict == "spent"
    assert judged[other.id].verdict == "open"
    assert judged[AGENT.id] == UNSEEN


def test_overage_in_use_is_paid() -> None:
    paid = answer(AGENT, overage=Overage(status="allowed", in_use=True))
    judged = diagnose(case({PROBE: [answer(PROBE)], AGENT: [paid]}))
    assert judged[AGENT.id].verdict == "paid"
    assert judged[PROBE.id].verdict == "open"


@pytest.mark.parametrize("name", ["5h", "7d"])
def test_out_of_extra_usage_with_a_full_window_is_spent(name: str) -> None:
    judged = diagnose(case({AGENT: [gate(AGENT)]}, readings=[reading(window(name, 1.0))]))
    assert verdict(judged[AGENT.id]) == ("spent", name)
    assert "which" in judged[AGENT.id].summary or "used up" in judged[AGENT.id].summary


def test_a_window_that_has_reset_no_longer_excuses_a_gate() -> None:
    judged = diagnose(
        case({AGENT: [gate(AGENT)]}, readings=[reading(window("5h", 1.0, hours=-1), at=NOW - 60 * MINUTE)])
    )
    assert judged[AGENT.id].verdict == "gated"


@pytest.mark.parametrize("seen_after", [-60, 0, 20])
def test_a_refusal_that_a_full_window_explained_is_unknown_after_its_reset(seen_after: int) -> None:
    asked_at = NOW - 90 * MINUTE
    full = reading(window("5h", 1.0, hours=-0.1), at=asked_at + seen_after * MINUTE)
    judged = diagnose(case({AGENT: [gate(AGENT, asked_at)]}, readings=[full]))
    assert verdict(judged[AGENT.id]) == ("unknown", "window_reset")


def test_a_gate_seen_long_before_the_window_was_full_outlives_its_reset() -> None:
    full = reading(window("5h", 1.0, hours=-0.1), at=NOW - 30 * MINUTE)
    judged = diagnose(case({AGENT: [gate(AGENT, NOW - 120 * MINUTE)]}, readings=[full]))
    assert judged[AGENT.id].verdict == "gated"


def test_a_gate_stays_one_while_its_control_is_asked_more_often() -> None:
    looks = [bare(PLAIN, NOW - 64 * MINUTE), bare(PLAIN, NOW - 124 * MINUTE)]
    controls = [answer(PROBE, at=NOW - minutes * MINUTE) for minutes in range(1, 80, 11)]
    judged = diagnose(case({PROBE: controls, PLAIN: looks}))[PLAIN.id]
    assert (judged.verdict, judged.confirmed) == ("gated", True)


def test_a_control_that_was_refused_beside_it_isolates_nothing() -> None:
    controls = [answer(PROBE, at=NOW - 30 * MINUTE), bare(PROBE)]
    assert diagnose(case({PROBE: controls, PLAIN: [bare(PLAIN)]}))[PLAIN.id].verdict == "unknown"


def test_trouble_in_between_does_not_start_the_count_again() -> None:
    trouble = answer(PLAIN, 529, "Overloaded", kind="overloaded_error", at=NOW - MINUTE)
    looks = [bare(PLAIN), trouble, bare(PLAIN, NOW - 12 * MINUTE)]
    judged = diagnose(case({PROBE: [answer(PROBE)], PLAIN: looks}))[PLAIN.id]
    assert (judged.verdict, judged.confirmed) == ("gated", True)


def test_trouble_does_not_hide_a_refusal_that_still_holds() -> None:
    trouble = answer(AGENT, 529, "Overloaded", kind="overloaded_error")
    judged = diagnose(case({AGENT: [gate(AGENT, NOW - MINUTE), trouble]}))
    assert judged[AGENT.id].verdict == "gated"


def test_trouble_after_success_is_trouble() -> None:
    trouble = answer(AGENT, 529, "Overloaded", kind="overloaded_error")
    assert (
        diagnose(case({AGENT: [answer(AGENT, at=NOW - MINUTE), trouble]}))[AGENT.id].verdict == "unavailable"
    )


@pytest.mark.parametrize(
    ("control", "refused", "is_lighter"),
    [
        (PROBE, AGENT, True),
        (PROBE, PLAIN, True),
        (PLAIN, AGENT, True),
        (OFFICIAL, AGENT, True),
        (lane(HAIKU), PLAIN, True),
        (AGENT, PLAIN, False),
        (AGENT, AGENT, False),
        (lane(OPUS, "plain"), AGENT, False),
        (PLAIN, OFFICIAL, False),
        (lane(SONNET, "tools"), lane(HAIKU), False),
    ],
)
def test_only_a_request_that_asks_less_is_lighter(control: Lane, refused: Lane, is_lighter: bool) -> None:
    assert lighter(asked(control), asked(refused), PROVIDER.demand) is is_lighter
