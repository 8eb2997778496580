import os
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.agents.switching import engine, replacing
from quotaboard.agents.switching.engine import TakenBack
from quotaboard.agents.switching.journal import Journal, locked
from quotaboard.agents.switching.record import BRIDGE_FOR, Record, State
from quotaboard.agents.switching.recovery import recover
from quotaboard.agents.switching.renaming import exchange
from quotaboard.domain.agent import Edit, Home, Refusal, RefusalKind, Stage, SwitchPlan
from tests.agents.conftest import change, plan_of

TOY = Home("toy", "/toy")
OLD = b"route: old\nother: kept\n"
NEW = b"route: new\nother: kept\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "agent" / "config"
    path.parent.mkdir()
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def applied(plan: SwitchPlan, state: Path, now: datetime) -> Record:
    record = engine.apply(plan, state, now)
    assert isinstance(record, Record), record
    return record


def refused(outcome: object) -> Refusal:
    assert isinstance(outcome, Refusal), outcome
    return outcome


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_switch_and_its_undo_leave_the_file_byte_for_byte(config: Path, state: Path, now: datetime) -> None:
    before = config.stat()
    applied(plan_of(change(config, NEW)), state, now)
    assert config.read_bytes() == NEW
    undone = engine.undo(TOY, state, now)
    assert isinstance(undone, TakenBack)
    assert not undone.merged
    assert config.read_bytes() == OLD
    assert stat.S_IMODE(config.stat().st_mode) == stat.S_IMODE(before.st_mode) == 0o640
    assert (config.stat().st_uid, config.stat().st_gid) == (before.st_uid, before.st_gid)
    assert only(config.parent) == ["config"]


def test_what_is_undone_cannot_be_undone_again(config: Path, state: Path, now: datetime) -> None:
    applied(plan_of(change(config, NEW)), state, now)
    engine.undo(TOY, state, now)
    again = refused(engine.undo(TOY, state, now))
    assert again.kind is RefusalKind.NOTHING
    assert again.sentence == "There is no switch of toy to undo: none that quotaboard made still stands."


def test_undo_goes_back_switch_by_switch(config: Path, state: Path, now: datetime) -> None:
    applied(plan_of(change(config, NEW)), state, now)
    applied(plan_of(change(config, b"route: newer\n")), state, now)
    engine.undo(TOY, state, now)
    assert config.read_bytes() == NEW
    engine.undo(TOY, state, now)
    assert config.read_bytes() == OLD


def test_a_link_stays_a_link(config: Path, state: Path, now: datetime) -> None:
    link = config.with_name("link")
    link.symlink_to("config")
    further = config.with_name("further")
    further.symlink_to(link)
    applied(plan_of(change(further, NEW)), state, now)
    assert link.is_symlink()
    assert further.is_symlink()
    assert config.read_bytes() == NEW
    assert not config.is_symlink()


def test_a_file_that_was_not_there_is_made_private_and_removed_again(
    config: Path, state: Path, now: datetime
) -> None:
    new = config.with_name("settings.json")
    applied(plan_of(Edit(str(new), None, b"{}")), state, now)
    assert new.read_bytes() == b"{}"
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    engine.undo(TOY, state, now)
    assert not new.exists()


def test_a_file_that_came_into_being_meanwhile_is_not_overwritten(
    config: Path, state: Path, now: datetime
) -> None:
    new = config.with_name("settings.json")
    plan = plan_of(Edit(str(new), None, b"{}"))
    new.write_bytes(b"theirs")
    assert refused(engine.apply(plan, state, now)).kind is RefusalKind.EDITED
    assert new.read_bytes() == b"theirs"


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes in Python")
def test_extended_attributes_stay(config: Path, state: Path, now: datetime) -> None:
    try:
        os.setxattr(config, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    applied(plan_of(change(config, NEW)), state, now)
    assert os.getxattr(config, "user.note") == b"mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_stays(config: Path, state: Path, now: datetime) -> None:
    os.chown(config, 1234, 2345)
    applied(plan_of(change(config, NEW)), state, now)
    assert (config.stat().st_uid, config.stat().st_gid) == (1234, 2345)


def test_what_was_edited_since_the_plan_is_refused(config: Path, state: Path, now: datetime) -> None:
    plan = plan_of(change(config, NEW))
    config.write_bytes(b"theirs")
    refusal = refused(engine.apply(plan, state, now))
    assert refusal.kind is RefusalKind.EDITED
    assert refusal.sentence == (
        f"{config} was edited meanwhile, so nothing was written: look at it again, then switch."
    )
    assert config.read_bytes() == b"theirs"
    assert only(config.parent) == ["config"]


@pytest.mark.parametrize("step", ["locked", "contents kept", "journal written", "temporary written"])
@pytest.mark.parametrize("replaced", [True, False])
def test_an_edit_at_any_moment_is_refused_and_not_lost(
    step: str, replaced: bool, config: Path, state: Path, now: datetime
) -> None:
    def edit(at: str) -> None:
        if at == step and replaced:
            other = config.with_name("other")
            other.write_bytes(b"theirs")
            other.replace(config)
        elif at == step:
            config.write_bytes(b"theirs")

    refusal = refused(engine.apply(plan_of(change(config, NEW)), state, now, edit))
    assert refusal.kind is RefusalKind.EDITED
    assert config.read_bytes() == b"theirs"
    assert only(config.parent) == ["config"]
    assert engine.last_switch(Journal.of(TOY, state)) is None


def test_an_edit_between_the_last_look_and_the_rename_goes_back(
    config: Path, state: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(first: Path, second: Path) -> bool:
        if second.read_bytes() == OLD:
            second.write_bytes(b"theirs")
        return exchange(first, second)

    monkeypatch.setattr(replacing, "exchange", late)
    assert refused(engine.apply(plan_of(change(config, NEW)), state, now)).kind is RefusalKind.EDITED
    assert config.read_bytes() == b"theirs"
    assert only(config.parent) == ["config"]


def test_without_the_kernels_help_a_plain_rename_does(
    config: Path, state: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "exchange", lambda *_: False)
    applied(plan_of(change(config, NEW)), state, now)
    assert config.read_bytes() == NEW
    assert only(config.parent) == ["config"]


def test_a_refusal_half_way_takes_everything_back(config: Path, state: Path, now: datetime) -> None:
    second = config.with_name("second")
    second.write_bytes(OLD)

    def edit(at: str) -> None:
        if at == "file 1 written":
            second.write_bytes(b"theirs")

    plan = plan_of(change(config, NEW), change(second, NEW))
    assert refused(engine.apply(plan, state, now, edit)).kind is RefusalKind.EDITED
    assert config.read_bytes() == OLD
    assert second.read_bytes() == b"theirs"


def test_a_file_may_be_written_twice_in_one_plan(config: Path, state: Path, now: datetime) -> None:
    second = config.with_name("second")
    second.write_bytes(OLD)
    seen: list[tuple[bytes, bytes]] = []
    plan = plan_of(
        Edit(str(config), OLD, b"no key"), Edit(str(second), OLD, NEW), Edit(str(config), b"no key", NEW)
    )

    def look(at: str) -> None:
        if at.startswith("file "):
            seen.append((config.read_bytes(), second.read_bytes()))

    assert isinstance(engine.apply(plan, state, now, look), Record)
    engine.undo(TOY, state, now, look)
    forth = [(b"no key", OLD), (b"no key", NEW), (NEW, NEW)]
    back = [(b"no key", NEW), (b"no key", OLD), (OLD, OLD)]
    assert seen == [*forth, *back]


def test_undo_keeps_what_others_wrote_elsewhere_in_the_file(config: Path, state: Path, now: datetime) -> None:
    text = OLD + b"a: 1\nb: 2\n"
    config.write_bytes(text)
    applied(plan_of(change(config, text.replace(b"old", b"new"))), state, now)
    config.write_bytes(config.read_bytes() + b"theirs: 3\n")
    undone = engine.undo(TOY, state, now)
    assert isinstance(undone, TakenBack)
    assert undone.merged
    assert config.read_bytes() == text + b"theirs: 3\n"


def test_undo_is_refused_where_others_changed_the_same_lines(
    config: Path, state: Path, now: datetime
) -> None:
    applied(plan_of(change(config, NEW)), state, now)
    config.write_bytes(NEW.replace(b"new", b"theirs"))
    assert refused(engine.undo(TOY, state, now)).kind is RefusalKind.EDITED
    assert config.read_bytes() == NEW.replace(b"new", b"theirs")


def test_a_bridge_is_written_first_and_settles_later(config: Path, state: Path, now: datetime) -> None:
    applied(plan_of(change(config, NEW, bridge=b"route: \n")), state, now)
    engine.undo(TOY, state, now)
    assert config.read_bytes() == b"route: \n"
    assert engine.settle(TOY, state, now) is False
    assert config.read_bytes() == b"route: \n"
    assert engine.settle(TOY, state, now + BRIDGE_FOR) is True
    assert config.read_bytes() == OLD
    assert engine.settle(TOY, state, now + BRIDGE_FOR) is False


def test_a_new_file_is_bridged_and_then_removed(config: Path, state: Path, now: datetime) -> None:
    new = config.with_name("settings.json")
    applied(plan_of(Edit(str(new), None, b"{1}", bridge=b"{0}")), state, now)
    engine.undo(TOY, state, now)
    assert new.read_bytes() == b"{0}"
    engine.settle(TOY, state, now + BRIDGE_FOR)
    assert not new.exists()


def test_a_bridge_that_others_edited_stays(config: Path, state: Path, now: datetime) -> None:
    applied(plan_of(change(config, NEW, bridge=b"route: \n")), state, now)
    engine.undo(TOY, state, now)
    config.write_bytes(b"theirs")
    assert engine.settle(TOY, state, now + timedelta(hours=1)) is False
    assert config.read_bytes() == b"theirs"


def test_a_second_switcher_is_told_to_wait(config: Path, state: Path, now: datetime) -> None:
    plan = plan_of(change(config, NEW))
    inner: list[object] = []

    def meanwhile(at: str) -> None:
        if at == "journal written":
            inner.append(engine.apply(plan, state, now))

    assert isinstance(engine.apply(plan, state, now, meanwhile), Record)
    refusal = refused(inner[0])
    assert refusal.kind is RefusalKind.BUSY
    assert refusal.sentence == (
        "The files of toy are being written by somebody else just now: try again in a moment."
    )


def test_the_agents_own_lock_is_respected_and_taken(config: Path, state: Path, now: datetime) -> None:
    lock = config.with_name("agent.lock")
    plan = plan_of(change(config, NEW), lock=str(lock))
    with locked(lock):
        assert refused(engine.apply(plan, state, now)).kind is RefusalKind.BUSY
    held: list[bool] = []

    def look(at: str) -> None:
        if at == "temporary written":
            with locked(lock) as free:
                held.append(not free)

    assert isinstance(engine.apply(plan, state, now, look), Record)
    with locked(lock):
        assert refused(engine.undo(TOY, state, now)).kind is RefusalKind.BUSY
    assert isinstance(engine.undo(TOY, state, now, look), TakenBack)
    assert held == [True, True]


def test_the_journal_is_private_and_holds_no_content(config: Path, state: Path, now: datetime) -> None:
    config.write_bytes(b"api_key: sk-canary-old\n")
    applied(plan_of(change(config, b"api_key: sk-canary-new\n")), state, now)
    folder = Journal.of(TOY, state).folder
    for path in (folder, folder.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.suffix != ".json" or "canary" not in path.read_text()
    engine.undo(TOY, state, now)
    assert all(b"canary" not in path.read_bytes() for path in folder.iterdir())


def test_only_the_newest_switches_are_remembered(config: Path, state: Path, now: datetime) -> None:
    for number in range(20):
        applied(plan_of(change(config, f"{number}\n".encode())), state, now)
    records = Journal.of(TOY, state).records()
    assert len(records) == 8
    assert {record.state for record in records} == {State.DONE}
    for number in (18, 17, 16):
        engine.undo(TOY, state, now)
        assert config.read_bytes() == f"{number}\n".encode()


def test_a_state_folder_that_cannot_be_made_is_a_refusal(config: Path, tmp_path: Path, now: datetime) -> None:
    (tmp_path / "state").write_text("a file")
    refusal = refused(engine.apply(plan_of(change(config, NEW)), tmp_path / "state", now))
    assert refusal.kind is RefusalKind.FAILED
    assert config.read_bytes() == OLD


def test_a_full_disk_is_a_refusal_that_has_changed_nothing(
    config: Path, state: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = config.with_name("second")
    second.write_bytes(OLD)
    synced = os.fsync

    def full(descriptor: int) -> None:
        if ".second.quotaboard-" in Path(f"/proc/self/fd/{descriptor}").readlink().name:
            raise OSError(28, "No space left on device")
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    refusal = refused(engine.apply(plan_of(change(config, NEW), change(second, NEW)), state, now))
    assert refusal.kind is RefusalKind.FAILED
    assert "No space left on device" in refusal.sentence
    assert (config.read_bytes(), second.read_bytes()) == (OLD, OLD)


def test_a_journal_that_cannot_be_closed_does_not_deny_the_switch(
    config: Path, state: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "mark", fail)
        record = applied(plan_of(change(config, NEW)), state, now)
    assert record.state is State.BEGUN
    assert config.read_bytes() == NEW
    assert [one.stage for one in recover(state)] == [Stage.NEW]
    assert isinstance(engine.undo(TOY, state, now), TakenBack)
    assert config.read_bytes() == OLD


def test_what_cannot_be_taken_back_is_said_and_stays_in_the_journal(
    config: Path, state: Path, now: datetime
) -> None:
    second = config.with_name("second")
    second.write_bytes(OLD)

    def edit(at: str) -> None:
        if at == "file 1 written":
            second.write_bytes(b"theirs")
            config.write_bytes(b"theirs too")

    plan = plan_of(change(config, NEW), change(second, NEW))
    refusal = refused(engine.apply(plan, state, now, edit))
    assert refusal.sentence.endswith("could not be taken back: see `quotaboard undo`.")
    assert [one.stage for one in recover(state)] == [Stage.CHANGED]
