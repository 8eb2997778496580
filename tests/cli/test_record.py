import json
import os
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli import main
from tests.cli.conftest import Later
from tests.conftest import ROOT
from tests.terminal import LEFT_ALTERNATE_SCREEN, SHOWS_CURSOR, Terminal


def test_a_recording_goes_to_stdout_or_into_a_private_file(
    filled: Path, later: Later, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later(timedelta())
    assert main(["record"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert json.loads(printed[0])["schema"] == "quotaboard.recording/1"
    path = tmp_path / "kept.jsonl"
    assert main(["record", "--out", str(path), "--since", "7d"]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    err = capsys.readouterr().err
    assert err.endswith(
        f"It names nobody; read it before you send it. `quotaboard demo --replay {path}` plays it.\n"
    )
    assert len(path.read_text().splitlines()) == len(printed)
    assert "work" not in path.read_text().replace("/", '"').split('"')


def test_without_a_store_there_is_nothing_to_record(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record"]) == 4
    out, err = capsys.readouterr()
    assert json.loads(out.splitlines()[0])["schema"] == "quotaboard.recording/1"
    assert err == "Nothing was seen in that time, so there is next to nothing in it.\n"


@pytest.mark.parametrize("since", ["yesterday", "0s", "91d"])
def test_a_span_must_be_one(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--since", since]) == 2
    assert "--since takes a span" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_a_sentence(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "--out", "/proc/nowhere/at/all"]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "kept.jsonl cannot be read: No such file or directory. Name another file."),
        ("no\n", "kept.jsonl:1: the line must be a JSON object."),
        ('{"schema": "quotaboard.recording/2"}\n', "kept.jsonl:1: schema must be quotaboard.recording/1"),
    ],
)
def test_a_file_that_cannot_be_played_is_one_sentence(
    text: str | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kept.jsonl"
    if text is not None:
        path.write_text(text)
    assert main(["demo", "--replay", str(path)]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


def test_a_recording_is_played_on_a_terminal_alone(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["record", "--out", str(tmp_path / "kept.jsonl")])
    assert main(["demo", "--replay", str(tmp_path / "kept.jsonl")]) == 2
    assert "needs a terminal" in capsys.readouterr().err


@pytest.mark.terminal
def test_what_was_recorded_is_the_board_again(filled: Path, later: Later, tmp_path: Path, home: Path) -> None:
    path = tmp_path / "kept.jsonl"
    main(["record", "--out", str(path)])
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "quotaboard", "demo", "--replay", str(path), "--speed", "3600"]
    command += ["--ascii", "--no-mouse"]
    before = sorted(home.rglob("*"))
    with Terminal(command, environment) as terminal:
        terminal.wait_for("This is a recording of")
        terminal.wait_for("SPENT")
        assert all(name in terminal.text for name in ("alder", "birch", "cedar", "elm"))
        assert "GATED?" in terminal.text
        assert terminal.text.isascii()
        terminal.send("q")
        assert terminal.wait() == 0
    assert not any(mouse in terminal.output for mouse in (b"\x1b[?1000h", b"\x1b[?1003h"))
    assert LEFT_ALTERNATE_SCREEN in terminal.output
    assert SHOWS_CURSOR in terminal.output
    assert sorted(home.rglob("*")) == before
