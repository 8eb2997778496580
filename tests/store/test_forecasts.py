"""What was forecast is kept sparingly and told with what happened."""

from datetime import datetime, timedelta

from quotaboard.domain.board import Forecast
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.store.store import Store

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def seen(store: Store, at: datetime, share: float, resets_at: datetime) -> None:
    window = Window("5h", share, resets_at, "allowed" if share < 1 else "rejected", seconds=18_000)
    store.readings.keep("max", Reading(at, Origin.PROBE, (window,)), now=at)


def foretell(store: Store, at: datetime, empty_at: datetime | None) -> None:
    store.forecasts.keep("max", store.readings.sightings("max"), {("5h", None): Forecast(empty_at)}, now=at)


def test_a_forecast_comes_back_with_what_was_seen_until_the_reset(store: Store, now: datetime) -> None:
    reset = now + 3 * HOUR
    seen(store, now, 0.5, reset)
    foretell(store, now, now + HOUR)
    seen(store, now + 30 * MINUTE, 0.8, reset)
    seen(store, now + 70 * MINUTE, 1.0, reset)
    seen(store, now + 4 * HOUR, 1.0, reset + 5 * HOUR)
    assert store.forecasts.settled(now + 2 * HOUR) == []
    (told,) = store.forecasts.settled(now + 5 * HOUR)
    assert (told.credential, told.window, told.model, told.at) == ("max", "5h", None, now)
    assert (told.empty_at, told.full_at, told.seen_at) == (now + HOUR, now + 70 * MINUTE, now + 70 * MINUTE)


def test_the_same_is_kept_once_an_hour_and_the_opposite_at_once(store: Store, now: datetime) -> None:
    reset = now + 4 * HOUR
    seen(store, now, 0.5, reset)
    for minutes, empty_at in (
        (0, None),
        (20, None),
        (40, now + HOUR),
        (50, now + HOUR),
        (101, now + 2 * HOUR),
    ):
        foretell(store, now + minutes * MINUTE, empty_at)
    told = store.forecasts.settled(reset)
    assert [(one.at - now) // MINUTE for one in told] == [0, 40, 101]


def test_silence_and_windows_without_a_reset_are_not_kept(store: Store, now: datetime) -> None:
    seen(store, now, 0.5, now + HOUR)
    store.forecasts.keep("max", store.readings.sightings("max"), {}, now=now)
    store.readings.keep("max", Reading(now, Origin.PROBE, (Window("spend", 0.2),)), now=now)
    store.forecasts.keep("max", store.readings.sightings("max"), {("spend", None): Forecast(None)}, now=now)
    assert store.forecasts.settled(now + 9 * HOUR) == []


def test_of_one_window_the_first_of_each_time_counts(store: Store, now: datetime) -> None:
    for times in range(3):
        reset = now + (times + 1) * 5 * HOUR
        for hours, empty_at in ((1, None), (2, None), (3, reset - HOUR), (4, None)):
            at = reset - (5 - hours) * HOUR
            seen(store, at, 0.1 * hours, reset)
            foretell(store, at, empty_at)
    told = store.forecasts.settled_of("max", "5h", None, now + 10 * HOUR)
    assert [(one.at - now) // HOUR for one in told] == [1, 3, 6, 8]
    assert [one.empty_at is None for one in told] == [True, False] * 2
    assert all(one.seen_at == one.resets_at - HOUR for one in told)
    assert store.forecasts.settled_of("max", "7d", None, now + 10 * HOUR) == []
    assert store.forecasts.settled_of("other", "5h", None, now + 10 * HOUR) == []
