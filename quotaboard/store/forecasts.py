"""What was forecast, kept until it can be held against what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from quotaboard.domain.board import Forecast
from quotaboard.domain.calibration import Foretold
from quotaboard.domain.reading import Sighting
from quotaboard.store.clean import maybe_text, text
from quotaboard.store.database import Database, Row
from quotaboard.store.readings import SAME_RESET_MS, STATUS_CODES, WindowKey
from quotaboard.store.times import DAY_MS, HOUR_MS, from_ms, maybe_from_ms, maybe_ms, to_ms

KEPT_MS = 90 * DAY_MS
FULL = STATUS_CODES["rejected"]
LATEST = 20
"""So many forecasts tell how good they are."""

_TOLD = f"""SELECT credentials.name, windows.name, model, forecasts.at, forecasts.resets_at, empty_at,
    (SELECT min(at) FROM readings WHERE series = windows.id AND at >= forecasts.at
        AND at < forecasts.resets_at AND abs(readings.resets_at - forecasts.resets_at) <= {SAME_RESET_MS}
        AND (readings.utilization >= 1 OR readings.status = {FULL})),
    (SELECT max(at) FROM readings WHERE series = windows.id AND at >= forecasts.at
        AND at < forecasts.resets_at AND abs(readings.resets_at - forecasts.resets_at) <= {SAME_RESET_MS})
    FROM {{source}} JOIN windows ON windows.id = series
    JOIN credentials ON credentials.id = credential
    WHERE forecasts.resets_at <= ? ORDER BY forecasts.at"""  # noqa: S608 - numbers of ours
"""Forecasts whose reset has passed, with when their window was first seen full and last seen at all."""


class Forecasts:
    """At most one an hour for each window, and one more when it says the opposite."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        credential: str,
        sightings: tuple[Sighting, ...],
        made: Mapping[WindowKey, Forecast],
        *,
        now: datetime,
    ) -> None:
        """Keep those that say something else than the last one, or an hour later."""
        at, fresh = to_ms(now), []
        for sighting in sightings:
            window = sighting.window
            forecast = made.get((window.name, window.model))
            if forecast is None or window.resets_at is None:
                continue
            last = self._last(credential, window.name, window.model)
            says = (to_ms(window.resets_at), window.utilization, maybe_ms(forecast.empty_at))
            if last is not None and _is_known(last, at, *says):
                continue
            fresh.append((at, *says, text(window.name), maybe_text(window.model), text(credential)))
        if not fresh:
            return
        with self._database.writing(quietly=True) as sql:
            sql.executemany(
                """INSERT OR REPLACE INTO forecasts (series, at, resets_at, utilization, empty_at)
                    SELECT windows.id, ?, ?, ?, ? FROM windows WHERE windows.name = ? AND model IS ?
                    AND credential = (SELECT id FROM credentials WHERE name = ?)""",
                fresh,
            )
            sql.execute("DELETE FROM forecasts WHERE at < ?", (at - KEPT_MS,))

    def settled(self, now: datetime) -> list[Foretold]:
        """Those whose reset has passed, oldest first, with what was seen of their window until then."""
        return [
            _foretold(row) for row in self._database.rows(_TOLD.format(source="forecasts"), (to_ms(now),))
        ]

    def settled_of(self, credential: str, window: str, model: str | None, now: datetime) -> list[Foretold]:
        """The same of one window: of each time that it ran the first, and the first that said otherwise.

        What is said again an hour later proves nothing more.
        """
        first = """(SELECT forecasts.series, min(forecasts.at) AS at, forecasts.resets_at, forecasts.empty_at
            FROM forecasts JOIN windows ON windows.id = series WHERE windows.name = ? AND model IS ?
            AND credential = (SELECT id FROM credentials WHERE name = ?) AND forecasts.resets_at <= ?
            GROUP BY forecasts.resets_at / 60000, forecasts.empty_at IS NULL
            ORDER BY 2 DESC LIMIT ?) AS forecasts"""
        told = (text(window), maybe_text(model), text(credential), to_ms(now), LATEST, to_ms(now))
        return [_foretold(row) for row in self._database.rows(_TOLD.format(source=first), told)]

    def _last(self, credential: str, window: str, model: str | None) -> Row | None:
        return self._database.row(
            """SELECT at, forecasts.resets_at, empty_at FROM forecasts JOIN windows ON windows.id = series
                WHERE windows.name = ? AND model IS ?
                AND credential = (SELECT id FROM credentials WHERE name = ?) ORDER BY at DESC LIMIT 1""",
            (text(window), maybe_text(model), text(credential)),
        )


def _is_known(last: Row, at: int, resets_at: int, _share: float | None, empty_at: int | None) -> bool:
    """Whether it was said so lately: of the same reset, the same way, within the hour."""
    made_at, reset, empty = last
    return (
        0 <= at - made_at < HOUR_MS
        and abs(reset - resets_at) <= SAME_RESET_MS
        and (empty is None) is (empty_at is None)
    )


def _foretold(row: Row) -> Foretold:
    credential, window, model, at, resets_at, empty_at, full_at, seen_at = row
    return Foretold(
        credential,
        window,
        model,
        from_ms(at),
        from_ms(resets_at),
        maybe_from_ms(empty_at),
        maybe_from_ms(full_at),
        maybe_from_ms(seen_at),
    )
