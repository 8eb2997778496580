"""How full each window was, compactly: the latest sighting of each, and its history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from quotaboard.domain.board import Forecast
from quotaboard.domain.reading import Balance, Origin, Overage, Reading, Sighting, Window
from quotaboard.store.clean import maybe_text, text, whole
from quotaboard.store.credentials import credential_number
from quotaboard.store.database import Database, Row
from quotaboard.store.facts import balance_facts, balance_of, dumps, overage_facts, overage_of
from quotaboard.store.times import (
    MILLISECOND,
    MINUTE_MS,
    TOLERANCE_MS,
    from_ms,
    maybe_from_ms,
    maybe_ms,
    to_ms,
)

SAME_RESET_MS = MINUTE_MS
"""Resets that differ by less are the same: servers compute them anew for each answer."""

STATUS_CODES = {"allowed": 1, "allowed_warning": 2, "rejected": 3}
STATUSES = {code: word for word, code in STATUS_CODES.items()}
ORIGIN_CODES = {
    Origin.PROBE.value: 1,
    Origin.USAGE.value: 2,
    Origin.CLIENT.value: 3,
    Origin.CACHED.value: 4,
    Origin.CONTROL.value: 5,
    Origin.PASTED.value: 6,
    Origin.PASSIVE.value: 7,
    Origin.FLEET.value: 8,
}
TELLING = (Origin.USAGE, Origin.CLIENT, Origin.CACHED)
"""Readings of the account as a whole."""

ORIGINS = {code: word for word, code in ORIGIN_CODES.items()}
"""In a row of history a known word takes one byte; another is kept as it is. A code never changes meaning."""


WindowKey = tuple[str, str | None]
"""A window's name and its model."""


class Point(NamedTuple):
    """One moment in the history of a window."""

    at: datetime
    utilization: float | None
    resets_at: datetime | None
    status: str | None


class Readings:
    """What was seen of windows, overage and balance."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, credential: str, reading: Reading, *, now: datetime, provider: str = "") -> None:
        """Keep a reading: history gets a point when something changed, or once a minute."""
        with self._database.writing() as sql:
            owner, known = _owner(self._database, credential, provider)
            at, horizon = to_ms(reading.observed_at), to_ms(now) + TOLERANCE_MS
            origin = ORIGIN_CODES.get(reading.origin.value, reading.origin.value)
            _keep_windows(sql, owner, known, reading.windows, at, horizon, origin)
            if reading.overage or reading.balance or reading.plan or reading.notes:
                _keep_pool(sql, owner, reading, at, horizon, origin)

    def sightings(self, credential: str) -> tuple[Sighting, ...]:
        """Each window as it was last seen. It is for the reader to notice that a reset has passed since."""
        rows = self._database.rows(
            """SELECT windows.name, model, seconds, observed_at, utilization, resets_at, status, origin,
                passed FROM windows JOIN credentials ON credentials.id = windows.credential
                WHERE credentials.name = ? AND observed_at >= fresh_from
                ORDER BY model IS NOT NULL, seconds IS NULL, seconds, windows.name""",
            (text(credential),),
        )
        return tuple(_sighting(row) for row in rows)

    def forecast(self, credential: str, forecasts: Mapping[WindowKey, Forecast | None]) -> None:
        """Keep where these windows are heading; None takes a forecast back."""
        columns = [
            (_forecast_column(forecast), text(name), maybe_text(model), text(credential))
            for (name, model), forecast in forecasts.items()
        ]
        known = self.forecasts(credential)
        if all(known.get(key) == forecast for key, forecast in forecasts.items()):
            return
        with self._database.writing() as sql:
            sql.executemany(
                """UPDATE windows SET forecast = ? WHERE name = ? AND model IS ?
                    AND credential = (SELECT id FROM credentials WHERE name = ?)""",
                columns,
            )

    def forecasts(self, credential: str) -> dict[WindowKey, Forecast]:
        """Where the windows are heading, of those of which it is known."""
        rows = self._database.rows(
            """SELECT windows.name, model, forecast FROM windows JOIN credentials
                ON credentials.id = windows.credential WHERE credentials.name = ? AND forecast IS NOT NULL""",
            (text(credential),),
        )
        return {
            (name, model): Forecast(from_ms(empty_at) if empty_at else None) for name, model, empty_at in rows
        }

    def pool(self, credential: str) -> Reading | None:
        """The newest word on overage, balance and plan, as a reading without windows."""
        row = self._database.row(
            """SELECT seen_at, origin, pools.facts FROM pools JOIN credentials ON credentials.id = credential
                WHERE name = ? AND seen_at >= fresh_from ORDER BY pools.id DESC LIMIT 1""",
            (text(credential),),
        )
        return _pool(row) if row else None

    def since(self, credential: str, since: datetime, *, now: datetime) -> list[Reading]:
        """What was seen from then on, oldest first, and the latest sighting of each window however old."""
        seen: dict[tuple[datetime, Origin], list[Window]] = {}
        rows = self._database.rows(
            """SELECT windows.name, model, seconds, at, readings.utilization, readings.resets_at,
                readings.status, readings.origin, readings.passed
                FROM credentials JOIN windows ON windows.credential = credentials.id
                JOIN readings ON readings.series = windows.id
                WHERE credentials.name = ? AND at BETWEEN max(fresh_from, ?) AND ?""",
            (text(credential), to_ms(since), to_ms(now) + TOLERANCE_MS),
        )
        for sighting in (*map(_sighting, rows), *self.sightings(credential)):
            windows = seen.setdefault((sighting.observed_at, sighting.origin), [])
            if sighting.window not in windows:
                windows.append(sighting.window)
        found = [Reading(at, origin, tuple(windows)) for (at, origin), windows in seen.items()]
        pool = self.pool(credential)
        return sorted([*found, pool] if pool else found, key=lambda reading: reading.observed_at)

    def history(
        self,
        credential: str,
        window: str,
        since: datetime,
        until: datetime,
        *,
        model: str | None = None,
        every: timedelta | None = None,
    ) -> list[Point]:
        """One window over time, oldest first; with `every`, the last point of each such span."""
        rows = self.raw_history(
            credential,
            window,
            to_ms(since),
            to_ms(until),
            model=model,
            every_ms=every // MILLISECOND if every else None,
        )
        resets: dict[int | None, datetime | None] = {}
        points = []
        for at, utilization, resets_at, status in rows:
            if resets_at not in resets:
                resets[resets_at] = maybe_from_ms(resets_at)
            word = _maybe_word(STATUSES, status)
            # Three times faster than from_ms, and a point was dated by a clock: it is in range.
            points.append(Point(datetime.fromtimestamp(at / 1000, UTC), utilization, resets[resets_at], word))
        return points

    def raw_history(
        self,
        credential: str,
        window: str,
        since_ms: int,
        until_ms: int,
        *,
        model: str | None = None,
        every_ms: int | None = None,
    ) -> list[Row]:
        """The same as rows of (at, utilization, resets_at, status code) in milliseconds: for long spans."""
        series = self._database.row(
            """SELECT windows.id FROM windows JOIN credentials ON credentials.id = windows.credential
                WHERE credentials.name = ? AND windows.name = ? AND model IS ?""",
            (text(credential), text(window), maybe_text(model)),
        )
        if series is None:
            return []
        if every_ms:
            # SQLite takes the other columns from the row that has the maximum.
            return self._database.rows(
                """SELECT max(at), utilization, resets_at, status FROM readings
                    WHERE series = ? AND at >= ? AND at < ? GROUP BY at / ? ORDER BY at""",
                (series[0], since_ms, until_ms, every_ms),
            )
        return self._database.rows(
            """SELECT at, utilization, resets_at, status FROM readings
                WHERE series = ? AND at >= ? AND at < ? ORDER BY at""",
            (series[0], since_ms, until_ms),
        )

    def pool_history(
        self, credential: str, since: datetime
    ) -> list[tuple[datetime, Overage | None, Balance | None]]:
        """Overage and balance at each moment when they changed, oldest first."""
        rows = self._database.rows(
            """SELECT at, pools.facts FROM pools JOIN credentials ON credentials.id = credential
                WHERE name = ? AND seen_at >= ? ORDER BY pools.id""",
            (text(credential), to_ms(since)),
        )
        return [(from_ms(at), *_pool_values(written)) for at, written in rows]


def _forecast_column(forecast: Forecast | None) -> int | None:
    """The moment when it will be empty, 0 when it lasts until its reset."""
    if forecast is None:
        return None
    return to_ms(forecast.empty_at) if forecast.empty_at else 0


Seen = tuple[float | None, int | None, object, object, bool]
"""Utilization, reset, status, origin, threshold passed: what a point of history holds besides its time."""


Latest = tuple[int, int]
"""The number of a window's history, and when the window was seen last."""

_MOVE = """UPDATE windows SET seconds = ?, observed_at = ?, utilization = ?, resets_at = ?, status = ?,
    origin = ?, passed = ? WHERE id = ?"""

_APPEND = "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)"

_APPEND_UNLESS_SAID = """INSERT OR REPLACE INTO readings SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (
    SELECT 1 FROM (SELECT * FROM readings WHERE series = ? AND at <= ? ORDER BY at DESC LIMIT 1)
    WHERE at > ? AND utilization IS ? AND status IS ? AND passed IS ?
        AND (resets_at IS ? OR abs(resets_at - ?) < ?))"""


def _owner(database: Database, credential: str, provider: str) -> tuple[int, dict[WindowKey, Latest]]:
    """The row of a credential, and what is known of its windows. Inside a transaction."""
    rows = database.rows(
        """SELECT credentials.id, windows.id, windows.name, model, observed_at
            FROM credentials LEFT JOIN windows ON windows.credential = credentials.id
            WHERE credentials.name = ?""",
        (text(credential),),
    )
    if not rows:
        return credential_number(database, credential, provider), {}
    return rows[0][0], {
        (name, model): (series, seen_at) for _, series, name, model, seen_at in rows if series
    }


def _keep_windows(
    sql: sqlite3.Connection,
    owner: int,
    known: dict[WindowKey, Latest],
    windows: Iterable[Window],
    at: int,
    horizon: int,
    origin: object,
) -> None:
    """The latest sighting of each window is moved on, unless this one is older; and each gets its history."""
    moved, points, doubtful = [], [], []
    for window in windows:
        key, seen = (text(window.name), maybe_text(window.model)), _columns(window, origin)
        seconds = None if window.seconds is None else whole(window.seconds)
        latest = known.get(key)
        series, seen_at = latest or (_begin(sql, (owner, *key, seconds, at, *seen)), None)
        if seen_at is None or seen_at <= at - MINUTE_MS:
            points.append((series, at, *seen))  # its last point is older still, so a new one is due
        else:
            doubtful.append(_unless_said(series, at, seen))
        # A sighting from the future was dated by a clock that has been put right since.
        if seen_at is None or seen_at <= at or seen_at > horizon:
            moved.append((seconds, at, *seen, series))
            known[key] = (series, at)
    sql.executemany(_MOVE, moved)
    sql.executemany(_APPEND, points)
    sql.executemany(_APPEND_UNLESS_SAID, doubtful)


def _columns(window: Window, origin: object) -> Seen:
    status = maybe_text(window.status)
    return (
        window.utilization,
        maybe_ms(window.resets_at),
        None if status is None else STATUS_CODES.get(status, status),
        origin,
        window.threshold_passed,
    )


def _begin(sql: sqlite3.Connection, columns: tuple[object, ...]) -> int:
    """The number of a window's history that begins."""
    inserted = sql.execute(
        """INSERT INTO windows
            (credential, name, model, seconds, observed_at, utilization, resets_at, status, origin, passed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        columns,
    )
    return inserted.lastrowid or 0


def _unless_said(series: int, at: int, seen: Seen) -> tuple[object, ...]:
    """A point of history, unless the last one says the same and is less than a minute old."""
    utilization, resets_at, status, _origin, passed = seen
    return (
        *(series, at, *seen),
        *(series, at),
        *(at - MINUTE_MS, utilization, status, passed),
        *(resets_at, resets_at, SAME_RESET_MS),
    )


def _keep_pool(
    sql: sqlite3.Connection, owner: int, reading: Reading, at: int, horizon: int, origin: object
) -> None:
    """One row for as long as nothing changed. What a reading does not mention stays as it was."""
    before = sql.execute(
        "SELECT id, seen_at, facts FROM pools WHERE credential = ? ORDER BY id DESC LIMIT 1", (owner,)
    ).fetchone()
    if before is not None and at < before[1] <= horizon:
        return
    told = {
        "overage": overage_facts(reading.overage),
        "balance": balance_facts(reading.balance),
        "plan": reading.plan,
        # What is said beside the numbers belongs to them: a later reading that is silent takes it back.
        "notes": [text(note) for note in reading.notes] if reading.origin in TELLING else None,
    }
    known = json.loads(before[2]) if before else {}
    written = dumps({**known, **{name: value for name, value in told.items() if value is not None}})
    if before is not None and written == before[2]:
        sql.execute("UPDATE pools SET seen_at = ?, origin = ? WHERE id = ?", (at, origin, before[0]))
        return
    sql.execute(
        "INSERT INTO pools (credential, at, seen_at, origin, facts) VALUES (?, ?, ?, ?, ?)",
        (owner, at, at, origin, written),
    )


def _word(words: dict[int, str], stored: int | str) -> str:
    return words.get(stored, str(stored)) if isinstance(stored, int) else stored


def _maybe_word(words: dict[int, str], stored: int | str | None) -> str | None:
    return None if stored is None else _word(words, stored)


def _sighting(row: Row) -> Sighting:
    name, model, seconds, observed_at, utilization, resets_at, status, origin, passed = row
    window = Window(
        name,
        utilization,
        maybe_from_ms(resets_at),
        _maybe_word(STATUSES, status),
        model,
        seconds,
        bool(passed),
    )
    return Sighting(window, from_ms(observed_at), Origin(_word(ORIGINS, origin)))


def _pool(row: Row) -> Reading:
    seen_at, origin, written = row
    overage, balance = _pool_values(written)
    facts = json.loads(written)
    return Reading(
        from_ms(seen_at),
        Origin(_word(ORIGINS, origin)),
        overage=overage,
        balance=balance,
        plan=facts.get("plan"),
        notes=tuple(facts.get("notes", ())),
    )


def _pool_values(written: str) -> tuple[Overage | None, Balance | None]:
    facts = json.loads(written)
    return overage_of(facts.get("overage")), balance_of(facts.get("balance"))
