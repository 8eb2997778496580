"""What much history costs: ten million readings, against the same in a bare SQLite database."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.store.credentials import Known
from quotaboard.store.opening import NAME, open_store
from quotaboard.store.store import Store
from quotaboard.store.times import to_ms
from tests.bench.figures import Figure, ratio
from tests.bench.stage import Stage

OWNERS, PER_OWNER = 34, 98_500
"""Three windows of each, a reading a minute, for ten weeks."""
WINDOWS = {"5h": 18_000, "7d": 604_800, "7d_sonnet": 604_800}
MINUTE_MS = 60_000
APPENDS, QUERIES = 300, 20
MONTH = timedelta(days=30)

BARE = """
CREATE TABLE readings (
    series INTEGER NOT NULL, at INTEGER NOT NULL, utilization REAL, resets_at INTEGER, status, origin, passed,
    PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE newest (
    owner INTEGER, name TEXT, series INTEGER, at INTEGER, utilization REAL, resets_at INTEGER,
    status, origin, passed, PRIMARY KEY (owner, name)) WITHOUT ROWID;
"""


def large(stage: Stage) -> Iterable[Figure]:
    """Append and query at ten million readings, then let it tidy itself and weigh the file."""
    del stage
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="quotaboard-large-") as name:
        folder = Path(name)
        bare = _bare(folder / "bare.db", now)
        with open_store(folder, now=now) as store:
            _fill(store, now)
            yield ratio("append at 10 million", *_appended(store, bare, now), 1.5, "raw SQLite", unit="µs")
            yield ratio("30 days at 10 million", *_queried(store, bare, now), 1.5, "raw SQLite")
            kept, size = _tidied(store, folder / NAME, now)
        bare.close()
    raw = f"{kept:,} readings kept in {size / 2**20:.0f} MiB"
    yield Figure("size of a reading, rolled up", size / kept, "bytes", 60, raw)


def _points(series: int, now: datetime) -> Iterator[tuple[int, int, float, int, int, int, int]]:
    begin = to_ms(now) - PER_OWNER * MINUTE_MS
    for minute in range(PER_OWNER):
        at = begin + minute * MINUTE_MS
        yield series, at, minute % 300 / 300, begin + (minute // 300 + 1) * 300 * MINUTE_MS, 1, 1, 0


def _bare(path: Path, now: datetime) -> sqlite3.Connection:
    sql = sqlite3.connect(path, isolation_level=None)
    sql.execute("PRAGMA journal_mode = wal")
    sql.execute("PRAGMA synchronous = normal")
    sql.executescript(BARE)
    sql.execute("BEGIN")
    for number, (owner, name) in enumerate(product(range(OWNERS), WINDOWS)):
        sql.execute("INSERT INTO newest VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0)", (owner, name, number))
        sql.executemany("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)", _points(number, now))
    sql.execute("COMMIT")
    return sql


def _name(number: int) -> str:
    return f"owner-{number}"


def _fill(store: Store, now: datetime) -> None:
    known = [Known(Credential(_name(n), "anthropic", Kind.OAUTH, "none")) for n in range(OWNERS)]
    store.credentials.remember(known, now=now)
    for one in known:
        store.readings.keep(one.credential.name, _reading(0.4, now), now=now)
    sql = store._database._connection
    sql.execute("BEGIN")
    for (series,) in sql.execute("SELECT id FROM windows").fetchall():
        sql.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)", _points(series, now))
    sql.execute("COMMIT")


def _reading(used: float, at: datetime) -> Reading:
    until = at + timedelta(hours=2)
    windows = (Window(name, used, until, "allowed", seconds=length) for name, length in WINDOWS.items())
    return Reading(at, Origin.PROBE, tuple(windows))


def _appended(store: Store, bare: sqlite3.Connection, now: datetime) -> tuple[list[float], list[float]]:
    """Both keep three windows at once: the newest state of each, and a point of history if it is due."""

    def ours(number: int) -> None:
        at = now + timedelta(minutes=number + 1)
        store.readings.keep(_name(number % OWNERS), _reading(number / APPENDS, at), now=at)

    def theirs(number: int) -> None:
        at, used = to_ms(now) + (number + 1) * MINUTE_MS, number / APPENDS
        bare.execute("BEGIN IMMEDIATE")
        for name in WINDOWS:
            (series,) = bare.execute(
                """UPDATE newest SET at = ?, utilization = ?, resets_at = ?, status = 1, origin = 1,
                    passed = 0 WHERE owner = ? AND name = ? RETURNING series""",
                (at, used, at, number % OWNERS, name),
            ).fetchone()
            last = "SELECT at FROM readings WHERE series = ? AND at <= ? ORDER BY at DESC LIMIT 1"
            if bare.execute(last, (series, at)).fetchone()[0] <= at - MINUTE_MS:
                point = (series, at, used, at, 1, 1, 0)
                bare.execute("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)", point)
        bare.execute("COMMIT")

    return _in_turn(ours, theirs, APPENDS)


def _queried(store: Store, bare: sqlite3.Connection, now: datetime) -> tuple[list[float], list[float]]:
    def ours(number: int) -> None:
        rows = store.readings.raw_history(_name(number % OWNERS), "5h", to_ms(now - MONTH), to_ms(now))
        assert len(rows) > 40_000

    def theirs(number: int) -> None:
        span = (number % OWNERS * len(WINDOWS), to_ms(now - MONTH), to_ms(now))
        rows = bare.execute(
            """SELECT at, utilization, resets_at, status FROM readings
                WHERE series = ? AND at >= ? AND at < ? ORDER BY at""",
            span,
        ).fetchall()
        assert len(rows) > 40_000

    return _in_turn(ours, theirs, QUERIES)


def _in_turn(
    ours: Callable[[int], None], theirs: Callable[[int], None], count: int
) -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(count):
        for act, spent in zip((ours, theirs), times, strict=True):
            begun = time.perf_counter()
            act(number)
            spent.append(time.perf_counter() - begun)
    return times


def _tidied(store: Store, path: Path, now: datetime) -> tuple[int, int]:
    """Readings that are left, and the bytes of the file, once there is nothing more to tidy."""
    while store.tidy(now=now):
        pass
    sql = store._database._connection
    while sql.execute("PRAGMA freelist_count").fetchone()[0]:
        sql.execute("PRAGMA incremental_vacuum(100000)").fetchall()
    sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    kept = int(sql.execute("SELECT count(*) FROM readings").fetchone()[0])
    return kept, path.stat().st_size
