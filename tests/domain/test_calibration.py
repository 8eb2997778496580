from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.domain.board import Forecast
from quotaboard.domain.calibration import Calibration, Foretold, Outcome, calibration, is_believed, outcome

RESET = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def told(
    empty: timedelta | None = None, full: timedelta | None = None, seen: timedelta | None = 5 * MINUTE
) -> Foretold:
    """Each so long before the reset."""
    return Foretold(
        "max",
        "5h",
        None,
        RESET - 3 * HOUR,
        RESET,
        RESET - empty if empty else None,
        RESET - full if full else None,
        RESET - seen if seen else None,
    )


@pytest.mark.parametrize(
    ("forecast", "became"),
    [
        (told(empty=HOUR, full=80 * MINUTE), Outcome.RIGHT),
        (told(empty=HOUR), Outcome.WRONG),
        (told(empty=HOUR, seen=2 * HOUR), Outcome.NOT_KNOWN),
        (told(empty=HOUR, seen=None), Outcome.NOT_KNOWN),
        (told(), Outcome.RIGHT),
        (told(full=HOUR), Outcome.WRONG),
        (told(seen=2 * HOUR), Outcome.NOT_KNOWN),
    ],
)
def test_a_forecast_is_held_against_what_happened(forecast: Foretold, became: Outcome) -> None:
    assert outcome(forecast) is became


def test_all_of_them_together_say_how_good_they_were() -> None:
    found = calibration(
        [
            told(empty=HOUR, full=80 * MINUTE),
            told(empty=HOUR, full=50 * MINUTE),
            told(empty=HOUR),
            told(),
            told(full=HOUR),
            told(seen=None),
        ]
    )
    assert found == Calibration(3, 2, 2, 1, 1, 15 * MINUTE)
    assert found.settled == 5
    assert found.right == pytest.approx(0.6)


def test_before_any_reset_nothing_is_said() -> None:
    assert calibration([]) == Calibration()
    assert Calibration().right is None


@pytest.mark.parametrize(
    ("so_far", "empties", "lasts"),
    [
        (Calibration(), True, True),
        (Calibration(said_empty=3, ran_out=0), True, True),
        (Calibration(said_empty=4, ran_out=1), False, True),
        (Calibration(said_empty=4, ran_out=2), True, True),
        (Calibration(said_lasts=9, lasted=4), True, False),
    ],
)
def test_what_came_true_too_seldom_is_not_said_again(so_far: Calibration, empties: bool, lasts: bool) -> None:
    assert is_believed(Forecast(datetime(2026, 11, 20, 15, tzinfo=UTC)), so_far) is empties
    assert is_believed(Forecast(None), so_far) is lasts
