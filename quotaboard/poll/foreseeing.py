"""Keeping forecasts up to date: from the store's history of each window, at most once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from quotaboard.domain.board import Forecast
from quotaboard.domain.calibration import Calibration, calibration, is_believed
from quotaboard.domain.forecast import Use, WindowKey, forecast, lookback
from quotaboard.domain.reading import Sighting
from quotaboard.store.store import Store

AT_MOST_EVERY = timedelta(minutes=1)
SCORED_EVERY = timedelta(hours=3)
POINTS = 60
"""Of a window's recent history, evenly spaced."""


class Foresight:
    """Forecasts of one credential's windows."""

    def __init__(self) -> None:
        self._made_at: dict[WindowKey, datetime] = {}
        self._made: dict[WindowKey, Forecast] = {}
        self._scores: dict[WindowKey, tuple[datetime, Calibration]] = {}

    def update(
        self, store: Store, credential: str, sightings: tuple[Sighting, ...], now: datetime
    ) -> dict[WindowKey, Forecast]:
        """The forecasts as of now; what changed is stored.

        All are kept to be scored; those of a window that came true too seldom are told to nobody.
        """
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
        store.forecasts.keep(credential, sightings, self._made, now=now)
        told = {
            key: made
            for key, made in self._made.items()
            if is_believed(made, self._score(store, credential, key, now))
        }
        store.readings.forecast(credential, {key: told.get(key) for key in keys})
        return told

    def _score(self, store: Store, credential: str, key: WindowKey, now: datetime) -> Calibration:
        known = self._scores.get(key)
        if known is None or abs(now - known[0]) >= SCORED_EVERY:
            known = now, calibration(store.forecasts.settled_of(credential, *key, now))
            self._scores[key] = known
        return known[1]


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
