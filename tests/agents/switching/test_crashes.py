"""kill -9 at every line of the engine, and races between switchers, each in processes of their own."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import quotaboard.agents.switching as engine_folder
from quotaboard.agents.switching import engine, replacing
from quotaboard.agents.switching.engine import TakenBack
from quotaboard.agents.switching.journal import Journal
from quotaboard.agents.switching.record import Record
from quotaboard.agents.switching.recovery import recover
from quotaboard.agents.switching.target import read
from quotaboard.domain.agent import Edit, Home, Refusal, RefusalKind, Stage
from tests.agents.conftest import change, plan_of

TOY = Home("toy", "/toy")
OLD, NEW, BETWEEN, BRIDGE = b"route: old\n", b"route: new\n", b"route: none\n", b"route:\n"
ENGINE = str(Path(engine_folder.__file__).parent)

Act = Callable[[], object]


@pytest.fixture
def kills(examples: int) -> int:
    return max(examples // 20, 30)


def in_child(act: Act, *, die_at: int | None = None) -> int:
    """Do it in a child that kills itself at that line of the engine; returns its exit status."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    lines = 0

    def step(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.startswith(ENGINE):
            return None
        if event == "line":
            lines += 1
            if lines == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    code = 99
    try:
        if die_at is not None:
            sys.settrace(step)
        outcome = act()
        code = 5 if isinstance(outcome, Refusal) else 0
    finally:
        os._exit(code)


def lines_of(act: Act) -> int:
    """How many lines of the engine it takes when nothing happens."""
    count = 0

    def step(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(ENGINE):
            return None
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


@dataclass(frozen=True, slots=True)
class Place:
    """One agent's files, and our state folder."""

    folder: Path

    @property
    def first(self) -> Path:
        return self.folder / "first"

    @property
    def second(self) -> Path:
        return self.folder / "second"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def lay(self) -> "Place":
        self.folder.mkdir()
        self.first.write_bytes(OLD)
        self.second.write_bytes(OLD)
        return self

    def one(self, now: datetime) -> object:
        return engine.apply(plan_of(change(self.first, NEW)), self.state, now)

    def bridged(self, now: datetime) -> object:
        return engine.apply(plan_of(change(self.first, NEW, bridge=BRIDGE)), self.state, now)

    def two(self, now: datetime) -> object:
        """The key leaves the first file before the address changes in the second."""
        edits = (
            Edit(str(self.first), OLD, BETWEEN),
            Edit(str(self.second), OLD, NEW),
            Edit(str(self.first), BETWEEN, NEW),
        )
        return engine.apply(plan_of(*edits), self.state, now)

    def undo(self, now: datetime) -> object:
        return engine.undo(TOY, self.state, now)

    def held(self) -> tuple[bytes, bytes]:
        return self.first.read_bytes(), self.second.read_bytes()

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} - {"state"}


WHOLE = {
    "one": {(OLD, OLD), (NEW, OLD)},
    "two": {(OLD, OLD), (BETWEEN, OLD), (BETWEEN, NEW), (NEW, NEW)},
}
"""What the files may hold: never half a file, and never the new key beside the old address."""


def kill_points(total: int, share: int) -> list[int]:
    """Spread over all lines, the first and the last among them."""
    step = max(1, total // share)
    return sorted({*range(1, total + 1, step), total})


@pytest.mark.parametrize("shape", ["one", "two"])
def test_a_kill_in_a_switch_leaves_the_old_or_the_new(
    shape: str, tmp_path: Path, now: datetime, kills: int
) -> None:
    total = lines_of(lambda: getattr(Place(tmp_path / "dry").lay(), shape)(now))
    stages = set()
    for point in kill_points(total, kills * 3 // 10):
        place = Place(tmp_path / str(point)).lay()
        assert in_child(partial(getattr(place, shape), now), die_at=point) in (-signal.SIGKILL, 0)
        assert place.held() in WHOLE[shape]
        before = place.held()
        found = recover(place.state)
        assert place.held() == before
        assert place.names() == {"first", "second"}
        assert recover(place.state) == [one for one in found if one.stage in (Stage.PARTLY, Stage.CHANGED)]
        stages |= {one.stage for one in found}
        if before != (OLD, OLD):
            assert [one.can_undo for one in found] in ([True], [])
            assert isinstance(place.undo(now), TakenBack)
        assert place.held() == (OLD, OLD)
        assert isinstance(place.one(now), Record)
    assert stages == ({Stage.OLD, Stage.NEW, Stage.PARTLY} if shape == "two" else {Stage.OLD, Stage.NEW})


@pytest.mark.parametrize("shape", ["one", "two", "bridged"])
def test_a_kill_in_an_undo_can_be_undone_again(shape: str, tmp_path: Path, now: datetime, kills: int) -> None:
    dry = Place(tmp_path / "dry").lay()
    getattr(dry, shape)(now)
    total = lines_of(lambda: dry.undo(now))
    later = now + timedelta(minutes=1)
    for point in kill_points(total, kills * 2 // 15):
        place = Place(tmp_path / str(point)).lay()
        getattr(place, shape)(now)
        assert in_child(partial(place.undo, now), die_at=point) in (-signal.SIGKILL, 0)
        allowed = WHOLE.get(shape, {(OLD, OLD), (NEW, OLD), (BRIDGE, OLD)})
        assert place.held() in allowed
        recover(place.state)
        assert place.held() in allowed
        assert place.names() == {"first", "second"}
        if place.held() not in {(OLD, OLD), (BRIDGE, OLD)}:
            assert isinstance(place.undo(now), TakenBack)
        engine.settle(TOY, place.state, later)
        assert place.held() == (OLD, OLD)
        again = place.undo(now)
        assert isinstance(again, Refusal)
        assert again.kind is RefusalKind.NOTHING


def test_a_kill_while_an_undo_settles_is_settled_later(tmp_path: Path, now: datetime, kills: int) -> None:
    later = now + timedelta(minutes=1)
    dry = Place(tmp_path / "dry").lay()
    dry.bridged(now)
    dry.undo(now)
    total = lines_of(partial(engine.settle, TOY, dry.state, later))
    for point in kill_points(total, kills // 3):
        place = Place(tmp_path / str(point)).lay()
        place.bridged(now)
        place.undo(now)
        assert in_child(partial(engine.settle, TOY, place.state, later), die_at=point) in (-signal.SIGKILL, 0)
        assert place.held() in {(BRIDGE, OLD), (OLD, OLD)}
        recover(place.state)
        engine.settle(TOY, place.state, later)
        assert place.held() == (OLD, OLD)
        assert place.names() == {"first", "second"}


def test_an_edit_in_the_moment_of_the_crash_is_kept(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the exchange and the look at what came out: their edit lies beside, and is named."""
    place = Place(tmp_path / "place").lay()

    def die(at: str) -> None:
        if at == "temporary written":
            place.first.write_bytes(b"theirs\n")
        if at == "exchanged":
            os.kill(os.getpid(), signal.SIGKILL)

    # The last look comes before their edit.
    reads = iter([OLD])
    monkeypatch.setattr(replacing, "read", lambda path: next(reads, None) or read(path))
    act = partial(engine.apply, plan_of(change(place.first, NEW)), place.state, now, die)
    assert in_child(act) == -signal.SIGKILL
    (found,) = recover(place.state)
    (kept,) = place.names() - {"first", "second"}
    assert (place.folder / kept).read_bytes() == b"theirs\n"
    assert kept in found.sentence


@pytest.mark.parametrize("shared", [True, False])
def test_of_two_switchers_at_once_one_wins(
    shared: bool, tmp_path: Path, now: datetime, examples: int
) -> None:
    for number in range(examples // 8):
        place = Place(tmp_path / str(number)).lay()
        start, go = os.pipe()
        children = {}
        for name in (b"a", b"b"):
            state = place.state if shared else place.folder / f"state-{name.decode()}"
            plan = plan_of(change(place.first, name))
            child = os.fork()
            if not child:
                code = 99
                try:
                    os.close(go)
                    os.read(start, 1)
                    code = 5 if isinstance(engine.apply(plan, state, now), Refusal) else 0
                finally:
                    os._exit(code)
            children[child] = name
        os.close(start)
        os.close(go)
        codes = {name: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, name in children.items()}
        assert sorted(codes.values()) == [0, 5]
        assert codes[place.first.read_bytes()] == 0


def test_what_was_interrupted_is_said_in_a_sentence(tmp_path: Path, now: datetime) -> None:
    place = Place(tmp_path / "place").lay()

    def die(at: str) -> None:
        if at == "files written":
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(lambda: engine.apply(plan_of(change(place.first, NEW)), place.state, now, die)) < 0
    (found,) = recover(place.state)
    assert found.sentence == (
        "A switch of toy to relay was interrupted on 20 November at 05:00 UTC when everything was written: "
        "toy is on relay. `quotaboard undo toy` takes it back."
    )
    assert Journal.of(TOY, place.state).records()[-1].state == "done"


def test_whoever_switches_now_is_not_called_interrupted(tmp_path: Path, now: datetime) -> None:
    place = Place(tmp_path / "place").lay()
    seen: list[object] = []

    def look(at: str) -> None:
        if at == "journal written":
            seen.append(recover(place.state))

    assert isinstance(engine.apply(plan_of(change(place.first, NEW)), place.state, now, look), Record)
    assert seen == [[]]
