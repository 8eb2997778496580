from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.simulator.meters import (
    MinuteMeter,
    OverageMeter,
    UsageAllowance,
    WindowMeter,
    WindowNow,
)
from quotaboard.simulator.scenario import MinuteLimits, OverageSpec, WindowSpec

START = datetime(2026, 11, 20, 4, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def window(
    name: str = "5h",
    utilization: float = 0.0,
    resets_in: timedelta | None = None,
    per_hour: float = 0.0,
    tokens: int = 1000,
) -> WindowMeter:
    length = timedelta(hours=5) if name == "5h" else timedelta(days=7)
    return WindowMeter.start(WindowSpec(name, length, utilization, resets_in, per_hour, tokens), START)


def test_a_window_fills_with_tokens() -> None:
    meter = window(utilization=0.5, resets_in=HOUR)
    meter.use(250, START)
    assert meter.read(START).utilization == pytest.approx(0.75)


def test_a_window_fills_with_what_others_use() -> None:
    meter = window(utilization=0.1, resets_in=4 * HOUR, per_hour=0.2)
    assert meter.read(START + 2 * HOUR).utilization == pytest.approx(0.5)


def test_others_cannot_fill_a_window_past_its_end() -> None:
    meter = window("7d", utilization=0.9, resets_in=timedelta(days=2), per_hour=0.1)
    assert meter.read(START + 24 * HOUR).utilization == 1.0


def test_a_window_that_is_over_stays_where_it_was() -> None:
    assert window(utilization=1.02, resets_in=HOUR, per_hour=0.5).read(START).utilization == 1.02


def test_a_five_hour_window_is_gone_after_its_reset_until_the_next_request_opens_one() -> None:
    meter = window(utilization=1.0, resets_in=HOUR)
    after = START + 2 * HOUR
    assert meter.read(after).utilization == 0.0
    assert meter.read(after).resets_at is None
    meter.use(100, after)
    assert meter.read(after).utilization == pytest.approx(0.1)
    assert meter.read(after).resets_at == datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def test_a_week_follows_a_week_even_if_nobody_looked_for_long() -> None:
    meter = window("7d", utilization=1.0, resets_in=HOUR)
    now = meter.read(START + HOUR + timedelta(days=16))
    assert now.utilization == 0.0
    assert now.resets_at == START + HOUR + timedelta(days=21)


@pytest.mark.parametrize(
    ("name", "utilization", "status", "surpassed"),
    [
        ("5h", 0.86, "allowed", None),
        ("5h", 0.90, "allowed_warning", 0.9),
        ("7d", 0.74, "allowed", None),
        ("7d", 0.94, "allowed_warning", 0.75),
        ("7d_oi", 1.02, "rejected", 1.0),
    ],
)
def test_a_window_warns_where_the_recorded_ones_did(
    name: str, utilization: float, status: str, surpassed: float | None
) -> None:
    now = window(name, utilization, HOUR).read(START)
    assert (now.status, now.surpassed) == (status, surpassed)


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("5h", "five_hour"),
        ("7d", "seven_day"),
        ("7d_sonnet", "seven_day_sonnet"),
        ("7d_oi", "seven_day_overage_included"),
    ],
)
def test_a_claim_names_the_window_as_the_provider_does(name: str, claim: str) -> None:
    assert window(name).read(START).claim == claim


@pytest.mark.parametrize(
    ("name", "model", "covered"),
    [
        ("5h", "claude-haiku-4-5", True),
        ("7d_sonnet", "claude-sonnet-4-6", True),
        ("7d_sonnet", "claude-haiku-4-5", False),
        ("7d_oi", "claude-fable-5-2", True),
        ("7d_oi", "claude-opus-5-5", False),
    ],
)
def test_a_scoped_window_covers_its_family_only(name: str, model: str, covered: bool) -> None:
    now: WindowNow = window(name).read(START)
    assert now.covers(model) is covered


@pytest.mark.parametrize(
    ("allowed", "utilization", "status", "reason", "pays"),
    [
        (False, None, "rejected", "out_of_credits", False),
        (True, 0.1, "allowed", None, True),
        (True, 0.8, "allowed_warning", None, True),
        (True, 1.0, "rejected", "org_level_disabled_until", False),
    ],
)
def test_the_paid_pool_pays_until_it_is_empty(
    allowed: bool, utilization: float | None, status: str, reason: str | None, pays: bool
) -> None:
    spec = OverageSpec(allowed, None if allowed else "out_of_credits", utilization, None, 1000)
    now = OverageMeter.start(spec, START).read()
    assert (now.status, now.reason, now.pays) == (status, reason, pays)


def test_a_minute_is_forgotten_when_it_is_over() -> None:
    meter = MinuteMeter(MinuteLimits(requests=1, input_tokens=100, output_tokens=10), START)
    meter.use(8, 1)
    assert meter.exceeded(8) == "1 requests per minute"
    meter.turn(START + timedelta(seconds=150))
    assert meter.exceeded(8) is None
    assert meter.exceeded(101) == "100 input tokens per minute"
    assert meter.resets_at == START + timedelta(minutes=3)


def test_the_usage_endpoint_recovers_by_ageing_only() -> None:
    allowance = UsageAllowance(2)
    assert allowance.admit(START) is None
    assert allowance.admit(START + timedelta(minutes=10)) is None
    assert allowance.admit(START + timedelta(minutes=20)) == timedelta(minutes=40)
    assert allowance.admit(START + timedelta(minutes=60)) is None
    assert allowance.admit(START + timedelta(minutes=61)) == timedelta(minutes=9)
