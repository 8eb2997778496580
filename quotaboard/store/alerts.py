"""What was alerted of, and how each thing was then: so that nothing is said twice, by whatever process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.domain.alert_memory import Remembered
from quotaboard.store.clean import message, text
from quotaboard.store.database import Database, Row
from quotaboard.store.times import from_ms, maybe_from_ms, maybe_ms, to_ms

KEPT = 1000
RINGS_FOR = timedelta(minutes=2)
"""An alert that no terminal rang for by then is old news."""

MUTED = "alerts muted"

Memories = Mapping[str, Remembered]
Told = tuple[Sequence[Alert], Memories]


class Alerts:
    """The log of alerts, and what is remembered of each thing that they were about."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def memories(self) -> dict[str, Remembered]:
        rows = self._database.rows(
            "SELECT key, state, since, other, other_since, said, ends_at FROM alert_states"
        )
        return {row[0]: _remembered(row) for row in rows}

    def last_said(self) -> dict[AlertKind, datetime]:
        """When each kind was said last."""
        rows = self._database.rows("SELECT kind, max(at) FROM alerts GROUP BY kind")
        return {AlertKind(kind): from_ms(at) for kind, at in rows if kind in set(AlertKind)}

    def say(self, decide: Callable[[Memories], Told]) -> list[Alert]:
        """Decide under the lock and keep what follows, wholly or not at all: nobody else says it then."""
        with self._database.writing(quietly=True) as sql:
            alerts, changed = decide(self.memories())
            sql.executemany(
                "INSERT OR REPLACE INTO alert_states VALUES (?, ?, ?, ?, ?, ?, ?)",
                [_columns(key, known) for key, known in changed.items()],
            )
            for alert in alerts:
                sql.execute(
                    "INSERT INTO alerts (at, kind, title, text, rung) VALUES (?, ?, ?, ?, 0)",
                    (to_ms(alert.at), alert.kind.value, message(alert.title), message(alert.text)),
                )
            if alerts:
                sql.execute("UPDATE meta SET value = value + 1 WHERE key = 'changes'")
                sql.execute(
                    """DELETE FROM alerts
                        WHERE id <= (SELECT id FROM alerts ORDER BY id DESC LIMIT 1 OFFSET ?)""",
                    (KEPT,),
                )
        return list(alerts)

    def claim(self, *, now: datetime) -> list[Alert]:
        """Those that no terminal has rung for yet, oldest first. Whoever gets them rings, and nobody else."""
        since = (to_ms(now - RINGS_FOR), to_ms(now + RINGS_FOR))
        unrung = "rung = 0 AND at BETWEEN ? AND ?"
        if self._database.row(f"SELECT 1 FROM alerts WHERE {unrung} LIMIT 1", since) is None:  # noqa: S608
            return []
        with self._database.writing(quietly=True) as sql:
            rows = sql.execute(
                f"SELECT at, kind, title, text FROM alerts WHERE {unrung} ORDER BY id",  # noqa: S608
                since,
            ).fetchall()
            sql.execute("UPDATE alerts SET rung = 1 WHERE rung = 0")
        return [_alert(row) for row in rows if row[1] in set(AlertKind)]

    def log(self, *, limit: int = 100) -> list[Alert]:
        """What was said, newest first."""
        rows = self._database.rows(
            "SELECT at, kind, title, text FROM alerts ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [_alert(row) for row in rows if row[1] in set(AlertKind)]

    @property
    def muted(self) -> bool:
        """Whether a person has muted them, in whatever pane."""
        row = self._database.row("SELECT value FROM meta WHERE key = ?", (MUTED,))
        return bool(row and row[0])

    def mute(self, *, muted: bool) -> None:
        with self._database.writing() as sql:
            sql.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (MUTED, int(muted)))


def _columns(key: str, known: Remembered) -> tuple[object, ...]:
    said = json.dumps([to_ms(at) for at in known.said])
    return (
        text(key, 1000),
        known.state,
        to_ms(known.since),
        known.other,
        maybe_ms(known.other_since),
        said,
        maybe_ms(known.ends_at),
    )


def _remembered(row: Row) -> Remembered:
    _key, state, since, other, other_since, said, ends_at = row
    return Remembered(
        state,
        from_ms(since),
        other,
        maybe_from_ms(other_since),
        tuple(from_ms(at) for at in json.loads(said)),
        maybe_from_ms(ends_at),
    )


def _alert(row: Row) -> Alert:
    at, kind, title, told = row
    return Alert(from_ms(at), AlertKind(kind), title, told)
