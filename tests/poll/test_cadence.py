from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.verdict import SERVING, Verdict
from quotaboard.poll.cadence import LONGEST, Pace, Wait, next_look
from tests.poll.servers import START as NOW

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PACE = Pace(fresh_for=2 * MINUTE, stale_after=15 * MINUTE, floor=timedelta())


def said(verdict: str, reason: str | None = None, **told: object) -> Judgement:
    return replace(Judgement(Verdict(verdict), "a.rule", reason, observed_at=NOW), **told)  # type: ignore[arg-type]


def wait(
    judgement: Judgement, repeats: int = 0, pace: Pace = PACE, retry_in: timedelta | None = None
) -> timedelta:
    retry_at = None if retry_in is None else NOW + retry_in
    return next_look(judgement, repeats, pace, NOW, "lane", retry_at=retry_at) - NOW


def assert_about(span: timedelta, wanted: timedelta) -> None:
    """Never sooner, and at most a tenth later."""
    assert wanted <= span <= wanted * 1.1 + MINUTE / 10


@pytest.mark.parametrize(
    ("judgement", "spans"),
    [
        (said("open"), [2, 4, 8, 11.25, 11.25]),
        (said("near_limit", "5h"), [2, 4, 8, 11.25]),
        (said("paid"), [2, 2, 2]),
        (said("gated", "out_of_extra_usage"), [15, 30, 60, 60, 60]),
        (said("unauthorized", "expired"), [15, 30, 60]),
        (said("forbidden", "organisation_policy"), [15, 30, 60]),
        (said("unfunded", "credit_balance"), [15, 30, 60]),
        (said("not_found", "model"), [60, 180, 327.3]),
        (said("not_entitled", "model"), [60, 180, 327.3]),
        (said("unavailable", "overloaded"), [0.5, 1, 2, 5, 10, 10]),
        (said("unknown", "unrecognised"), [0.5, 1, 2, 5, 10]),
        (said("throttled", "server"), [0.5, 1, 2, 5, 10]),
        (said("spent", "window_unknown"), [30, 30]),
        (said("unknown", "bare_429"), [1.25, 5, 15, 30, 30]),
        (said("gated", "bare_429", confirmed=False), [1.25, 5]),
    ],
    ids=lambda value: f"{value.verdict}-{value.reason}" if isinstance(value, Judgement) else "",
)
def test_each_verdict_has_its_own_back_off(judgement: Judgement, spans: list[float]) -> None:
    for repeats, minutes in enumerate(spans):
        assert_about(wait(judgement, repeats), minutes * MINUTE)


def test_a_gate_confirmed_by_its_second_look_begins_its_own_back_off() -> None:
    assert_about(wait(said("gated", "bare_429"), repeats=1), 15 * MINUTE)
    assert_about(wait(said("gated", "bare_429"), repeats=2), 30 * MINUTE)


def test_a_spent_window_is_asked_a_little_after_its_reset() -> None:
    span = wait(said("spent", "5h", until=NOW + 2 * HOUR))

    assert 2 * HOUR < span < 2 * HOUR + MINUTE


def test_a_reset_that_lies_behind_is_no_reason_to_hammer() -> None:
    """The server's clock and ours disagree, and it still refuses."""
    judgement = said("spent", "5h", until=NOW - HOUR)

    assert [
        wait(judgement, repeats) >= span for repeats, span in enumerate((30 * SECOND, MINUTE, 2 * MINUTE))
    ]
    assert wait(judgement, 9) >= 10 * MINUTE


def test_a_reset_in_another_century_is_somebodys_mistake() -> None:
    assert wait(said("spent", "7d", until=NOW + timedelta(days=36500))) < timedelta(days=33)


@pytest.mark.parametrize(
    "verdict", ["throttled", "unavailable", "gated", "unauthorized", "unfunded", "spent"]
)
def test_retry_after_is_obeyed(verdict: str) -> None:
    assert wait(said(verdict), retry_in=7 * HOUR) >= 7 * HOUR


def test_retry_after_is_obeyed_for_a_day_and_not_for_ever() -> None:
    assert wait(said("throttled"), retry_in=timedelta(days=365)) < timedelta(days=1, minutes=1)


def test_a_throttle_that_names_its_end_is_asked_after_it() -> None:
    assert_about(wait(said("throttled", until=NOW + 3 * MINUTE)), 3 * MINUTE)


def test_the_budget_slows_lanes_that_serve_and_nothing_else() -> None:
    slow = replace(PACE, floor=timedelta(hours=9))

    assert wait(said("open"), pace=slow) >= 9 * HOUR
    assert_about(wait(said("gated", "out_of_extra_usage"), pace=slow), 15 * MINUTE)


@pytest.mark.parametrize(
    ("judgement", "looks", "minutes"),
    [
        (said("gated", "out_of_extra_usage"), 0, 5 / 6),
        (said("gated", "bare_429"), 1, 2),
        (said("gated", "out_of_extra_usage"), 3, 8),
        (said("gated", "out_of_extra_usage"), 4, 60),
        (said("unavailable", "overloaded"), 0, 5 / 6),
        (said("gated", "bare_429", confirmed=False), 0, 30),
        (said("unauthorized", "expired"), 0, 60),
        (said("open"), 0, 11.25),
    ],
    ids=lambda value: f"{value.verdict}-{value.reason}" if isinstance(value, Judgement) else str(value),
)
def test_what_an_agent_waits_for_is_asked_soon_and_then_ever_more_rarely(
    judgement: Judgement, looks: int, minutes: float
) -> None:
    waits = Wait(tried_at=NOW - 10 * SECOND, looks=looks)

    span = next_look(judgement, 9, PACE, NOW, "lane", wait=waits) - NOW

    assert_about(span, minutes * MINUTE)


def test_what_its_agent_just_tried_itself_is_asked_a_minute_after_that() -> None:
    waits = Wait(tried_at=NOW + 40 * SECOND, looks=0)

    assert_about(next_look(said("gated"), 0, PACE, NOW, "lane", wait=waits) - NOW, 90 * SECOND)


def test_retry_after_is_obeyed_however_somebody_waits() -> None:
    waits, later = Wait(NOW, 0), NOW + 10 * MINUTE

    assert next_look(said("gated"), 0, PACE, NOW, "lane", retry_at=later, wait=waits) >= later


def test_the_jitter_can_be_replayed_and_differs_from_lane_to_lane() -> None:
    spans = {next_look(said("open"), 0, PACE, NOW, lane) for lane in "abcdefgh"}

    assert len(spans) == 8
    assert next_look(said("open"), 0, PACE, NOW, "a") == next_look(said("open"), 0, PACE, NOW, "a")


@given(
    verdict=st.sampled_from(list(Verdict)),
    repeats=st.integers(0, 20),
    ends_in=st.none() | st.integers(-90_000, 90_000),
    confirmed=st.booleans(),
    reason=st.sampled_from([None, "bare_429", "5h"]),
)
def test_no_verdict_is_asked_at_once_or_never(
    verdict: Verdict, repeats: int, ends_in: int | None, confirmed: bool, reason: str | None
) -> None:
    until = None if ends_in is None else NOW + timedelta(seconds=ends_in)
    judgement = said(verdict, reason, until=until, confirmed=confirmed)

    span = wait(judgement, repeats)

    assert span >= 10 * SECOND
    ahead = max(until - NOW, timedelta()) if until and verdict is Verdict.SPENT else timedelta()
    assert span <= max(LONGEST, ahead + MINUTE)
    assert verdict not in SERVING or span >= PACE.fresh_for
