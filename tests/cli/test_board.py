import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from quotaboard.cli import main
from quotaboard.cli.look import remember_theme
from quotaboard.domain.board import Board
from quotaboard.poll.session import Session
from quotaboard.simulator import serve
from quotaboard.tui import start
from quotaboard.tui.draw.page import DEMO
from quotaboard.tui.options import Options
from tests.conftest import ROOT
from tests.terminal import Terminal


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_without_a_terminal_it_points_to_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board"]) == 2
    assert capsys.readouterr().err == (
        "quotaboard: The board needs a terminal that can move its cursor. "
        "`quotaboard status` prints the same as a table.\n"
    )


def test_no_command_on_a_terminal_that_only_prints_is_the_status(
    filled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = boards_opened(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    assert main([]) == 0
    assert opened == []
    assert capsys.readouterr().out.startswith("max: Anthropic login")
    assert main(["demo"]) == 2
    assert "can move its cursor" in capsys.readouterr().err


def test_no_command_without_a_terminal_is_the_status(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("max: Anthropic login")


class Opened(NamedTuple):
    options: Options
    mouse: bool
    board: Board


def boards_opened(monkeypatch: pytest.MonkeyPatch) -> list[Opened]:
    """How each board was to be that is opened from now on, at a terminal that is left at once."""
    opened: list[Opened] = []

    def open_board(
        session: Session, *, clock: Callable[[], datetime], options: Options, mouse: bool, **_: object
    ) -> int:
        opened.append(Opened(options, mouse, session.board(clock())))
        return 0

    monkeypatch.setattr(start, "run_board", open_board)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    return opened


@pytest.mark.parametrize("words", [[], ["board"]])
def test_options_before_the_command_are_the_boards(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    boards = boards_opened(monkeypatch)
    assert main(["--ascii", "--no-mouse", "--readonly", *words]) == 0
    assert main(words) == 0
    asked, plain = [(how.ascii, mouse, how.readonly) for how, mouse, _ in boards]
    assert asked == (True, False, True)
    assert plain == (False, True, False)


def test_the_options_of_a_demo_are_its_boards(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    boards = boards_opened(monkeypatch)
    words = ("--ascii", "--no-mouse", "--readonly", "--line-mode")
    assert main(["demo", "--scenario", "tools-gated", *words]) == 0
    wanted = Options(ascii=True, readonly=True, line_mode=True, played=DEMO)
    assert [one[:2] for one in boards] == [(wanted, False)]
    assert list(home.iterdir()) == []


def test_a_config_problem_is_told_before_the_screen_is_taken(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    boards = boards_opened(monkeypatch)
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[poll]\nspeed = 1\n")
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert f"{config}:2: poll.speed: " in err
    assert out == ""
    assert boards == []


def test_a_damaged_store_is_set_aside_and_said_on_the_board(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    boards = boards_opened(monkeypatch)
    (filled / "store.db").write_bytes(b"not a database" * 1000)
    assert main([]) == 0
    assert [" was damaged" in (one.board.trouble or "") for one in boards] == [True]
    assert list(filled.glob("store.db.corrupt-*"))


@pytest.mark.terminal
def test_the_first_run_asks_before_anything_is_sent(environment: dict[str, str]) -> None:
    with serve("tools-gated") as provider:
        token = provider.scenario.accounts[0].token
        found = {"CLAUDE_CODE_OAUTH_TOKEN": token, "ANTHROPIC_BASE_URL": provider.base_url}
        with Terminal([sys.executable, "-m", "quotaboard"], {**environment, **found}) as terminal:
            terminal.wait_for("[ ]")
            terminal.settle()
            assert not provider.requests
            terminal.send("a\r")
            terminal.wait_for("GATED")
            assert provider.requests
            terminal.send("q")
            assert terminal.wait() == 0


def test_a_chosen_theme_is_kept_beside_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('# mine\n[poll]\nfresh_for = "3m"\n')
    remember_theme(path, "quotaboard-light")
    assert path.read_text().startswith('# mine\n[poll]\nfresh_for = "3m"\n')
    assert 'theme = "quotaboard-light"' in path.read_text()


def test_a_theme_is_not_kept_in_a_config_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[poll\n")
    remember_theme(path, "quotaboard-light")
    assert path.read_text() == "[poll\n"
