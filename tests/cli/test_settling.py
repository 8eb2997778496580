"""An undo that comes in two steps is finished although the board is left between them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.cli import agents, main, opening
from quotaboard.cli.agents import finish_undos
from quotaboard.config.paths import state_dir
from quotaboard.config.values import Config, CredentialEntry
from quotaboard.domain.agent import Applied, GivenProfile, SwitchPlan, Undone
from quotaboard.poll.place import Place
from quotaboard.poll.switching import Switching
from quotaboard.store.opening import open_memory

BEFORE = '{\n  "theme": "dark"\n}\n'
BEGUN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


class Hands:
    """A clock that only moves while somebody waits."""

    def __init__(self) -> None:
        self.now = BEGUN
        self.interrupted = False

    def sleep(self, seconds: float) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    made = Hands()
    monkeypatch.setattr(opening, "now", lambda: made.now)
    monkeypatch.setattr(agents.time, "sleep", made.sleep)  # type: ignore[attr-defined]  # the module's own
    return made


@pytest.fixture
def undone(home: Path, hands: Hands) -> Iterator[Switching]:
    """Claude Code, switched to a key and taken back a moment ago."""
    settings = home / ".claude/settings.json"
    settings.parent.mkdir()
    settings.write_text(BEFORE)
    settings.chmod(0o600)
    config = Config(
        credentials=(CredentialEntry("key", "env:KEY", base_url="http://127.0.0.1:9"),),
        profiles=(GivenProfile("claude-code", "key", "anthropic", "claude-sonnet-4-6", "key"),),
    )
    place = Place({"KEY": "sk-ant-api03-x"}, home, state_dir(), root=home / "root")
    with open_memory() as store:
        moves = Switching(store, config, place, lambda: hands.now)
        plan = moves.plan("claude-code", "key")
        assert isinstance(plan, SwitchPlan), plan
        assert isinstance(moves.apply(plan), Applied)
        assert isinstance(moves.undo("claude-code"), Undone)
        assert settings.read_text() != BEFORE
        yield moves


def test_leaving_early_waits_for_the_second_step(
    undone: Switching, hands: Hands, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finish_undos(undone)
    assert (home / ".claude/settings.json").read_text() == BEFORE
    assert timedelta(seconds=10) <= hands.now - BEGUN < timedelta(seconds=12)
    assert "Waiting 10 seconds" in capsys.readouterr().err
    finish_undos(undone)
    assert hands.now - BEGUN < timedelta(seconds=12), "nothing is left to wait for"


def test_leaving_later_does_not_wait(undone: Switching, hands: Hands, home: Path) -> None:
    hands.now += timedelta(minutes=5)
    finish_undos(undone)
    assert (home / ".claude/settings.json").read_text() == BEFORE
    assert hands.now - BEGUN < timedelta(minutes=5, seconds=1)


def test_whoever_interrupts_the_wait_leaves_it_to_the_next_start(
    undone: Switching, hands: Hands, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hands.interrupted = True
    finish_undos(undone)
    assert "The rest is done when quotaboard is started next." in capsys.readouterr().err
    hands.now += timedelta(minutes=5)
    assert undone.settle() == []
    assert (home / ".claude/settings.json").read_text() == BEFORE


@pytest.mark.parametrize(
    ("words", "is_finished"),
    [([], True), (["--auto-switch"], True), (["--readonly"], False), (["--auto-switch", "--dry-run"], False)],
)
def test_watching_begins_with_it_where_files_may_be_written(
    undone: Switching, hands: Hands, home: Path, words: list[str], is_finished: bool
) -> None:
    hands.now += timedelta(minutes=5)
    assert main(["watch", "--once", *words]) == 0
    assert ((home / ".claude/settings.json").read_text() == BEFORE) is is_finished
