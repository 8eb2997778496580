from dataclasses import replace
from datetime import timedelta

import pytest

from quotaboard.domain.outlook import ahead_of_even, burn
from quotaboard.domain.reading import Window
from tests.domain.test_forecast import FIVE_HOURS, NOW, WEEK, uses

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_steady_burn_has_one_pace() -> None:
    told = burn(uses(0.3, 0.4, 0.5, 0.6), FIVE_HOURS, NOW)
    assert told is not None
    assert (told.slow, told.pace, told.fast) == pytest.approx((0.6, 0.6, 0.6))


def test_an_unsteady_burn_says_between_what() -> None:
    told = burn(uses(0.1, 0.12, 0.3, 0.31, 0.5, 0.52), FIVE_HOURS, NOW)
    assert told is not None
    assert told.slow < told.pace < told.fast


@pytest.mark.parametrize(
    "shares",
    [(), (0.5,), (0.4, 0.5), (0.5, 0.5, 0.5, 0.5)],
    ids=["nothing", "once", "twice", "no growth"],
)
def test_too_little_says_nothing(shares: tuple[float, ...]) -> None:
    assert burn(uses(*shares), FIVE_HOURS, NOW) is None


def test_a_few_minutes_say_nothing() -> None:
    assert burn(uses(0.1, 0.2, 0.3, every=MINUTE), FIVE_HOURS, NOW) is None


def test_a_window_that_has_reset_says_nothing() -> None:
    assert burn(uses(0.3, 0.4, 0.5), FIVE_HOURS, NOW + 3 * HOUR) is None
    assert ahead_of_even(FIVE_HOURS, NOW + 3 * HOUR) is None


@pytest.mark.parametrize(
    ("share", "ahead"),
    [(0.6, 0.0), (0.9, 0.3), (0.0, -0.6)],
)
def test_an_even_spend_is_as_far_as_the_time(share: float, ahead: float) -> None:
    # Two of five hours are left.
    assert ahead_of_even(replace(FIVE_HOURS, utilization=share), NOW) == pytest.approx(ahead)


@pytest.mark.parametrize(
    "window",
    [replace(WEEK, seconds=None), replace(WEEK, utilization=None), replace(WEEK, resets_at=None)],
)
def test_without_length_share_or_reset_there_is_no_even_spend(window: Window) -> None:
    assert ahead_of_even(window, NOW) is None
