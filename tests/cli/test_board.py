import os
import sys
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.cli.look import remember_theme
from quotaboard.simulator import SimulatedProvider, serve
from tests.conftest import ROOT
from tests.terminal import LEFT_ALTERNATE_SCREEN, Terminal

MOUSE = (b"\x1b[?1000h", b"\x1b[?1003h")


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def board(environment: dict[str, str], *words: str) -> Terminal:
    return Terminal([sys.executable, "-m", "quotaboard", *words], environment)


def test_without_a_terminal_it_points_to_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board"]) == 2
    assert capsys.readouterr().err == (
        "quotaboard: The board needs a terminal. `quotaboard status` prints the same as a table.\n"
    )


def test_no_command_without_a_terminal_is_the_status(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("max: Anthropic login")


@pytest.mark.terminal
def test_no_command_on_a_terminal_opens_the_board_from_the_store(
    filled: Path, provider: SimulatedProvider, environment: dict[str, str]
) -> None:
    with board(environment) as terminal:
        terminal.wait_for("GATED")
        terminal.wait_until_live()
        terminal.send("q")
        assert terminal.wait() == 0
        assert LEFT_ALTERNATE_SCREEN in terminal.output


@pytest.mark.terminal
def test_the_first_run_asks_before_anything_is_sent(environment: dict[str, str]) -> None:
    with serve("tools-gated") as provider:
        token = provider.scenario.accounts[0].token
        found = {"CLAUDE_CODE_OAUTH_TOKEN": token, "ANTHROPIC_BASE_URL": provider.base_url}
        with board({**environment, **found}) as terminal:
            terminal.wait_for("[ ]")
            terminal.settle()
            assert not provider.requests
            terminal.send("a\r")
            terminal.wait_for("GATED")
            assert provider.requests
            terminal.send("q")
            assert terminal.wait() == 0


@pytest.mark.terminal
def test_options_before_no_command_are_the_boards(filled: Path, environment: dict[str, str]) -> None:
    with board(environment, "--ascii", "--no-mouse", "--readonly") as terminal:
        terminal.wait_for("GATED")
        assert not any(mouse in terminal.output for mouse in MOUSE)
        assert terminal.text.isascii()
        terminal.send("q")
        assert terminal.wait() == 0


@pytest.mark.terminal
def test_a_config_problem_is_told_before_the_screen_is_taken(home: Path, environment: dict[str, str]) -> None:
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[poll]\nspeed = 1\n")
    with board(environment) as terminal:
        assert terminal.wait() == 2
        assert f"{config}:2: poll.speed: ".encode() in terminal.output
        assert b"\x1b[?1049h" not in terminal.output


@pytest.mark.terminal
def test_a_damaged_store_is_set_aside_and_said_on_the_board(
    filled: Path, provider: SimulatedProvider, environment: dict[str, str]
) -> None:
    (filled / "store.db").write_bytes(b"not a database" * 1000)
    with board(environment) as terminal:
        terminal.wait_for("was damaged")
        terminal.wait_for("GATED")
        terminal.send("q")
        assert terminal.wait() == 0
    assert list(filled.glob("store.db.corrupt-*"))


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
