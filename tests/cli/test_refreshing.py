"""`status --refresh`: what it asks, keeps, and shows when it cannot keep it."""

import json
import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main
from quotaboard.poll import once
from quotaboard.simulator import SimulatedProvider
from quotaboard.store.answers import Answers
from quotaboard.store.lease import Leases
from quotaboard.store.trouble import StoreTrouble, TroubleKind
from tests.conftest import ROOT
from tests.terminal import Terminal


def verdicts(document: Any) -> dict[str, str]:
    return {lane["id"]: lane["verdict"] for lane in document["lanes"]}


def test_refresh_names_all_four_causes_in_at_most_twelve_requests(
    provider: SimulatedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--refresh", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found = verdicts(json.loads(out))
    assert len(found) == 16
    assert Counter(found[lane] for lane in found if lane.startswith("max/")) == {"open": 2, "gated": 2}
    assert Counter(found[lane] for lane in found if lane.startswith("team/")) == {"open": 2, "gated": 2}
    assert {found[lane] for lane in found if lane.startswith("work/")} == {"spent"}
    assert {found[lane] for lane in found if lane.startswith("home/")} == {"open"}
    assert len(provider.requests) <= 12
    assert {request.headers["user-agent"].split("/")[0] for request in provider.requests} == {"quotaboard"}


def test_what_a_refresh_learnt_is_there_for_the_next_command(
    provider: SimulatedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["status", "--refresh", "--json"])
    before = verdicts(json.loads(capsys.readouterr().out))
    asked = len(provider.requests)
    assert main(["status", "--json"]) == 0
    assert verdicts(json.loads(capsys.readouterr().out)) == before
    assert len(provider.requests) == asked


def test_refreshing_while_another_asks_shows_what_that_one_has_learnt(
    provider: SimulatedProvider, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["status", "--refresh"])
    before = capsys.readouterr().out
    asked = len(provider.requests)
    monkeypatch.setattr(Leases, "acquire", lambda *_args, **_now: False)
    monkeypatch.setattr(once, "refresh", partial(once.refresh, others_wait=0.0))
    assert main(["status", "--refresh"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == before.splitlines()[0]
    assert err == "Another quotaboard is asking just now; this is what it has learnt so far.\n"
    assert len(provider.requests) == asked


def test_a_refresh_that_cannot_keep_what_it_sees_says_so_and_shows_it(
    provider: SimulatedProvider, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".local").write_text("a file where a folder should be")
    assert main(["status", "--refresh", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "This run remembers what it sees only until it ends." in err
    assert len(json.loads(out)["lanes"]) == 16


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_disk_that_fills_during_a_refresh_costs_no_verdict_and_no_second_request(
    kept: int,
    provider: SimulatedProvider,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = Answers.record
    taken: list[str] = []

    def until_full(answers: Answers, *given: Any, **named: Any) -> None:
        on_disk = answers._database.row("PRAGMA database_list")[2]  # type: ignore[index]  # there is one
        if on_disk and len(taken) == kept:
            raise StoreTrouble(TroubleKind.FULL, "The disk is full.")
        taken.append(on_disk)
        record(answers, *given, **named)

    monkeypatch.setattr(Answers, "record", until_full)
    assert main(["status", "--refresh", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == "quotaboard: The disk is full. This run remembers what it sees only until it ends.\n"
    told = Counter(verdicts(json.loads(out)).values())
    assert told.keys() == {"open", "gated", "spent"}
    assert told.total() == 16
    asked = [(one.account, one.model, one.tools) for one in provider.requests if one.method == "POST"]
    assert len(asked) == len(set(asked)) <= 12


def test_a_disk_that_is_full_from_the_start_still_shows_what_was_asked(
    filled: Path,
    provider: SimulatedProvider,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(leases: Leases, *_given: Any, **_named: Any) -> bool:
        raise StoreTrouble(TroubleKind.FULL, "The disk is full.")

    monkeypatch.setattr(Leases, "acquire", full)
    assert main(["status", "--refresh", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == "quotaboard: The disk is full. This run remembers what it sees only until it ends.\n"
    assert set(verdicts(json.loads(out)).values()) == {"open", "gated", "spent"}
    assert provider.requests


@pytest.mark.terminal
def test_progress_is_for_a_terminal_and_leaves_nothing_behind(checked: None) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "quotaboard", "status", "--refresh"]
    with Terminal(command, environment) as terminal:
        assert terminal.wait() == 0
        assert b"Asking" in terminal.output
        assert "Asking" not in terminal.text
        assert b"\x1b[Kmax: Anthropic login" in terminal.output
