"""Forecasts of a window that did not come true before are scored on, and told to nobody."""

from datetime import datetime, timedelta

import pytest

from quotaboard.domain.board import Forecast
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.poll.foreseeing import Foresight
from quotaboard.store.opening import open_memory
from quotaboard.store.store import Store
from tests.tui.pieces import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
KEY: WindowKey = ("5h", None)


def seen(store: Store, at: datetime, share: float, resets_at: datetime) -> None:
    window = Window("5h", share, resets_at, "allowed", seconds=18_000)
    store.readings.keep("max", Reading(at, Origin.PROBE, (window,)), now=at)


def before(store: Store, times: int) -> None:
    """So often it was to run out, and lasted."""
    for number in range(1, times + 1):
        reset = NOW - 5 * HOUR * number
        seen(store, reset - 3 * HOUR, 0.6, reset)
        made = {KEY: Forecast(reset - HOUR)}
        store.forecasts.keep("max", store.readings.sightings("max"), made, now=reset - 3 * HOUR)
        seen(store, reset - 10 * MINUTE, 0.7, reset)


@pytest.mark.parametrize(("times", "told"), [(0, True), (3, True), (4, False)])
def test_a_window_that_was_foretold_wrongly_is_foretold_no_more(times: int, told: bool) -> None:
    with open_memory() as store:
        before(store, times)
        for step in range(7):
            seen(store, NOW + step * 10 * MINUTE, 0.3 + step * 0.08, NOW + 4 * HOUR)
        now = NOW + HOUR
        made = Foresight().update(store, "max", store.readings.sightings("max"), now)
        assert (KEY in made) is told
        assert (KEY in store.readings.forecasts("max")) is told
        assert any(one.at == now for one in store.forecasts.settled(NOW + 5 * HOUR))
