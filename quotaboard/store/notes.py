"""Small facts about the store itself, by key."""

from __future__ import annotations

from quotaboard.store.database import Database

CHECKED_CONFIG = "checked config"
"""The digest of the last config that was found right."""

ALERT_TROUBLE = "alert trouble"
"""Why the last alert did not reach the desktop or the hook; empty when it did."""


class Notes:
    """Texts by key. They are no news to anybody, so they do not count as a change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        row = self._database.row("SELECT value FROM meta WHERE key = ?", (f"note {key}",))
        return str(row[0]) if row else None

    def set(self, key: str, value: str) -> None:
        if self.get(key) == value:
            return
        with self._database.writing(quietly=True) as sql:
            sql.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"note {key}", value))
