"""The way in: a private file, brought up to date; a damaged one is set aside and said."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from quotaboard.store.database import Database, location
from quotaboard.store.migrations import LATEST, migrate, require_ours, version_of
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble, TroubleKind, trouble, trouble_of, trouble_of_os

NAME = "store.db"
SIDE_FILES = ("-wal", "-shm", "-journal")
WAIT_SECONDS = 2.0
"""How long another process is waited for. What it does takes milliseconds; a screen must not hang."""

LOOK_AGAIN_SECONDS = 0.005
"""Between two tries for a lock that another process holds while it opens the store."""

NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""What file systems say that know no locks of whole files; SQLite's own are all there is then."""

READABLE = (TroubleKind.UNREACHABLE, TroubleKind.READ_ONLY, TroubleKind.FULL)
"""Trouble of a store that may still be read: of its folder, or of a disk without room for a file more."""

Opened = TypeVar("Opened")

COPY_LIMIT = 64 * 1024 * 1024
"""The largest store, in bytes, that is copied to memory when it cannot be written."""


def open_store(folder: Path, *, now: datetime, readonly: bool = False) -> Store:
    """The store of this state folder. Raises StoreTrouble."""
    path = folder / NAME
    try:
        if readonly:
            return Store(_open_readonly(path, _brought_up_to_date), path)
        _make_private(folder, path)
        # SQLite does not wait for another process that gives a new file its form, and two that meet the
        # same damage must not both set a store aside.
        with _alone(path):
            return _open_or_set_aside(path, now)
    except OSError as error:
        raise trouble_of_os(error, path) from error


def open_memory(notice: str = "", copied_from: Path | None = None) -> Store:
    """A store that is forgotten at the end; it begins with what that folder holds, unless that is much."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    if copied_from is not None:
        _copy(copied_from / NAME, connection)
    _configure(connection)
    migrate(connection, ":memory:")
    return Store(Database(connection, ":memory:"), None, notice=notice)


def open_or_memory(folder: Path, *, now: datetime) -> Store:
    """The store of this folder; when it cannot be written, one in memory whose notice says why."""
    try:
        return open_store(folder, now=now)
    except StoreTrouble as found:
        notice = f"{found.sentence} This run remembers what it sees only until it ends."
        return open_memory(notice, copied_from=folder)


def open_anew(lost: Store, *, now: datetime) -> Store | None:
    """The store at the place of one that was damaged or moved away; None where there can be none."""
    if lost.path is None:
        return None
    try:
        return open_store(lost.path.parent, now=now)
    except StoreTrouble:
        return None


def _make_private(folder: Path, path: Path) -> None:
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            missing.mkdir(mode=0o700, exist_ok=True)
    # SQLite gives its side files the mode of this one, so it has to be right before SQLite sees it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for file in (path, *(_beside(path, ending) for ending in SIDE_FILES)):
        with suppress(FileNotFoundError, PermissionError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


def _open_or_set_aside(path: Path, now: datetime) -> Store:
    try:
        return Store(_open(path), path)
    except StoreTrouble as found:
        if found.kind is not TroubleKind.CORRUPT:
            raise
    notice = _set_aside(path, now)
    return Store(_open(path), path, notice=notice)


def _open(path: Path) -> Database:
    with _connecting(path, str(path)) as connection:
        require_ours(connection, path)
        _configure(connection)
        migrate(connection, path)
        _check(connection, path)
    return Database(connection, path, lambda: _suspect(path))


@contextmanager
def _connecting(path: Path, address: str) -> Iterator[sqlite3.Connection]:
    """A connection that is closed again when its first steps fail."""
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            address, timeout=WAIT_SECONDS, isolation_level=None, uri=address.startswith("file:")
        )
        yield connection
    except BaseException as error:
        if connection:
            connection.close()
        found = trouble_of(error, path) if isinstance(error, sqlite3.Error) else None
        if found:
            raise found from error
        raise


def _open_readonly(path: Path, connect: Callable[[Path, str], Opened]) -> Opened:
    if not path.exists():
        raise trouble(TroubleKind.MISSING, path)
    try:
        return connect(path, "mode=ro")
    except StoreTrouble as found:
        if found.kind not in READABLE:
            raise
        with suppress(FileNotFoundError):
            if _beside(path, "-wal").stat().st_size:
                raise
    # SQLite has no place for its side files there, and needs none.
    return connect(path, "mode=ro&immutable=1")


def _as_it_is(path: Path, query: str) -> sqlite3.Connection:
    """To a store of ours, however old."""
    with _connecting(path, location(path, query)) as connection:
        require_ours(connection, path)
    return connection


def _brought_up_to_date(path: Path, query: str) -> Database:
    with _connecting(path, location(path, query)) as connection:
        require_ours(connection, path)
        version = version_of(connection)
    if version == LATEST:
        return Database(connection, path, lambda: _suspect(path))
    connection.close()
    if version == 0:
        raise trouble(TroubleKind.MISSING, path)
    with _alone(path):
        _open(path).close()
    return _brought_up_to_date(path, query)


def _configure(connection: sqlite3.Connection) -> None:
    if version_of(connection) == 0:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode not in ("wal", "memory"):
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_size_limit = 4194304")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """A full check takes a second per 100 MB, so it is made only when an earlier run met damage."""
    for table in ("credentials", "answers", "windows", "verdicts", "spending"):
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - names of ours
    mark = _beside(path, ".suspect")
    if not mark.exists():
        return
    (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise trouble(TroubleKind.CORRUPT, path)
    with suppress(OSError):
        mark.unlink()


def _suspect(path: Path) -> None:
    with suppress(OSError):
        os.close(os.open(_beside(path, ".suspect"), os.O_WRONLY | os.O_CREAT, 0o600))


def _set_aside(path: Path, now: datetime) -> str:
    """Rename the damaged file and what belongs to it; returns the sentence that says so."""
    aside = _beside(path, f".corrupt-{now:%Y%m%dT%H%M%SZ}")
    # The store itself goes last: SQLite would delete the log of one that is gone.
    for ending in (*SIDE_FILES, ""):
        with suppress(FileNotFoundError):
            _beside(path, ending).rename(_beside(aside, ending))
    _beside(path, ".suspect").unlink(missing_ok=True)
    _make_private(path.parent, path)
    return (
        f"The store was damaged. It was moved to {aside} and a new one was begun; what it held is not shown."
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time; for the milliseconds of opening only. May raise StoreTrouble or OSError."""
    try:
        import fcntl  # not on Windows, where an open file cannot be renamed anyway
    except ImportError:
        yield
        return
    lock = os.open(_beside(path, ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(lambda: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB), path)
        yield
    finally:
        os.close(lock)


def _take(lock: Callable[[], None], path: Path) -> None:
    """Whoever holds it may be stopped in the middle, so the wait has an end."""
    give_up_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return lock()
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                raise trouble(TroubleKind.LOCKED, path) from None
            time.sleep(LOOK_AGAIN_SECONDS)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            return None


def _copy(path: Path, into: sqlite3.Connection) -> None:
    with suppress(StoreTrouble, OSError):
        if path.stat().st_size <= COPY_LIMIT:
            with closing(_open_readonly(path, _as_it_is)) as source:
                source.backup(into)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
