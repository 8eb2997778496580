"""Caps and balances beside windows: what a meter of money does to a lane that served before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from quotaboard.domain.holding import Policy
from quotaboard.domain.inference import by_meters
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Reading, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.windows import holds_back

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
LANE = Lane("work", "openrouter", "claude-sonnet-4.6")
SERVED = Judgement(Verdict.OPEN, "http.open", observed_at=NOW - timedelta(minutes=10))
NEXT_MONTH = datetime(2026, 12, 1, tzinfo=UTC)


def after(
    judgement: Judgement, *windows: Window, balance: Balance | None = None, overage: Overage | None = None
) -> Judgement:
    reading = Reading(NOW - timedelta(minutes=1), Origin.USAGE, windows, overage, balance)
    return by_meters(LANE, judgement, [reading], Policy(), NOW)


def test_a_full_cap_means_money_and_not_a_window() -> None:
    judgement = after(SERVED, Window("key-cap", 1.01, NEXT_MONTH))
    assert (judgement.verdict, judgement.reason, judgement.until) == (
        Verdict.UNFUNDED,
        "spend_limit",
        NEXT_MONTH,
    )


def test_a_balance_that_the_provider_calls_empty_blocks() -> None:
    empty = Balance(Money(Decimal(0), "USD"), available=False)
    assert after(SERVED, balance=empty).verdict is Verdict.UNFUNDED


def test_credits_that_are_not_the_lanes_only_source_do_not_block() -> None:
    assert after(SERVED, balance=Balance(Money(Decimal(0), "credits"))).verdict is Verdict.OPEN


def test_a_full_month_or_any_other_length_holds_back_like_five_hours() -> None:
    for name in ("30d", "9h", "month", "interval", "1d"):
        assert after(SERVED, Window(name, 1.0)).verdict is Verdict.SPENT


def test_a_side_limit_or_a_bucket_does_not() -> None:
    side = Window("30d", 1.0, model="tool calls (MCP)")
    for window in (side, Window("requests", 1.0), Window("1m_tokens", 1.0, seconds=60)):
        assert after(SERVED, window).verdict is Verdict.OPEN


def test_a_group_of_models_is_governed_by_its_first_word() -> None:
    assert after(SERVED, Window("5h", 1.0, model="Claude and other models")).verdict is Verdict.SPENT
    assert after(SERVED, Window("5h", 1.0, model="Gemini models")).verdict is Verdict.OPEN


def test_with_credits_behind_it_the_next_request_is_billed() -> None:
    assert after(SERVED, Window("7d", 1.0), overage=Overage("allowed")).verdict is Verdict.PAID


def test_a_healthy_meter_never_says_open_and_never_lifts_a_refusal() -> None:
    rich = Balance(Money(Decimal(50), "USD"), available=True)
    assert after(UNSEEN, Window("key-cap", 0.1), balance=rich).verdict is Verdict.UNKNOWN
    refused = replace(SERVED, verdict=Verdict.UNFUNDED)
    assert after(refused, Window("key-cap", 0.1), balance=rich) == refused


@pytest.mark.parametrize(
    ("name", "holds"), [("5h", True), ("month", True), ("key-cap", False), ("1m_requests", False)]
)
def test_which_windows_hold_requests_back(name: str, holds: bool) -> None:
    assert holds_back(Window(name)) is holds
