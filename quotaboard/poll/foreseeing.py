"""Keeping forecasts up to date: from the store's history of each window, at most once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from quotaboard.domain.board import Forecast
from quotaboard.domain.forecast import Use, WindowKey, forecast, lookback
from quotaboard.domain.reading import Sighting
from quotaboard.store.store import Store

AT_MOST_EVERY = timedelta(minutes=1)
POINTS = 60
"""Of a window's recent history, evenly spaced."""


class Foresight:
    """Forecasts of one credential's windows."""

    def __init__(self) -> None:
        self._made_at: dict[WindowKey, datetime] = {}
        self._made: dict[WindowKey, Forecast] = {}

    def update(
        self, store: Store, credential: str, sightings: tuple[Sighting, ...], now: datetime
    ) -> dict[WindowKey, Forecast]:
        """The forecasts as of now; what changed is stored."""
        for sighting in sightings:
            window = sighting.window
            key = (window.name, window.model)
            made_at = self._made_at.get(key)
            if made_at is not None and timedelta() <= now - made_at < AT_MOST_EVERY:
                continue
            self._made_at[key] = now
            made = forecast(_uses(store, credential, sighting, now), window, now)
            if made is None:
                self._made.pop(key, None)
            else:
                self._made[key] = made
        keys = [(sighting.window.name, sighting.window.model) for sighting in sightings]
        store.readings.forecast(credential, {key: self._made.get(key) for key in keys})
        store.forecasts.keep(credential, sightings, self._made, now=now)
        return dict(self._made)


def _uses(store: Store, credential: str, sighting: Sighting, now: datetime) -> list[Use]:
    window, span = sighting.window, lookback(sighting.window)
    points = store.readings.history(
        credential,
        window.name,
        now - span,
        now + timedelta(seconds=1),
        model=window.model,
        every=max(span / POINTS, timedelta(seconds=30)),
    )
    return [
        Use(point.at, point.utilization, point.resets_at) for point in points if point.utilization is not None
    ]
