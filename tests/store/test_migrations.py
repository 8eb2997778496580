"""Every store that was ever written can be opened by this version."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.domain.verdict import Verdict
from quotaboard.store.migrations import APPLICATION_ID, LATEST, STEPS, migrate, require_ours, version_of
from quotaboard.store.opening import NAME, open_memory, open_store
from quotaboard.store.trouble import StoreTrouble, TroubleKind

RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "store"


def write(folder: Path, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / NAME)
    connection.executescript(script)
    connection.close()
    return folder / NAME


def shape(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    )
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_every_version_has_a_recorded_store() -> None:
    assert {file.name for file in RECORDED.glob("v*.sql")} == {
        f"v{number}.sql" for number in range(1, LATEST + 1)
    }


@pytest.mark.parametrize("recorded", [f"v{number}.sql" for number in range(1, LATEST + 1)])
def test_a_recorded_store_opens_with_all_it_holds(recorded: str, folder: Path, now: datetime) -> None:
    write(folder, (RECORDED / recorded).read_text())
    with open_store(folder, now=now) as store, open_memory() as fresh:
        assert store.notice == ""
        assert shape(store._database._connection) == shape(fresh._database._connection)
        (known,) = store.credentials.all()
        assert (known.credential.plan, known.consent, known.daily_budget) == ("max_20x", True, 20000)
        plain, tools = store.lanes.all()
        answers = store.answers.of("max", now=now)
        assert answers[plain.id][0].allowed
        assert answers[tools.id][0].message == "You're out of extra usage."
        assert [standing.judgement.verdict for standing in store.verdicts.all().values()] == [
            Verdict.OPEN,
            Verdict.GATED,
        ]
        assert len(store.verdicts.changes()) == 2
        assert [sighting.window.name for sighting in store.readings.sightings("max")] == ["5h", "7d"]
        assert len(store.readings.history("max", "5h", now, now + timedelta(hours=1))) == 1
        assert store.budget.spent("max", now.date()).tokens == 359
        assert store.schedule.all()["max/usage"].failures == 1


def test_the_first_step_is_what_was_released() -> None:
    recorded, today = (sqlite3.connect(":memory:") for _ in range(2))
    recorded.executescript((RECORDED / "v1.sql").read_text())
    migrate(today, "a store", STEPS[:1])
    assert shape(recorded) == shape(today)
    recorded.close()
    today.close()


def test_later_steps_are_taken_once_and_keep_what_is_there(folder: Path) -> None:
    connection = sqlite3.connect(write(folder, (RECORDED / "v1.sql").read_text()), isolation_level=None)
    steps = (*STEPS, ("ALTER TABLE lanes ADD COLUMN pinned INTEGER NOT NULL DEFAULT 7",))
    for _ in range(2):
        migrate(connection, "a store", steps)
        assert version_of(connection) == LATEST + 1
        assert connection.execute("SELECT pinned FROM lanes").fetchall() == [(7,), (7,)]
    connection.close()


def test_a_store_that_a_newer_version_takes_further_meanwhile_is_not_called_older_again(folder: Path) -> None:
    path = write(folder, (RECORDED / "v1.sql").read_text())
    slow, newer = (sqlite3.connect(path, isolation_level=None) for _ in range(2))

    def overtake(statement: str) -> None:
        if statement.startswith("BEGIN IMMEDIATE"):
            slow.set_trace_callback(None)
            migrate(newer, path, (*STEPS, ("CREATE TABLE more (a)",)))

    slow.set_trace_callback(overtake)
    with pytest.raises(StoreTrouble) as caught:
        migrate(slow, path)
    assert caught.value.kind is TroubleKind.NEWER
    assert version_of(slow) == LATEST + 1
    for connection in (slow, newer):
        connection.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(folder: Path) -> None:
    connection = sqlite3.connect(write(folder, (RECORDED / "v1.sql").read_text()), isolation_level=None)
    before = shape(connection)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, "a store", (*STEPS, ("CREATE TABLE more (a)", "CREATE TABLE lanes (a)")))
    assert shape(connection) == before
    assert version_of(connection) == 1
    connection.close()


@pytest.mark.parametrize("readonly", [False, True])
def test_a_store_of_a_newer_version_is_refused(folder: Path, now: datetime, *, readonly: bool) -> None:
    path = write(
        folder,
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {LATEST + 1}; CREATE TABLE x (a);",
    )
    before = path.read_bytes()
    with pytest.raises(StoreTrouble, match=r"was written by a newer quotaboard. Update this one") as caught:
        open_store(folder, now=now, readonly=readonly)
    assert caught.value.kind is TroubleKind.NEWER
    assert path.read_bytes() == before


@pytest.mark.parametrize("script", ["CREATE TABLE theirs (a)", "PRAGMA application_id = 7"])
def test_a_database_of_another_program_is_left_alone(folder: Path, now: datetime, script: str) -> None:
    path = write(folder, script)
    before = path.read_bytes()
    with pytest.raises(StoreTrouble, match="belongs to another program") as caught:
        open_store(folder, now=now)
    assert caught.value.kind is TroubleKind.FOREIGN
    assert path.read_bytes() == before


def test_a_store_that_another_process_forms_meanwhile_is_not_taken_for_a_foreign_one(tmp_path: Path) -> None:
    connections = [sqlite3.connect(tmp_path / NAME, isolation_level=None) for _ in range(2)]
    looking, forming = connections
    looking.execute("PRAGMA journal_mode = WAL")
    asked: list[str] = []

    def form_between_two_looks(statement: str) -> None:
        asked.append(statement)
        if len([look for look in asked if look.startswith(("SELECT", "PRAGMA"))]) == 2:
            looking.set_trace_callback(None)
            migrate(forming, NAME)

    looking.set_trace_callback(form_between_two_looks)
    require_ours(looking, NAME)
    assert version_of(looking) == LATEST
    for connection in connections:
        connection.close()
