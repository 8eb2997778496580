"""The store at a glance, for a status line that is drawn every few seconds: nothing but sqlite3 is imported.

Rows are plain tuples, times are milliseconds since 1970, UTC.
"""

import os
import sqlite3

ADVISED = "advised"
"""The note with a line for each agent: its name and the profiles that may be chosen, best first, by tabs."""

LANES = """
SELECT credentials.name, model, shape, client,
    CASE WHEN stale_at <= clock.now THEN 'unknown' ELSE verdict END,
    CASE WHEN stale_at <= clock.now THEN NULL ELSE reason END,
    until, since, stale_at, confirmed,
    CASE WHEN stale_at <= clock.now THEN verdict END
FROM (SELECT ? AS now) AS clock JOIN verdicts
JOIN lanes ON lanes.id = verdicts.lane JOIN credentials ON credentials.id = lanes.credential
WHERE lanes.position IS NOT NULL AND credentials.position IS NOT NULL
ORDER BY credentials.position, lanes.position
"""

WINDOWS = """
SELECT credentials.name, windows.name,
    CASE WHEN resets_at <= ? THEN NULL ELSE utilization END, resets_at, observed_at, model
FROM windows JOIN credentials ON credentials.id = windows.credential
WHERE credentials.position IS NOT NULL AND observed_at >= fresh_from
ORDER BY credentials.position, model IS NOT NULL, seconds, windows.name
"""


AGENTS = """
SELECT name, is_now, json_extract(route, '$.name'), json_extract(route, '$.lane[0]'),
    json_extract(route, '$.lane[2]'), json_extract(route, '$.lane[3]'), json_extract(route, '$.lane[4]'),
    coalesce(json_extract(route, '$.active'), 0)
FROM (
    SELECT position, name, 1 AS is_now, json_extract(facts, '$.now') AS route FROM agents
    UNION ALL
    SELECT position, name, 0, profiles.value FROM agents, json_each(facts, '$.profiles') AS profiles
)
WHERE json_extract(route, '$.lane[0]') IS NOT NULL AND json_extract(route, '$.trouble') IS NULL
ORDER BY position, is_now DESC
"""

NOTE = "SELECT value FROM meta WHERE key = ?"


LaneRow = tuple[str, str, str, str, str, str | None, int | None, int, int | None, int, str | None]
"""Credential, model, shape, client, verdict, reason, until, since, stale at, confirmed, stale verdict."""

WindowRow = tuple[str, str, float | None, int | None, int, str | None]
"""Credential, window, utilization, resets at, observed at, model family."""

AgentRow = tuple[str, int, str, str, str, str, str, int]
"""Agent, whether it is what it sends now (else one of its profiles), profile, its lane's credential, model,
shape and client, active."""

Glance = tuple[str, list[LaneRow], list[WindowRow]]

WAIT_SECONDS = 0.2

NO_ROOM_BESIDE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}


def glance(path: str, now_ms: int) -> Glance:
    """The store's state, its lanes, its windows. Whatever is wrong with the store, it does not raise.

    The state is `ok`, `missing`, `empty`, `locked`, or `unreadable`. A verdict that is
    too old is `unknown` already, a window whose reset has passed has no utilization.
    """
    state, connection = open_for_reading(path)
    if connection is None:
        return (state, [], [])
    try:
        lanes = connection.execute(LANES, (now_ms,)).fetchall()
        return ("ok", lanes, connection.execute(WINDOWS, (now_ms,)).fetchall())
    except sqlite3.Error:
        return ("unreadable", [], [])
    finally:
        connection.close()


def glance_at_agents(path: str) -> tuple[list[AgentRow], str]:
    """What agents send and could send, by lane, and the note on the order in which the others are advised."""
    _, connection = open_for_reading(path)
    if connection is None:
        return ([], "")
    try:
        rows = connection.execute(AGENTS).fetchall()
        note = connection.execute(NOTE, (f"note {ADVISED}",)).fetchone() if rows else None
        return (rows, note[0] if note else "")
    except sqlite3.Error:
        return ([], "")
    finally:
        connection.close()


def open_for_reading(path: str) -> tuple[str, sqlite3.Connection | None]:
    """A connection that cannot write, or the word that says why there is none."""
    for query in ("mode=ro", "mode=ro&immutable=1"):
        try:
            return _connect(path, query)
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return ("locked", None)
            # Where a folder cannot be written or its disk is full, SQLite has no place for its side files,
            # and needs none unless the newest writes are in one.
            if not {code, code & 0xFF} & NO_ROOM_BESIDE or _is_unfinished(path):
                return ("unreadable", None)
    return ("missing", None)


def _is_unfinished(path: str) -> bool:
    try:
        return os.stat(f"{path}-wal").st_size > 0  # noqa: PTH116 - pathlib takes longer than all the rest here
    except OSError:
        return False


def _connect(path: str, query: str) -> tuple[str, sqlite3.Connection | None]:
    escaped = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23").replace("\\", "/")
    slash = "/" if escaped[1:2] == ":" else ""
    address = f"file:{slash}{escaped}?{query}"
    connection = sqlite3.connect(address, timeout=WAIT_SECONDS, isolation_level=None, uri=True)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0]:
            return ("ok", connection)
    except sqlite3.Error:
        connection.close()
        raise
    connection.close()
    return ("empty", None)
