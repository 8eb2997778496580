"""The shape of the store, as numbered steps. A released step is never edited: changes are further steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from quotaboard.store.trouble import TroubleKind, trouble

APPLICATION_ID = 0x71626F64
"""Marks a file as ours: `qbod` in ASCII."""

Step = Sequence[str]

FIRST: Step = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('changes', 0)",
    """CREATE TABLE credentials (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        provider TEXT NOT NULL,
        kind TEXT NOT NULL,
        source TEXT NOT NULL,
        facts TEXT NOT NULL,
        account TEXT,
        consent INTEGER,
        daily_budget INTEGER,
        trouble TEXT,
        fresh_from INTEGER NOT NULL DEFAULT 0,
        position INTEGER)""",
    """CREATE TABLE lanes (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        model TEXT NOT NULL,
        shape TEXT NOT NULL,
        client TEXT NOT NULL,
        position INTEGER)""",
    "CREATE INDEX lanes_of_credential ON lanes (credential)",
    """CREATE TABLE answers (
        id INTEGER PRIMARY KEY,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        lane INTEGER NOT NULL,
        at INTEGER NOT NULL,
        origin TEXT NOT NULL,
        facts TEXT NOT NULL)""",
    "CREATE INDEX answers_of_lane ON answers (credential, lane)",
    """CREATE TABLE windows (
        id INTEGER PRIMARY KEY,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        name TEXT NOT NULL,
        model TEXT,
        seconds INTEGER,
        observed_at INTEGER NOT NULL,
        utilization REAL,
        resets_at INTEGER,
        status,
        origin NOT NULL,
        passed INTEGER NOT NULL,
        forecast INTEGER)""",
    "CREATE INDEX windows_of_credential ON windows (credential, name)",
    """CREATE TABLE readings (
        series INTEGER NOT NULL,
        at INTEGER NOT NULL,
        utilization REAL,
        resets_at INTEGER,
        status,
        origin NOT NULL,
        passed INTEGER NOT NULL,
        PRIMARY KEY (series, at)) WITHOUT ROWID""",
    """CREATE TABLE pools (
        id INTEGER PRIMARY KEY,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        origin NOT NULL,
        facts TEXT NOT NULL)""",
    "CREATE INDEX pools_of_credential ON pools (credential)",
    """CREATE TABLE verdicts (
        lane INTEGER PRIMARY KEY REFERENCES lanes ON DELETE CASCADE,
        verdict TEXT NOT NULL,
        reason TEXT,
        confirmed INTEGER NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER,
        stale_at INTEGER,
        facts TEXT NOT NULL)""",
    """CREATE TABLE changes (
        id INTEGER PRIMARY KEY,
        lane INTEGER NOT NULL REFERENCES lanes ON DELETE CASCADE,
        at INTEGER NOT NULL,
        before TEXT,
        after TEXT NOT NULL,
        reason TEXT,
        rule TEXT NOT NULL,
        evidence TEXT NOT NULL)""",
    "CREATE INDEX changes_of_lane ON changes (lane, at)",
    """CREATE TABLE spending (
        credential TEXT NOT NULL,
        day TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        usd TEXT NOT NULL,
        PRIMARY KEY (credential, day)) WITHOUT ROWID""",
    """CREATE TABLE reservations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        credential TEXT NOT NULL,
        day TEXT NOT NULL,
        tokens INTEGER NOT NULL)""",
    "CREATE INDEX reservations_of_day ON reservations (credential, day)",
    """CREATE TABLE schedule (
        key TEXT PRIMARY KEY,
        next_at INTEGER,
        failures INTEGER NOT NULL,
        last_at INTEGER) WITHOUT ROWID""",
    """CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        pid INTEGER NOT NULL,
        host TEXT NOT NULL,
        boot TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        expires_uptime INTEGER) WITHOUT ROWID""",
)

SECOND: Step = (
    """CREATE TABLE forecasts (
        series INTEGER NOT NULL,
        at INTEGER NOT NULL,
        resets_at INTEGER NOT NULL,
        utilization REAL,
        empty_at INTEGER,
        PRIMARY KEY (series, at)) WITHOUT ROWID""",
)

THIRD: Step = (
    """CREATE TABLE agents (
        position INTEGER NOT NULL,
        name TEXT PRIMARY KEY,
        facts TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        agent TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        lane TEXT)""",
    "CREATE INDEX events_of_agent ON events (agent)",
)

FOURTH: Step = (
    """CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        rung INTEGER NOT NULL)""",
    """CREATE TABLE alert_states (
        key TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        since INTEGER NOT NULL,
        other TEXT,
        other_since INTEGER,
        said TEXT NOT NULL,
        ends_at INTEGER) WITHOUT ROWID""",
)

STEPS: Sequence[Step] = (FIRST, SECOND, THIRD, FOURTH)
LATEST = len(STEPS)


def migrate(connection: sqlite3.Connection, path: object, steps: Sequence[Step] = STEPS) -> None:
    """Bring the store to the latest shape, in one transaction: a kill leaves it as it was."""
    require_ours(connection, path, steps)
    if version_of(connection) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have done it while we waited, and a newer one more.
        done = version_of(connection)
        if done > len(steps):
            raise trouble(TroubleKind.NEWER, path)
        for step in steps[done:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def require_ours(connection: sqlite3.Connection, path: object, steps: Sequence[Step] = STEPS) -> None:
    """Refuse a database of another program, and one that a later quotaboard wrote."""
    # All of it at one moment: another process may give a new file its tables just now.
    connection.execute("BEGIN")
    try:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        version = version_of(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    if mark != APPLICATION_ID and (mark or tables):
        raise trouble(TroubleKind.FOREIGN, path)
    if version > len(steps):
        raise trouble(TroubleKind.NEWER, path)


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps it has gone; 0 for a new file."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
