import os
import subprocess
import sys
from argparse import Namespace
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from quotaboard import __version__
from quotaboard.cli import main
from quotaboard.cli.commands import config
from quotaboard.cli.registry import COMMANDS


def test_the_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"quotaboard {__version__}\n"


def test_on_windows_one_sentence_says_where_it_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert main(["status"]) == 1
    assert "inside WSL" in capsys.readouterr().err


def test_help_names_every_listed_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for command in COMMANDS:
        assert (f"\n  {command.name} " in out) is command.listed


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"usage: quotaboard {command}" in capsys.readouterr().out


def test_a_mistyped_command_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["confgi"]) == 2
    assert capsys.readouterr().err.startswith(
        'quotaboard: There is no command "confgi". Did you mean "config"?'
    )


def test_a_wrong_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "path", "--loud"]) == 2
    assert "--loud" in capsys.readouterr().err


def test_an_option_without_its_value_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "path", "--config"]) == 2


def test_an_interrupt_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(args: Namespace) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(config, "run", interrupted)
    assert main(["config", "path"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_bug_is_one_sentence_and_its_traceback_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    def broken(args: Namespace) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(config, "run", broken)
    assert main(["config", "path"]) == 1
    log = home / ".local/state/quotaboard/quotaboard.log"
    assert capsys.readouterr().err == (
        f"quotaboard: This is a bug in quotaboard (ZeroDivisionError). The details are in {log}.\n"
    )
    assert "ZeroDivisionError: a bug" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_debug_shows_the_traceback_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(args: Namespace) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(config, "run", broken)
    assert main(["config", "path", "--debug"]) == 1
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_trouble(home: Path) -> None:
    command = f"{sys.executable} -m quotaboard config show | head -n 1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    finished = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_full_disk_behind_stdout_is_a_sentence(home: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with Path("/dev/full").open("w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "quotaboard", "config", "show"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert finished.returncode == 1
    assert finished.stderr.startswith("quotaboard: The output could not be written: No space left on device.")


def test_a_terminal_that_knows_ascii_only_gets_question_marks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(written, encoding="ascii"))
    (tmp_path / "config.toml").write_text('[ui]\ntheme = "été"\n')
    assert main(["--config", str(tmp_path / "config.toml"), "config", "show"]) == 0
    sys.stdout.flush()
    assert b'"?t?"' in written.getvalue()
