"""When to ask again, so that a back-off outlives the process that learned it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from quotaboard.store.clean import text
from quotaboard.store.database import Database, Row
from quotaboard.store.times import maybe_from_ms, maybe_ms


@dataclass(frozen=True, slots=True)
class Slot:
    """When one thing is asked next, and how it went lately. The key is the planner's own."""

    key: str
    next_at: datetime | None = None
    failures: int = 0
    """In a row."""
    last_at: datetime | None = None
    """When it was asked last; a moment ahead of now tells that the clock was put back."""


class Schedule:
    """Slots by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> Slot | None:
        row = self._database.row(
            "SELECT key, next_at, failures, last_at FROM schedule WHERE key = ?", (_key(key),)
        )
        return _slot(row) if row else None

    def all(self) -> dict[str, Slot]:
        rows = self._database.rows("SELECT key, next_at, failures, last_at FROM schedule")
        return {row[0]: _slot(row) for row in rows}

    def set(self, slots: Iterable[Slot]) -> None:
        with self._database.writing() as sql:
            sql.executemany(
                "INSERT OR REPLACE INTO schedule VALUES (?, ?, ?, ?)",
                [
                    (_key(slot.key), maybe_ms(slot.next_at), slot.failures, maybe_ms(slot.last_at))
                    for slot in slots
                ],
            )

    def drop(self, keys: Iterable[str]) -> None:
        with self._database.writing() as sql:
            sql.executemany("DELETE FROM schedule WHERE key = ?", [(_key(key),) for key in keys])


def _key(key: str) -> str:
    return text(key, 1000)


def _slot(row: Row) -> Slot:
    key, next_at, failures, last_at = row
    return Slot(key, maybe_from_ms(next_at), failures, maybe_from_ms(last_at))
