"""The store is private from its first byte, and whatever is wrong with it is a sentence."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotaboard.domain.answer import Answer
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin
from quotaboard.store import opening
from quotaboard.store.glance import glance
from quotaboard.store.opening import NAME, open_memory, open_or_memory, open_store
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble, TroubleKind

if TYPE_CHECKING:
    from tests.store.conftest import MakeAnswer, StartPython

NOBODY = 65534
RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "store"

OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from quotaboard.store.opening import open_store

print("ready", flush=True)
sys.stdin.readline()
with open_store(Path(sys.argv[1]), now=datetime(2026, 11, 20, tzinfo=UTC)) as store:
    print(repr(store.notice), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def no_umask() -> Iterator[None]:
    """The most careless of settings."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def damage(folder: Path) -> None:
    """What is left when a disk loses the beginning of a file."""
    path = folder / NAME
    path.write_bytes(b"\0garbage" * 500 + path.read_bytes()[4000:])


OLDEST = (RECORDED / "v1.sql").read_text()
"""Read before a test becomes somebody who may not read our files."""


def older(folder: Path) -> None:
    """A store as an earlier version left it."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / NAME)
    connection.executescript(OLDEST)
    connection.close()


def fill(store: Store, lane: Lane, answer: Answer, now: datetime) -> None:
    for _ in range(1000):
        store.answers.record(answer, "max", lane, Origin.PROBE, now=now)


@pytest.mark.usefixtures("no_umask")
def test_every_file_and_folder_is_private_from_the_first_byte(
    folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[tuple[str, int]] = set()

    def look(*_: object) -> None:
        seen.update((file.name, mode(file)) for file in folder.iterdir())

    connect = sqlite3.connect

    def watched(*args: object, **kwargs: object) -> sqlite3.Connection:
        look()
        connection: sqlite3.Connection = connect(*args, **kwargs)  # type: ignore[call-overload]
        connection.set_trace_callback(look)
        return connection

    monkeypatch.setattr("quotaboard.store.opening.sqlite3.connect", watched)
    with open_store(folder, now=now) as store:
        store.schedule.set([])
        look()
    assert {name for name, _ in seen} >= {NAME, f"{NAME}-wal", f"{NAME}-shm"}
    assert {bits for _, bits in seen} == {0o600}
    assert [mode(folder), mode(folder.parent)] == [0o700, 0o700]


def test_a_store_that_others_may_read_is_made_private_and_its_folder_left_alone(
    folder: Path, now: datetime
) -> None:
    open_store(folder, now=now).close()
    (folder / NAME).chmod(0o644)
    folder.chmod(0o755)
    open_store(folder, now=now).close()
    assert mode(folder / NAME) == 0o600
    assert mode(folder) == 0o755


def test_it_is_set_up_for_several_processes(store: Store) -> None:
    connection = store._database._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)


@pytest.mark.parametrize("fresh", [True, False])
def test_processes_that_open_it_at_once_all_succeed(
    folder: Path, now: datetime, start_python: StartPython, *, fresh: bool
) -> None:
    if not fresh:
        open_store(folder, now=now).close()
        damage(folder)
    racers = [start_python(OPEN, str(folder)) for _ in range(4)]
    for racer in racers:
        assert racer.stdout
        racer.stdout.readline()
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = []
    for racer in racers:
        assert racer.stdout
        said.append(racer.stdout.readline())
    assert sorted(notice != "''\n" for notice in said) == [False, False, False, not fresh]
    assert len(list(folder.glob("*.corrupt-*Z"))) == (0 if fresh else 1)


@pytest.mark.parametrize("readonly", [False, True])
def test_a_process_that_was_stopped_while_it_opened_the_store_holds_up_nobody(
    folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, *, readonly: bool
) -> None:
    monkeypatch.setattr(opening, "WAIT_SECONDS", 0.01)
    older(folder)
    with (folder / f"{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreTrouble, match="Another program holds") as caught:
            open_store(folder, now=now, readonly=readonly)
        assert caught.value.kind is TroubleKind.LOCKED
    open_store(folder, now=now, readonly=readonly).close()


@pytest.mark.parametrize("number", opening.NO_LOCKS)
def test_a_file_system_without_locks_of_files_holds_a_store(
    folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with open_store(folder, now=now) as store:
        assert store.credentials.all() == []


def test_a_damaged_store_is_set_aside_and_a_new_one_begun(folder: Path, now: datetime) -> None:
    open_store(folder, now=now).close()
    damage(folder)
    before = (folder / NAME).read_bytes()
    with open_store(folder, now=now) as store:
        aside = folder / f"{NAME}.corrupt-20261120T041200Z"
        assert store.notice == (
            f"The store was damaged. It was moved to {aside} and a new one was begun; "
            "what it held is not shown."
        )
        assert store.credentials.all() == []
        assert aside.read_bytes() == before
    with open_store(folder, now=now) as store:
        assert store.notice == ""


def test_damage_that_is_met_later_is_dealt_with_at_the_next_start(
    folder: Path, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    with open_store(folder, now=now) as store:
        store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
        (root,) = store._database._connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'changes'"
        ).fetchone()
    with (folder / NAME).open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    with open_store(folder, now=now) as store:
        with pytest.raises(StoreTrouble, match=r"is damaged. Start quotaboard again") as caught:
            store.verdicts.changes()
        assert caught.value.kind is TroubleKind.CORRUPT
    with open_store(folder, now=now) as store:
        assert "was damaged" in store.notice
    assert not list(folder.glob("*.suspect"))


def test_a_suspicion_that_proves_wrong_costs_nothing(folder: Path, now: datetime) -> None:
    open_store(folder, now=now).close()
    (folder / f"{NAME}.suspect").touch()
    with open_store(folder, now=now) as store:
        assert store.notice == ""
    assert not (folder / f"{NAME}.suspect").exists()


def test_a_reader_sets_nothing_aside(folder: Path, now: datetime) -> None:
    open_store(folder, now=now).close()
    damage(folder)
    with pytest.raises(StoreTrouble) as caught:
        open_store(folder, now=now, readonly=True)
    assert caught.value.kind is TroubleKind.CORRUPT
    assert not list(folder.glob("*.corrupt-*"))


def test_a_reader_begins_nothing(folder: Path, now: datetime) -> None:
    with pytest.raises(StoreTrouble, match=r"There is no store at .* yet") as caught:
        open_store(folder, now=now, readonly=True)
    assert caught.value.kind is TroubleKind.MISSING
    assert not folder.exists()


def test_a_reader_reads_while_another_writes_and_cannot_write(
    store: Store, folder: Path, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    with open_store(folder, now=now, readonly=True) as reader:
        store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
        assert reader.answers.of("max", now=now) == {lane.id: [answer()]}
        with pytest.raises(StoreTrouble, match="cannot be written") as caught:
            reader.schedule.set([])
        assert caught.value.kind is TroubleKind.READ_ONLY


def test_a_reader_notices_changes_of_others(store: Store, folder: Path, now: datetime) -> None:
    with open_store(folder, now=now, readonly=True) as reader:
        before = reader.version()
        assert reader.version() == before
        store.credentials.consent("max", granted=True)
        assert reader.version() == before + 1 == store.version()


def test_a_held_store_is_a_sentence(
    store: Store, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WAIT_SECONDS", 0.01)
    holder = sqlite3.connect(folder / NAME, isolation_level=None)
    with open_store(folder, now=now) as other:
        holder.execute("BEGIN IMMEDIATE")
        assert other.credentials.all() != [], "readers do not wait for a writer"
        with pytest.raises(StoreTrouble, match=r"Another program holds .* try again in a moment") as caught:
            other.schedule.set([])
        assert caught.value.kind is TroubleKind.LOCKED
        holder.execute("ROLLBACK")
        other.schedule.set([])
    holder.close()


def test_a_full_disk_is_a_sentence_and_loses_nothing_that_was_kept(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    store.answers.record(answer(-1), "max", lane, Origin.PROBE, now=now)
    connection = store._database._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreTrouble, match=r"The disk that holds .* is full. Free some space") as caught:
        fill(store, lane, answer(), now)
    assert caught.value.kind is TroubleKind.FULL
    assert answer(-1) in store.answers.of("max", now=now)[lane.id]
    connection.execute(f"PRAGMA max_page_count = {pages * 10}")
    store.answers.record(answer(1), "max", lane, Origin.PROBE, now=now)
    assert store.answers.of("max", now=now)[lane.id][0] == answer(1)


@pytest.mark.parametrize(
    ("number", "kind", "sentence"),
    [
        (errno.ENOSPC, TroubleKind.FULL, "is full"),
        (errno.EROFS, TroubleKind.READ_ONLY, "cannot be written"),
        (errno.EACCES, TroubleKind.READ_ONLY, "cannot be written"),
        (errno.EIO, TroubleKind.UNREACHABLE, "cannot be opened"),
    ],
)
def test_a_folder_that_cannot_hold_a_store_is_a_sentence_and_the_board_runs_from_memory(
    folder: Path,
    lane: Lane,
    now: datetime,
    answer: MakeAnswer,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: TroubleKind,
    sentence: str,
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("quotaboard.store.opening.os.open", refuse)
    with pytest.raises(StoreTrouble, match=sentence) as caught:
        open_store(folder, now=now)
    assert caught.value.kind is kind
    with open_or_memory(folder, now=now) as store:
        assert store.in_memory
        assert sentence in store.notice
        store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
        assert store.answers.of("max", now=now) == {lane.id: [answer()]}


def test_memory_begins_with_what_the_store_held(
    store: Store, folder: Path, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    with open_memory(copied_from=folder) as memory:
        assert memory.credentials.all() == store.credentials.all()
        memory.answers.record(answer(1), "max", lane, Origin.PROBE, now=now)
        assert memory.answers.of("max", now=now)[lane.id] == [answer(1), answer()]
    assert store.answers.of("max", now=now)[lane.id] == [answer()]


@pytest.fixture
def locked_folder(now: datetime) -> Iterator[Path]:
    """A folder with a store in it, that we may not write: the superuser becomes somebody else for a while."""
    folder = Path(tempfile.mkdtemp(prefix="quotaboard-"))
    user = os.geteuid()
    if user == 0:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    open_store(folder, now=now).close()
    (folder / NAME).chmod(0o400)
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)
    os.seteuid(user)
    shutil.rmtree(folder)


def test_a_store_in_a_folder_that_cannot_be_written_can_be_read(locked_folder: Path, now: datetime) -> None:
    with open_store(locked_folder, now=now, readonly=True) as store:
        assert store.credentials.all() == []
    assert glance(str(locked_folder / NAME), 0) == ("ok", [], [])
    with open_or_memory(locked_folder, now=now) as store:
        assert store.in_memory
        assert "cannot be written" in store.notice


def test_an_older_store_in_a_folder_that_cannot_be_written_is_a_sentence_and_shown_from_memory(
    locked_folder: Path, now: datetime
) -> None:
    locked_folder.chmod(0o700)
    (locked_folder / NAME).unlink()
    older(locked_folder)
    (locked_folder / NAME).chmod(0o400)
    (locked_folder / f"{NAME}.lock").unlink()
    locked_folder.chmod(0o500)
    with pytest.raises(StoreTrouble, match=r"cannot be written. Make it and its folder writable") as caught:
        open_store(locked_folder, now=now, readonly=True)
    assert caught.value.kind is TroubleKind.READ_ONLY
    with open_or_memory(locked_folder, now=now) as store:
        assert store.in_memory
        assert store.credentials.all()


def test_a_store_that_cannot_be_read_whole_is_not_read_in_part(
    locked_folder: Path, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    """A run that ended in the middle left its newest writes in a side file, which cannot be used here."""
    locked_folder.chmod(0o700)
    (locked_folder / NAME).chmod(0o600)
    with open_store(locked_folder, now=now) as store:
        store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
        kept = {ending: (locked_folder / f"{NAME}{ending}").read_bytes() for ending in ("", "-wal")}
    for ending, content in kept.items():
        (locked_folder / f"{NAME}{ending}").write_bytes(content)
        (locked_folder / f"{NAME}{ending}").chmod(0o400)
    locked_folder.chmod(0o500)
    with pytest.raises(StoreTrouble) as caught:
        open_store(locked_folder, now=now, readonly=True)
    assert caught.value.kind in (TroubleKind.UNREACHABLE, TroubleKind.READ_ONLY)
    assert glance(str(locked_folder / NAME), 0) == ("unreadable", [], [])


def test_a_new_store_in_a_folder_that_cannot_be_written_is_a_sentence(
    locked_folder: Path, now: datetime
) -> None:
    with pytest.raises(StoreTrouble, match=r"cannot be written. Make it and its folder writable") as caught:
        open_store(locked_folder / "new", now=now)
    assert caught.value.kind is TroubleKind.READ_ONLY
