"""`quotaboard alerts`, alerts of `watch`, and what a real terminal is given."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.simulator import SimulatedProvider, serve
from quotaboard.store.opening import open_store
from tests.cli.tmux_server import tmux_server
from tests.conftest import ROOT
from tests.terminal import Terminal

KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"
BOARD = [sys.executable, "-m", "quotaboard"]
BELL = b"\x07"


def settle(home: Path, *alerts: Alert) -> None:
    """What was said before this test."""
    with open_store(home / ".local/state/quotaboard", now=datetime.now(UTC)) as store:
        store.alerts.say(lambda _: (alerts, {}))


def config_of(home: Path, text: str) -> Path:
    path = home / ".config/quotaboard/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + text)
    return path


# The list


def test_the_list_is_newest_first_and_harmless(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    settle(
        home,
        Alert(now - timedelta(seconds=9), AlertKind.BLOCKED, "max gated", "Tools \x1b[31mare refused."),
        Alert(now, AlertKind.RUNS_OUT, "max: 5h runs out at 15:40", ""),
    )
    assert main(["alerts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ", 1)[1].strip() for line in lines] == [
        "runs out  max: 5h runs out at 15:40",
        "blocked   max gated",
        "Tools  [31mare refused.",
    ]


def test_the_list_in_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle(home, Alert(datetime(2026, 11, 20, 14, tzinfo=UTC), AlertKind.OPEN, "max open again", "Why."))
    assert main(["alerts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": "quotaboard.alerts/1",
        "muted": False,
        "quiet": False,
        "alerts": [{"at": "2026-11-20T14:00:00Z", "kind": "open", "title": "max open again", "text": "Why."}],
    }


def test_muting_is_remembered_and_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alerts", "mute"]) == 0
    assert main(["alerts"]) == 0
    assert "Alerts are muted: `quotaboard alerts unmute` lets them go." in capsys.readouterr().err
    assert main(["alerts", "unmute"]) == 0
    assert main(["alerts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["muted"] is False


def test_quiet_hours_are_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    config_of(home, f'[alerts]\nquiet_hours = "{now:%H}:00-{now + timedelta(hours=2):%H}:00"\n')
    assert main(["alerts"]) == 0
    assert f"It is quiet until {now + timedelta(hours=2):%H}:00" in capsys.readouterr().err


# Trying them


def test_trying_says_how_each_way_went(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "told"
    config_of(home, f"[alerts]\nhook = {json.dumps([sys.executable, '-c', KEEP, str(out)])}\n")
    assert main(["alerts", "test", "--kind", "paid"]) == 0
    told = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert [(way, word) for way, word, _ in told] == [
        ("bell", "-"),
        ("terminal", "-"),
        ("desktop", "-"),
        ("hook", "ok"),
    ]
    document = json.loads(out.read_text())
    assert (document["schema"], document["kind"]) == ("quotaboard.alert/1", "paid")
    assert document["title"].startswith("test: ")


def test_trying_a_hook_that_fails_fails(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config_of(home, '[alerts]\nhook = ["/no/such/hook"]\n')
    assert main(["alerts", "test", "--json"]) == 1
    ways = json.loads(capsys.readouterr().out)["ways"]
    assert [one["worked"] for one in ways] == [None, None, None, False]
    assert ways[3]["sentence"].startswith("The hook /no/such/hook cannot be run")


def test_doctor_says_how_alerts_reach_a_person(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config_of(home, '[alerts]\nhook = ["/no/such/hook"]\nterminal = "osc777"\nmarks = ["75%"]\n')
    assert main(["doctor", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    told = document["alerts"]
    assert (told["terminal"], told["marks"], told["muted"], told["bell"]) == ("osc777", ["75%"], False, True)
    assert any("/no/such/hook" in one["what"] for one in document["problems"])


def test_trying_in_a_terminal_rings_and_notifies(home: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-kitty"}
    with Terminal([*BOARD, "alerts", "test"], environment, columns=100, lines=10) as terminal:
        assert terminal.wait() == 0
    assert BELL in terminal.output
    assert b"\x1b]99;i=quotaboard-open:" in terminal.output
    assert b"in the way of kitty (OSC 99)" in terminal.output


# What happens while somebody watches


@pytest.fixture(scope="module")
def gated() -> Iterator[SimulatedProvider]:
    with serve("tools-gated") as server:
        yield server


@pytest.fixture
def turned(home: Path, gated: SimulatedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lane that was open when something was last said of it, and is gated now; the file of its hook."""
    (account,) = gated.scenario.accounts
    monkeypatch.setenv("TOKEN", account.token)
    config_of(
        home,
        f'[[credentials]]\nname = "max"\nsource = "env:TOKEN"\nbase_url = "{gated.base_url}"\nprobe = true\n'
        f"models = {json.dumps(list(account.models)[:1])}\n"
        f"[alerts]\nhook = {json.dumps([sys.executable, '-c', KEEP, str(tmp_path / 'told')])}\n",
    )
    assert main(["watch", "--once"]) == 0
    assert not (tmp_path / "told").exists()
    with closing(sqlite3.connect(home / ".local/state/quotaboard/store.db")) as connection, connection:
        connection.execute("UPDATE alert_states SET state = 'serves' WHERE key LIKE 'lane %'")
    return tmp_path / "told"


def test_watching_once_tells_the_hook_and_only_once(turned: Path) -> None:
    assert main(["watch", "--once"]) == 0
    assert main(["watch", "--once"]) == 0
    (told,) = turned.read_text().splitlines()
    document = json.loads(told)
    assert document["kind"] == "blocked"
    assert document["about"][0]["reason"] == "out_of_extra_usage"


@pytest.mark.soak  # what of two panes in one process is tried in the suite
def test_two_processes_that_watch_tell_the_hook_once(turned: Path, home: Path) -> None:
    watching = [
        subprocess.Popen(
            [*BOARD, "watch"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        deadline = time.monotonic() + 20
        while not (turned.exists() and turned.read_text().endswith("\n")):
            assert time.monotonic() < deadline, "the hook was not told"
            time.sleep(0.05)
    finally:
        for one in watching:
            one.terminate()
        said = [one.communicate(timeout=20)[1] for one in watching]
    assert len(turned.read_text().splitlines()) == 1
    assert "Traceback" not in "".join(said)


def heard(terminal: Terminal, *wanted: bytes) -> None:
    deadline = time.monotonic() + 20
    while not all(one in terminal.output for one in wanted):
        assert terminal.read(0.1), f"it ended early: {bytes(terminal.output[-500:])!r}"
        assert time.monotonic() < deadline, f"never heard {wanted}: {bytes(terminal.output[-500:])!r}"


@pytest.mark.terminal
def test_the_board_rings_and_notifies_its_terminal(turned: Path, home: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-kitty"}
    with Terminal(BOARD, environment) as terminal:
        heard(terminal, BELL, b"\x1b]99;i=quotaboard-blocked:", b":d=1:p=body;")
        terminal.send("q")
        assert terminal.wait() == 0
    assert len(turned.read_text().splitlines()) == 1


@pytest.mark.soak
@pytest.mark.terminal
def test_watch_rings_where_it_has_a_terminal(turned: Path, home: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "foot"}
    with Terminal([*BOARD, "watch"], environment) as terminal:
        heard(terminal, BELL, b"\x1b]777;notify;quotaboard: ")
    assert len(turned.read_text().splitlines()) == 1


@pytest.mark.terminal
@pytest.mark.soak  # the suite asks a real tmux what it lets through, and a board without one to ring
@pytest.mark.parametrize("passes", [True, False])
def test_in_tmux_a_notification_passes_where_tmux_lets_it(
    turned: Path, home: Path, tmp_path: Path, passes: bool
) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    config = tmp_path / "tmux.conf"
    config.write_text(f"set -g allow-passthrough {'on' if passes else 'off'}\n")
    toml = config_of(home, 'terminal = "osc777"\n')
    assert "osc777" in toml.read_text()
    with tmux_server(config=config, size=(100, 30)) as server, server.attach(100, 30) as terminal:
        terminal.settle()
        server.run("respawn-pane", "-k", f"{BOARD[0]} -m quotaboard")
        heard(terminal, BELL, b"GATED")
        if passes:
            heard(terminal, b"\x1b]777;notify;quotaboard: max gated")
        else:
            terminal.settle()
            assert b"]777" not in terminal.output


def test_an_alert_of_a_masked_run_names_nobody(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle(home, Alert(datetime.now(UTC), AlertKind.OPEN, "jane@acme.com open again", "at /home/jane/x"))
    assert main(["--mask", "alerts", "--json"]) == 0
    out = capsys.readouterr().out
    assert "open again" in out
    assert "jane" not in out
    assert "acme" not in out
