"""One connection: reads, and writes that happen wholly or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from quotaboard.store.trouble import TroubleKind, trouble_of

Row = tuple[Any, ...]
Values = Sequence[object]


class Database:
    """A connection whose errors are troubles, and the count by which readers notice changes."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: object,
        damaged: Callable[[], None] | None = None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._damaged = damaged
        self._seen: tuple[int, int] | None = None
        self._changes = 0

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def row(self, sql: str, values: Values = ()) -> Row | None:
        try:
            first: Row | None = self._connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        return first

    @contextmanager
    def writing(self, *, quietly: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its start; inside another one, a part of that.

        `quietly`: readers need not look again for it.
        """
        connection = self._connection
        if connection.in_transaction:
            yield connection
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            if not quietly:
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'changes'")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise self._trouble(error) from error
        except BaseException:
            self._roll_back()
            raise

    def version(self) -> int:
        """Grows with every change that is worth another look, whichever process made it."""
        row = self.row("PRAGMA data_version")
        seen = (row[0] if row else 0, self._connection.total_changes)
        if seen != self._seen:
            counted = self.row("SELECT value FROM meta WHERE key = 'changes'")
            self._changes = counted[0] if counted else 0
            self._seen = seen
        return self._changes

    def give_back(self, pages: int) -> None:
        """Return free pages to the file system, at most so many at a time."""
        try:
            # As a script, since `execute` takes only the first of its steps, one page.
            self._connection.executescript(f"PRAGMA incremental_vacuum({pages:d})")
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def close(self) -> None:
        self._connection.close()

    def _roll_back(self) -> None:
        # A full disk makes SQLite roll back by itself.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _trouble(self, error: sqlite3.Error) -> Exception:
        found = trouble_of(error, self._path)
        if found is None:
            return error
        if found.kind is TroubleKind.CORRUPT and self._damaged:
            self._damaged()
        return found


def location(path: Path, query: str) -> str:
    """A database's address in the form that carries options."""
    plain = str(path.absolute()).replace("\\", "/")
    escaped = plain.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{'' if escaped.startswith('/') else '/'}{escaped}?{query}"
