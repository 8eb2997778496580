from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.board import Forecast
from quotaboard.domain.forecast import Use, WindowKey, by_forecast, forecast
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.reading import Origin, Sighting, Window
from quotaboard.domain.verdict import Verdict

NOW = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RESETS_AT = NOW + 2 * HOUR
FIVE_HOURS = Window("5h", 0.6, RESETS_AT, "allowed", seconds=5 * 3600)
WEEK = Window("7d", 0.5, NOW + 3 * DAY, "allowed", seconds=7 * 86400)


def uses(*shares: float, every: timedelta = 10 * MINUTE, resets_at: datetime = RESETS_AT) -> list[Use]:
    """The last of them now."""
    return [
        Use(NOW - (len(shares) - 1 - index) * every, share, resets_at) for index, share in enumerate(shares)
    ]


def told(seen: list[Use], window: Window = FIVE_HOURS) -> Forecast | None:
    return forecast(seen, replace(window, utilization=seen[-1].share if seen else None), NOW)


def test_a_window_that_fills_steadily_is_empty_when_the_line_says_so() -> None:
    made = told(uses(0.3, 0.4, 0.5, 0.6))

    assert made is not None
    assert made.empty_at is not None
    assert abs(made.empty_at - (NOW + 40 * MINUTE)) < MINUTE


def test_a_window_that_fills_slowly_lasts_until_its_reset() -> None:
    assert told(uses(0.10, 0.11, 0.12, 0.13)) == Forecast(None)


def test_a_window_that_nobody_uses_lasts() -> None:
    assert told(uses(*[0.03] * 8)) == Forecast(None)


@pytest.mark.parametrize(
    "seen",
    [
        [],
        uses(0.5),
        uses(0.4, 0.6),
        uses(0.4, 0.5, 0.6, every=3 * MINUTE),
        uses(0.5, 0.5, 0.5, 0.5),
        uses(0.97, 0.98, 0.99),
    ],
    ids=["nothing", "one", "two", "nine minutes", "half an hour of calm", "within the rounding"],
)
def test_it_is_silent_when_too_little_is_known(seen: list[Use]) -> None:
    assert told(seen) is None


def test_a_week_is_not_judged_by_half_an_hour() -> None:
    seen = uses(0.40, 0.45, 0.50, 0.55, resets_at=NOW + 3 * DAY)

    assert told(seen, WEEK) is None
    assert told(uses(0.40, 0.45, 0.50, 0.55, every=4 * HOUR, resets_at=NOW + 3 * DAY), WEEK) is not None


def test_what_lies_before_the_last_reset_does_not_count() -> None:
    before = uses(0.7, 0.8, 0.9, 0.95, every=5 * MINUTE, resets_at=NOW - 40 * MINUTE)
    before = [replace(use, at=use.at - 45 * MINUTE) for use in before]

    assert told([*before, *uses(0.0, 0.01, 0.02, 0.02)]) == told(uses(0.0, 0.01, 0.02, 0.02))


def test_the_old_share_under_a_new_reset_does_not_count() -> None:
    """The first answer after a reset may still tell the use of before it."""
    assert told(uses(0.95, 0.0, 0.02, 0.04, 0.06)) == told(uses(0.0, 0.02, 0.04, 0.06))


def test_one_odd_reading_does_not_bend_it() -> None:
    made = told(uses(0.30, 0.31, 0.32, 0.32, 0.33, 0.34, 0.35, 0.36, 0.60))

    assert made == Forecast(None)


@pytest.mark.parametrize(
    "window",
    [
        replace(FIVE_HOURS, utilization=None),
        replace(FIVE_HOURS, resets_at=None),
        replace(FIVE_HOURS, resets_at=NOW - MINUTE),
        replace(FIVE_HOURS, utilization=1.01),
        replace(FIVE_HOURS, status="rejected"),
    ],
    ids=["unknown use", "unknown reset", "has reset", "spent", "rejected"],
)
def test_there_is_nothing_to_foresee_of_a_window_like_that(window: Window) -> None:
    assert forecast(uses(0.3, 0.4, 0.5, 0.6), window, NOW) is None


@given(st.lists(st.floats(0, 1.2), max_size=80), st.integers(10, 1200))
def test_whatever_was_seen_a_forecast_lies_ahead_and_before_the_reset(
    shares: list[float], seconds: int
) -> None:
    made = told(uses(*shares, every=timedelta(seconds=seconds)))

    assert made is None or made.empty_at is None or NOW <= made.empty_at < RESETS_AT


OPEN = Judgement(Verdict.OPEN, "anthropic.open.served", observed_at=NOW)
SEEN = (Sighting(FIVE_HOURS, NOW, Origin.PROBE),)
SOON: dict[WindowKey, Forecast] = {("5h", None): Forecast(NOW + 40 * MINUTE)}


def near(
    judgement: Judgement = OPEN,
    seen: tuple[Sighting, ...] = SEEN,
    model: str = "claude-sonnet-4-6",
    forecasts: dict[WindowKey, Forecast] | None = None,
) -> Judgement:
    return by_forecast(judgement, model, seen, SOON if forecasts is None else forecasts, NOW)


def test_a_lane_whose_window_runs_out_before_its_reset_is_near_its_limit() -> None:
    judged = near()

    assert (judged.verdict, judged.reason, judged.rule) == ("near_limit", "5h", "forecast.near_limit")
    assert "04:52" in judged.summary
    assert "06:12" in judged.summary


@pytest.mark.parametrize(
    "judged",
    [
        near(replace(OPEN, verdict=Verdict.GATED)),
        near(replace(OPEN, verdict=Verdict.PAID)),
        near(forecasts={("5h", None): Forecast(None)}),
        near(forecasts={("5h", None): Forecast(RESETS_AT - 5 * MINUTE)}),
        near(forecasts={}),
        near(seen=(replace(SEEN[0], window=replace(FIVE_HOURS, utilization=0.2)),)),
        near(seen=(replace(SEEN[0], observed_at=NOW - HOUR),)),
        near(seen=(replace(SEEN[0], window=replace(FIVE_HOURS, resets_at=NOW - MINUTE)),)),
    ],
    ids=["gated", "paid", "lasts", "nearly lasts", "unknown", "hardly used", "old", "reset since"],
)
def test_nothing_is_near_without_good_reason(judged: Judgement) -> None:
    assert judged.verdict is not Verdict.NEAR_LIMIT


def test_a_window_of_another_model_says_nothing() -> None:
    seen = (Sighting(replace(FIVE_HOURS, name="7d_opus", model="Opus"), NOW, Origin.PROBE),)
    forecasts: dict[WindowKey, Forecast] = {("7d_opus", "Opus"): Forecast(NOW + 40 * MINUTE)}

    assert near(seen=seen, forecasts=forecasts).verdict is Verdict.OPEN
    assert near(seen=seen, forecasts=forecasts, model="claude-opus-5-5").verdict is Verdict.NEAR_LIMIT
