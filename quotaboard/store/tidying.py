"""Keeping the store small: old history is thinned to the last point of a span, and what is too old goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quotaboard.store.database import Database
from quotaboard.store.times import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, to_ms

TIERS = ((2 * DAY_MS, 10 * MINUTE_MS), (30 * DAY_MS, HOUR_MS))
"""Older than the first, one point per the second is left, for each reset and status: walls stay visible."""

KEPT_MS = 400 * DAY_MS
ANSWERS_KEPT_MS = 30 * DAY_MS
ANSWERS_ALWAYS_KEPT = 3
"""Per lane, however old: the evidence of a verdict that nothing has replaced."""

CHUNK_MS = DAY_MS
"""How much history one call works on: others wait but briefly, and a clock that jumps does little harm."""

PAGES_GIVEN_BACK = 2000


def tidy(database: Database, *, now: datetime) -> bool:
    """One bounded step, to be taken every hour or so. True when more is left to do."""
    now_ms = to_ms(now)
    left = [_thin(database, now_ms, age, span) for age, span in TIERS]
    _prune(database, now_ms)
    _settle_crashed(database, now)
    database.give_back(PAGES_GIVEN_BACK)
    return any(left)


def _thin(database: Database, now_ms: int, age_ms: int, span_ms: int) -> bool:
    mark = f"thinned to {span_ms // SECOND_MS} s"
    goal = (now_ms - age_ms) // span_ms * span_ms
    with database.writing(quietly=True) as sql:
        series = [number for (number,) in sql.execute("SELECT id FROM windows").fetchall()]
        known = sql.execute("SELECT value FROM meta WHERE key = ?", (mark,)).fetchone()
        start = known[0] if known else _oldest(database, series, goal) // span_ms * span_ms
        # A mark ahead of its goal was set by a clock that has been put right since.
        start = min(start, goal)
        end = min(goal, start + CHUNK_MS)
        for number in series:
            sql.execute(
                """DELETE FROM readings WHERE series = ? AND at >= ? AND at < ? AND at NOT IN (
                    SELECT max(at) FROM readings WHERE series = ? AND at >= ? AND at < ?
                    GROUP BY at / ?, (resets_at + 30000) / 60000, status)""",
                (number, start, end, number, start, end, span_ms),
            )
        sql.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (mark, end))
    return end < goal


def _oldest(database: Database, series: list[int], otherwise: int) -> int:
    rows = [database.row("SELECT min(at) FROM readings WHERE series = ?", (number,)) for number in series]
    return min((row[0] for row in rows if row and row[0] is not None), default=otherwise)


def _prune(database: Database, now_ms: int) -> None:
    with database.writing(quietly=True) as sql:
        before = sql.execute("SELECT value FROM meta WHERE key = 'pruned at'").fetchone()
        if before:
            now_ms = min(now_ms, before[0] + CHUNK_MS)
        sql.execute("INSERT OR REPLACE INTO meta VALUES ('pruned at', ?)", (now_ms,))
        sql.execute(
            """DELETE FROM answers WHERE at < ? AND id NOT IN (SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY credential, lane ORDER BY id DESC) AS place
                FROM answers) WHERE place <= ?)""",
            (now_ms - ANSWERS_KEPT_MS, ANSWERS_ALWAYS_KEPT),
        )
        for (number,) in sql.execute("SELECT id FROM windows").fetchall():
            sql.execute("DELETE FROM readings WHERE series = ? AND at < ?", (number, now_ms - KEPT_MS))
        sql.execute("DELETE FROM changes WHERE at < ?", (now_ms - KEPT_MS,))
        sql.execute("DELETE FROM alerts WHERE at < ?", (now_ms - KEPT_MS,))
        sql.execute("DELETE FROM alert_states WHERE since < ?", (now_ms - KEPT_MS,))
        sql.execute("DELETE FROM pools WHERE seen_at < ?", (now_ms - KEPT_MS,))
        sql.execute(
            "DELETE FROM schedule WHERE max(coalesce(next_at, 0), coalesce(last_at, 0)) < ?",
            (now_ms - KEPT_MS,),
        )


def _settle_crashed(database: Database, now: datetime) -> None:
    """Reservations that a crash left open count for their day; two days later they become spending."""
    with database.writing(quietly=True) as sql:
        last = (now.astimezone(UTC) - timedelta(days=2)).date().isoformat()
        left = sql.execute(
            "SELECT credential, day, sum(tokens) FROM reservations WHERE day < ? GROUP BY credential, day",
            (last,),
        ).fetchall()
        for credential, day, tokens in left:
            sql.execute(
                """INSERT INTO spending VALUES (?, ?, ?, 0, 0, '0')
                    ON CONFLICT (credential, day)
                    DO UPDATE SET input_tokens = input_tokens + excluded.input_tokens""",
                (credential, day, tokens),
            )
        sql.execute("DELETE FROM reservations WHERE day < ?", (last,))
