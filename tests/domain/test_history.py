from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.domain.forecast import Use
from quotaboard.domain.history import Trail, peaks, spark_span

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def use(hours_ago: float, share: float, resets_in: float | None = None) -> Use:
    at = NOW - hours_ago * HOUR
    return Use(at, share, None if resets_in is None else NOW + resets_in * HOUR)


def test_a_reset_lies_where_the_window_began_anew() -> None:
    trail = Trail("5h", None, 18_000, (use(6, 0.5, -4), use(5, 0.8, -4), use(2, 0.1, 1), use(1, 0.2, 1)))
    assert trail.resets == (NOW - 4 * HOUR,)


def test_a_reset_that_a_server_computes_anew_is_the_same_one() -> None:
    jitter = timedelta(seconds=20)
    again = Use(NOW - HOUR, 0.2, NOW + HOUR + jitter)
    assert Trail("5h", None, 18_000, (use(2, 0.1, 1), again)).resets == ()


def test_a_reset_lies_between_the_uses_that_show_it() -> None:
    trail = Trail("7d", None, None, (use(3, 0.5, 48), use(2, 0.0, 100)))
    assert trail.resets == (NOW - 2 * HOUR,)


@pytest.mark.parametrize(
    ("count", "found"),
    [(4, (0.5, None, 0.9, 0.2)), (2, (0.5, 0.9)), (1, (0.9,)), (0, ())],
)
def test_peaks_are_the_highest_of_each_span(count: int, found: tuple[float | None, ...]) -> None:
    uses = (use(9, 1.0), use(4, 0.5), use(3.5, 0.4), use(1.5, 0.9), use(0.5, 0.2))
    assert peaks(uses, NOW - 4 * HOUR, NOW, count) == found


def test_a_span_without_length_has_no_peaks() -> None:
    assert peaks((use(0, 0.5),), NOW, NOW, 2) == (None, None)


@pytest.mark.parametrize(("seconds", "days"), [(18_000, 1), (None, 1), (604_800, 7)])
def test_a_sparkline_looks_back_a_day_or_a_week(seconds: int | None, days: int) -> None:
    assert spark_span(seconds) == timedelta(days=days)
