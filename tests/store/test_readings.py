"""Windows over time: what is seen last, and what is worth a point of history."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.reading import Balance, Money, Origin, Overage, Reading, Sighting, Window
from quotaboard.domain.windows import latest_overage, merge
from quotaboard.store.opening import open_memory
from quotaboard.store.store import Store

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def seen(at: datetime, used: float | None = 0.5, **window: object) -> Reading:
    return Reading(at, Origin.PROBE, (Window("5h", used, **window),))  # type: ignore[arg-type]


def points(store: Store, now: datetime) -> list[tuple[float | None, timedelta]]:
    history = store.readings.history("max", "5h", now - timedelta(days=400), now + timedelta(days=400))
    return [(point.utilization, point.at - now) for point in history]


def test_what_does_not_change_is_a_point_a_minute(store: Store, now: datetime) -> None:
    for seconds in range(0, 150, 10):
        store.readings.keep("max", seen(now + seconds * SECOND), now=now + seconds * SECOND)
    assert points(store, now) == [(0.5, 0 * MINUTE), (0.5, MINUTE), (0.5, 2 * MINUTE)]
    (sighting,) = store.readings.sightings("max")
    assert sighting.observed_at == now + 140 * SECOND


def test_every_change_is_a_point(store: Store, now: datetime) -> None:
    steps = [
        Window("5h", 0.5, now + HOUR, "allowed"),
        Window("5h", 0.6, now + HOUR, "allowed"),
        Window("5h", 0.6, now + 6 * HOUR, "allowed"),
        Window("5h", 0.6, now + 6 * HOUR, "rejected"),
        Window("5h", 0.6, now + 6 * HOUR, "rejected", threshold_passed=True),
        Window("5h", 0.6, None, "rejected", threshold_passed=True),
        Window("5h", None, None, "a word of tomorrow", threshold_passed=True),
    ]
    for number, window in enumerate(steps):
        at = now + number * SECOND
        store.readings.keep("max", Reading(at, Origin.PROBE, (window,)), now=at)
    history = store.readings.history("max", "5h", now, now + MINUTE)
    assert [(point.utilization, point.resets_at, point.status) for point in history] == [
        (window.utilization, window.resets_at, window.status) for window in steps
    ]


def test_a_reset_that_wobbles_is_the_same_reset(store: Store, now: datetime) -> None:
    for milliseconds in range(0, 1000, 100):
        reset = now + HOUR + timedelta(milliseconds=milliseconds)
        store.readings.keep(
            "max", seen(now + milliseconds * timedelta(milliseconds=1), resets_at=reset), now=now
        )
    assert len(points(store, now)) == 1


def test_an_older_reading_joins_the_history_and_leaves_the_latest_alone(store: Store, now: datetime) -> None:
    store.readings.keep("max", seen(now, 0.5), now=now)
    store.readings.keep("max", seen(now - HOUR, 0.2), now=now)
    assert points(store, now) == [(0.2, -HOUR), (0.5, 0 * HOUR)]
    assert store.readings.sightings("max") == (Sighting(Window("5h", 0.5), now, Origin.PROBE),)


def test_a_sighting_from_the_future_gives_way(store: Store, now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    ahead = Reading(tomorrow, Origin.PROBE, (Window("5h", 0.9),), Overage("allowed"))
    store.readings.keep("max", ahead, now=tomorrow)
    store.readings.keep("max", Reading(now, Origin.PROBE, (Window("5h", 0.5),), Overage("rejected")), now=now)
    assert store.readings.sightings("max") == (Sighting(Window("5h", 0.5), now, Origin.PROBE),)
    pool = store.readings.pool("max")
    assert pool is not None
    assert pool.overage == Overage("rejected")
    assert points(store, now)[0] == (0.5, 0 * HOUR)


def test_a_window_that_is_told_twice_is_as_it_was_told_last(store: Store, now: datetime) -> None:
    twice = (Window("5h", 0.1), Window("5h", 0.2))
    store.readings.keep("max", Reading(now, Origin.PROBE, twice), now=now)
    assert store.readings.sightings("max") == (Sighting(Window("5h", 0.2), now, Origin.PROBE),)
    store.readings.keep("max", Reading(now - HOUR, Origin.PROBE, (*twice, Window("5h", 0.3))), now=now)
    assert store.readings.sightings("max") == (Sighting(Window("5h", 0.2), now, Origin.PROBE),)
    assert points(store, now) == [(0.3, -HOUR), (0.2, 0 * HOUR)]


def test_windows_of_one_name_and_two_models_are_two(store: Store, now: datetime) -> None:
    windows = (Window("7d_oi", 0.1, model="Fable"), Window("7d_oi", 0.2, model="Opus"), Window("7d_oi", 0.3))
    store.readings.keep("max", Reading(now, Origin.USAGE, windows), now=now)
    assert {sighting.window for sighting in store.readings.sightings("max")} == set(windows)
    (point,) = store.readings.history("max", "7d_oi", now, now + MINUTE, model="Opus")
    assert point.utilization == 0.2


def test_history_can_be_thinned_while_it_is_read(store: Store, now: datetime) -> None:
    for minutes in range(60):
        at = now + minutes * MINUTE
        store.readings.keep("max", seen(at, minutes / 60), now=at)
    history = store.readings.history("max", "5h", now, now + HOUR, every=timedelta(minutes=30))
    assert [point.at - now for point in history] == [17 * MINUTE, 47 * MINUTE, 59 * MINUTE]
    assert store.readings.history("max", "none", now, now + HOUR) == []


def test_overage_and_balance_are_kept_while_they_last(store: Store, now: datetime) -> None:
    left = Balance(Money(Decimal("5.00"), "USD"), Money(Decimal(20), "USD"), "monthly")
    tells = [
        Reading(
            now, Origin.USAGE, overage=Overage("rejected", "org_level_disabled"), balance=left, plan="max"
        )
    ]
    tells.append(Reading(now + MINUTE, Origin.PROBE, overage=Overage("rejected", "org_level_disabled")))
    tells.append(Reading(now + 2 * MINUTE, Origin.PROBE, overage=Overage("allowed", in_use=True)))
    for reading in tells:
        store.readings.keep("max", reading, now=reading.observed_at)
    assert [(at, overage) for at, overage, _ in store.readings.pool_history("max", now)] == [
        (now, Overage("rejected", "org_level_disabled")),
        (now + 2 * MINUTE, Overage("allowed", in_use=True)),
    ]
    assert store.readings.pool("max") == Reading(
        now + 2 * MINUTE, Origin.PROBE, overage=Overage("allowed", in_use=True), balance=left, plan="max"
    )


READINGS = st.lists(
    st.builds(
        lambda seconds, windows, overage, origin: (seconds, origin, windows, overage),
        st.integers(0, 3600),
        st.lists(
            st.builds(
                Window,
                name=st.sampled_from(["5h", "7d", "7d_sonnet"]),
                utilization=st.none() | st.floats(0, 2),
                status=st.none() | st.sampled_from(["allowed", "rejected", "odd"]),
                seconds=st.none() | st.integers(1, 10**6),
            ),
            max_size=3,
            unique_by=lambda window: window.name,
        ),
        st.none() | st.builds(Overage, status=st.sampled_from(["allowed", "rejected"])),
        st.sampled_from(Origin),
    ),
    max_size=8,
    unique_by=lambda reading: reading[0],
)


@given(READINGS)
def test_what_the_readings_say_together_survives(
    told: list[tuple[int, Origin, list[Window], Overage | None]],
) -> None:
    now = datetime.fromisoformat("2026-11-20T04:12:00Z")
    readings = [
        Reading(now + second * SECOND, origin, tuple(windows), overage)
        for second, origin, windows, overage in told
    ]
    with open_memory() as store:
        for reading in readings:
            store.readings.keep("max", reading, now=now + HOUR)
        kept = store.readings.since("max", now, now=now + HOUR)
        assert merge(kept) == merge(readings)
        assert store.readings.sightings("max") == merge(readings) or len(told) > 1
        in_order = [reading.observed_at for reading in kept]
        assert in_order == sorted(in_order)
        if [reading.observed_at for reading in readings] == sorted(
            reading.observed_at for reading in readings
        ):
            assert latest_overage(kept) == latest_overage(readings)
