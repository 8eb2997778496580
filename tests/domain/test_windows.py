"""Which reading of a window counts."""

from datetime import timedelta

import pytest

from quotaboard.domain.reading import Origin, Overage, Sighting, Window
from quotaboard.domain.windows import (
    blocking,
    could_be_full,
    current,
    fullest,
    is_near,
    latest_overage,
    merge,
)
from tests.domain.builders import MINUTE, NOW, reading, window


def test_the_newest_sighting_of_each_window_counts_and_an_absent_one_is_kept_with_its_age() -> None:
    old = reading(window("5h", 0.1), window("7d", 0.2), at=NOW - 10 * MINUTE)
    new = reading(window("5h", 0.3))
    seen = {sighting.window.name: sighting for sighting in merge([new, old])}
    assert (seen["5h"].window.utilization, seen["5h"].observed_at) == (0.3, NOW)
    assert (seen["7d"].window.utilization, seen["7d"].observed_at) == (0.2, NOW - 10 * MINUTE)


def test_windows_of_the_account_come_before_those_of_a_family() -> None:
    names = [
        sighting.window.name
        for sighting in merge(
            [reading(window("7d_oi", 0.1), Window("7d", seconds=604800), Window("5h", seconds=18000))]
        )
    ]
    assert names == ["5h", "7d", "7d_oi"]


def test_a_window_that_has_reset_is_unknown() -> None:
    passed = window("5h", 1.0, status="rejected", hours=-1)
    assert current(passed, NOW) == Window("5h", None, passed.resets_at, None)
    assert current(window("5h", 1.0), NOW).is_full()


@pytest.mark.parametrize(
    ("told", "full"),
    [
        (Window("5h", 1.0), True),
        (Window("5h", 1.04), True),
        (Window("5h", 0.999), False),
        (Window("5h", None), False),
        (Window("5h", 0.2, status="rejected"), True),
        (Window("5h", None, status="allowed_warning"), False),
    ],
)
def test_a_window_is_full_by_its_word_or_its_number(told: Window, full: bool) -> None:
    assert told.is_full() is full


@pytest.mark.parametrize(
    ("told", "near"),
    [
        (Window("5h", 0.9), True),
        (Window("5h", 0.89), False),
        (Window("5h", 0.1, status="allowed_warning"), True),
        (Window("5h", 0.5, threshold_passed=True), True),
        (Window("5h", None), False),
    ],
)
def test_a_window_is_near_past_its_mark(told: Window, near: bool) -> None:
    assert is_near(told) is near


def test_of_full_windows_the_one_that_resets_last_blocks() -> None:
    five, seven = window("5h", 1.0, hours=2), window("7d", 1.0, hours=50)
    assert blocking([five, seven]) == seven
    assert blocking([five, Window("7d", 1.0)]) == five
    assert blocking([window("5h", 0.5)]) is None


@pytest.mark.parametrize(
    ("model", "governed"),
    [("claude-fable-5-2", True), ("claude-opus-5", False), (None, False), ("anthropic/claude-Fable-5", True)],
)
def test_a_family_window_governs_its_family_alone(model: str | None, governed: bool) -> None:
    assert window("7d_oi", 0.1).governs(model) is governed
    assert window("7d", 0.1).governs(model)


def test_unknown_use_is_not_the_fullest() -> None:
    assert fullest([Window("5h"), Window("7d", 0.0)]) == Window("7d", 0.0)
    assert fullest([Window("5h")]) is None


def test_the_newest_word_on_the_paid_pool_counts() -> None:
    old = reading(at=NOW - timedelta(hours=1), overage=Overage(status="allowed"))
    new = reading(overage=Overage(status="rejected"))
    assert latest_overage([new, old, reading()]) == Overage(status="rejected")
    assert latest_overage([reading()]) is None


@pytest.mark.parametrize(
    ("seen", "ago", "could"),
    [
        (Window("5h", 0.0, seconds=5 * 3600), 29, False),
        (Window("5h", 0.0, seconds=5 * 3600), 31, True),
        (Window("5h", 0.9, seconds=5 * 3600), 2, False),
        (Window("5h", 0.9, seconds=5 * 3600), 4, True),
        (Window("7d", 0.9, seconds=7 * 86400), 90, False),
        (Window("5h", 1.0, seconds=5 * 3600), 90, False),
        (Window("5h", 0.9, NOW - 20 * MINUTE, seconds=5 * 3600), 60, False),
        (Window("5h", None, NOW - 40 * MINUTE, seconds=5 * 3600), 60, True),
        (Window("1m_requests", 0.9, seconds=60), 60, False),
        (Window("month", 0.2), 0, True),
    ],
)
def test_a_window_could_have_filled_up_since_it_was_seen(seen: Window, ago: int, could: bool) -> None:
    """Ten times as fast as evenly, at the most; from its reset on if that has passed."""
    assert could_be_full(Sighting(seen, NOW - ago * MINUTE, Origin.PROBE), NOW) is could
