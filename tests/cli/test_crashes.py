"""The commands under a kill -9 at any line of the engine, and beside other writers."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.domain.agent import Applied, Refusal, SwitchPlan
from quotaboard.poll.switching import Switching
from tests.agents.switching.test_crashes import in_child, kill_points, lines_of
from tests.fleet_home import lay_hermes

SWITCH = ("switch", "hermes", "home", "--no-prove")

Apply = Callable[[Switching, SwitchPlan], Applied | Refusal]


@pytest.fixture
def config(home: Path) -> Path:
    """Of Hermes; nobody is asked, so that nobody needs to answer."""
    tokens = {name: f"sk-fake-{name}" for name in ("max", "team", "home")}
    return lay_hermes(home, "http://127.0.0.1:9", tokens, "max") / "config.yaml"


def child(words: tuple[str, ...], before: Callable[[], object] = lambda: None) -> int:
    """Runs the command in a process of its own; returns the child."""
    number = os.fork()
    if not number:
        code = 99
        try:
            before()
            code = main(words)
        finally:
            os._exit(code)
    return number


def ended(number: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


@pytest.mark.parametrize("points", [4, pytest.param(500, marks=pytest.mark.soak)])
def test_a_command_that_is_killed_leaves_the_old_file_or_the_new_and_the_next_says_which(
    points: int, home: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = config.read_bytes()
    journal = home / ".local/state/quotaboard/switches"
    for _ in range(2):  # what is imported the first time counts as lines too
        total = lines_of(lambda: main(SWITCH))
        new = config.read_bytes()
        assert main(("undo", "hermes")) == 0
        shutil.rmtree(journal)
    seen = set()
    for point in kill_points(total, points):
        shutil.rmtree(journal, ignore_errors=True)
        assert in_child(lambda: main(SWITCH), die_at=point) in (-signal.SIGKILL, 0)
        held = config.read_bytes()
        assert held in (old, new)
        capsys.readouterr()
        assert main(("profiles", "hermes")) == 0
        told = capsys.readouterr().err
        assert config.read_bytes() == held
        assert {path.name for path in config.parent.iterdir() if path.is_file()} == {"config.yaml", ".env"}
        if "was interrupted" in told:
            assert ("takes it back" in told) == (held == new), told
        code = main(("undo", "hermes"))
        assert code == 0 if held == new else code in (0, 1)
        assert config.read_bytes() == old
        seen.add(held == new)
    assert seen == {True, False}


def held_back(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Between the plan that the person sees and its writing, this happens."""
    write: Apply = Switching.apply

    def late(self: Switching, plan: SwitchPlan) -> Applied | Refusal:
        meanwhile()
        return write(self, plan)

    monkeypatch.setattr(Switching, "apply", late)


@pytest.mark.parametrize("times", [2, pytest.param(30, marks=pytest.mark.soak)])
def test_of_two_commands_at_once_one_wins_and_the_other_refuses(
    times: int, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = config.read_text()
    for _ in range(times):
        config.write_text(text)
        ready, planned = os.pipe()
        start, go = os.pipe()
        with monkeypatch.context() as patched:
            held_back(patched, lambda: (os.write(planned, b"."), os.read(start, 1)))  # noqa: B023 - called here
            goals = ("home", "team")
            children = {goal: child(("switch", "hermes", goal, "--no-prove")) for goal in goals}
            for _each in goals:
                os.read(ready, 1)
            os.write(go, b"..")
            codes = {goal: ended(number) for goal, number in children.items()}
        for end in (ready, planned, start, go):
            os.close(end)
        assert sorted(codes.values()) == [0, 5]
        winner = next(goal for goal, code in codes.items() if code == 0)
        assert f"provider: custom:{winner}   # for now" in config.read_text()


def test_what_another_program_writes_in_between_is_refused_and_kept(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = config.read_text().replace("# mine", "# theirs")
    held_back(monkeypatch, lambda: config.write_text(theirs))
    assert main(SWITCH) == 5
    assert config.read_text() == theirs
    assert "was edited meanwhile, so nothing was written" in capsys.readouterr().err
