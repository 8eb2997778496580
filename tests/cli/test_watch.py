import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main
from quotaboard.cli.watching import Changes
from quotaboard.domain.board import Board, CredentialView, LaneView
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import Credential, Kind, Lane
from quotaboard.domain.verdict import Verdict
from quotaboard.simulator import SimulatedProvider
from quotaboard.store.opening import open_store
from tests.conftest import ROOT

Watch = Callable[..., subprocess.Popen[str]]
NOW = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
LANE = Lane("max", "anthropic", "claude-sonnet-4-6", "tools")


@pytest.fixture
def watch(checked: None) -> Iterator[Watch]:
    """The command in a process of its own; whatever is left of it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(**options: Any) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "quotaboard", "watch"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


def board(judgement: Judgement) -> Board:
    view = CredentialView(
        Credential("max", "anthropic", Kind.OAUTH, "claude-code"), lanes=(LaneView(LANE, judgement),)
    )
    return Board(NOW, (view,))


OPEN = Judgement(Verdict.OPEN, "served", observed_at=NOW)
SUSPECTED = Judgement(Verdict.GATED, "gate", reason="bare_429", confirmed=False, observed_at=NOW)


def test_the_first_verdict_of_a_lane_is_a_change_from_nothing() -> None:
    [change] = Changes(board(UNSEEN)).since(board(OPEN))
    document = change.document()
    assert document["schema"] == "quotaboard.change/1"
    assert (document["lane"], document["before"], document["verdict"]) == (LANE.id, None, "open")
    assert document["at"] == "2026-11-20T04:12:00Z"


def test_a_lane_that_nobody_has_tried_is_no_news() -> None:
    assert list(Changes(Board(NOW)).since(board(UNSEEN))) == []


def test_what_stays_the_same_is_told_once() -> None:
    changes = Changes(board(OPEN))
    assert list(changes.since(board(replace(OPEN, summary="other words")))) == []
    assert [change.view.judgement for change in changes.since(board(SUSPECTED))] == [SUSPECTED]
    assert list(changes.since(board(SUSPECTED))) == []


def test_a_gate_that_is_confirmed_is_a_change() -> None:
    confirmed = replace(SUSPECTED, confirmed=True)
    [change] = Changes(board(SUSPECTED)).since(board(confirmed))
    assert (change.document()["before"], change.document()["confirmed"]) == ("gated", True)


def test_once_prints_a_line_for_each_verdict_and_stops(
    provider: SimulatedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", "--once"]) == 0
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == 16
    assert {line["verdict"] for line in lines if line["lane"].startswith("work/")} == {"spent"}
    assert err == "Watching 16 lanes of 4 credentials.\n"


def test_once_more_tells_only_what_changed(
    provider: SimulatedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["watch", "--once"])
    capsys.readouterr()
    assert main(["watch", "--once"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        *(pytest.param(number, marks=pytest.mark.soak) for number in (signal.SIGINT, signal.SIGHUP)),
    ],
)
def test_it_asks_and_tells_until_a_signal_ends_it_cleanly(
    number: signal.Signals, provider: SimulatedProvider, watch: Watch, home: Path
) -> None:
    child = watch()
    assert child.stdout is not None
    first = json.loads(child.stdout.readline())
    assert (first["schema"], first["before"]) == ("quotaboard.change/1", None)
    child.send_signal(number)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 128 + number
    assert err == "Watching 16 lanes of 4 credentials.\n"
    with open_store(home / ".local/state/quotaboard", now=datetime.now(UTC)) as store:
        assert store._database.rows("SELECT * FROM leases") == []


def test_it_ends_when_nobody_reads_any_more(provider: SimulatedProvider, watch: Watch) -> None:
    child = watch()
    assert child.stdout is not None
    child.stdout.close()
    child.stdout = None
    _, err = child.communicate(timeout=20)
    assert child.returncode == 0
    assert "Traceback" not in err


def test_without_consent_it_says_that_only_free_readings_are_made(
    provider: SimulatedProvider, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = home / ".config/quotaboard/config.toml"
    config.write_text(config.read_text().replace("probe = true", "probe = false"))
    assert main(["watch", "--once"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "Only free readings are made." in err
    assert provider.requests == ()  # what is in a variable of one's own may not read usage


def test_with_nothing_to_watch_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "--once"]) == 0
    assert capsys.readouterr().err == (
        "There is nothing to watch yet. `quotaboard init` finds your credentials.\n"
    )


def test_a_wrong_config_is_wrong_usage(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[poll]\nspeed = 1\n")
    assert main(["watch"]) == 2
    assert capsys.readouterr().err.startswith(f"{config}:2: poll.speed: ")
