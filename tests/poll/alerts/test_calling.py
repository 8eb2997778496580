"""Calling over a real store: once, by one of several panes, across restarts, and together when it is much."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert, AlertKind, QuietHours
from quotaboard.domain.board import Board, CredentialView, LaneView
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import TOOLS, Credential, Kind, Lane
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.alerts.rounds import GATHER, REST, TICK, Rounds
from quotaboard.poll.live import Live
from quotaboard.store.opening import open_store
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, SMALL, START, Asked, Reply, answering_server, served, until
from tests.poll.test_live import hears_quickly, running, session_on

__all__ = ["hears_quickly"]

SECOND = timedelta(seconds=1)
KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"


@pytest.fixture(autouse=True)
def goes_round_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quotaboard.poll.alerts.rounds.GATHER", 0.0)


@contextmanager
def neighbour(bench: Bench) -> Iterator[Bench]:
    with open_store(bench.folder, now=bench.clock.now()) as store:
        yield replace(bench, store=store)


class Gate:
    """A server whose lanes with tools close and open."""

    def __init__(self) -> None:
        self.closed = False

    def __call__(self, asked: Asked) -> Reply:
        return GATE if self.closed and asked.has_tools else served(w5h=0.03)


def pane_on(bench: Bench, **settings: object) -> Live:
    alerts = AlertSettings(**settings)  # type: ignore[arg-type]
    return Live(bench.store, replace(bench.config, alerts=alerts), bench.place, bench.clock.now)


def verdict(live: Live) -> str | None:
    views = {view.lane.id: view for view in live.board(live._clock()).lanes}
    view = views.get(f"max/{SMALL}/{TOOLS}/direct")
    return view.judgement.verdict.value if view else None


async def turn_to(live: Live, bench: Bench, gate: Gate, *, closed: bool) -> None:
    """The provider changes its mind, and a while later somebody looks."""
    gate.closed = closed
    bench.clock.set_to(bench.clock.now() + timedelta(minutes=3))
    live.refresh()
    await until(lambda: verdict(live) == ("gated" if closed else "open"))


async def test_a_gate_that_closes_and_opens_is_told_to_the_hook(bench: Bench, tmp_path: Path) -> None:
    out, gate = tmp_path / "told", Gate()
    bench.environment["PATH"] = os.environ["PATH"]
    async with answering_server(gate) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        live = pane_on(bench, hook=(sys.executable, "-c", KEEP, str(out)))
        async with running(live):
            await until(lambda: verdict(live) == "open")
            await until(lambda: bool(bench.store.alerts.memories()))
            await turn_to(live, bench, gate, closed=True)
            await until(lambda: len(read(out)) == 1)
            await turn_to(live, bench, gate, closed=False)
            await until(lambda: len(read(out)) == 2)
    assert [told["kind"] for told in read(out)] == ["blocked", "open"]
    (about,) = read(out)[0]["about"]
    assert (about["lane"], about["verdict"]) == (f"max/{SMALL}/tools/direct", "gated")
    assert [alert.kind for alert in live.alerts()] == [AlertKind.OPEN, AlertKind.BLOCKED]


async def test_a_hook_that_fails_is_known_until_it_works_again(bench: Bench, tmp_path: Path) -> None:
    gate, out = Gate(), tmp_path / "works"
    bench.environment["PATH"] = os.environ["PATH"]
    async with answering_server(gate) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        live = pane_on(bench, hook=("test", "-e", str(out)))
        async with running(live):
            await until(lambda: verdict(live) == "open" and bool(bench.store.alerts.memories()))
            await turn_to(live, bench, gate, closed=True)
            await until(lambda: live.board(START).alert_trouble == "The hook test ended with 1.")
            out.touch()
            await turn_to(live, bench, gate, closed=False)
            await until(lambda: live.board(START).alert_trouble is None)


def read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    lines = path.read_text().splitlines()
    return [json.loads(line) for line in lines]


async def test_of_several_panes_one_rings_and_a_restart_says_nothing_again(bench: Bench) -> None:
    gate = Gate()
    async with answering_server(gate) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        with neighbour(bench) as beside, neighbour(bench) as third:
            first, second = pane_on(bench), pane_on(beside)
            async with running(first), running(second):
                await until(lambda: verdict(first) == "open" and bool(bench.store.alerts.memories()))
                await turn_to(first, bench, gate, closed=True)
                await until(lambda: len(first.alerts()) == 1)
                rung = [alert.kind for live in (first, second, first, second) for alert in live.take_alerts()]
                assert rung == [AlertKind.BLOCKED]
            again = pane_on(third)
            async with running(again):
                await until(lambda: again._calling is not None and again._calling._rounds._known is not None)
                await asyncio.sleep(0.05)
            assert (len(again.alerts()), again.take_alerts()) == (1, [])


async def test_what_another_pane_learns_is_rung_by_one_that_only_reads(bench: Bench) -> None:
    """`watch` without a terminal holds the lease; a board beside it still rings."""
    gate = Gate()
    async with answering_server(gate) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        with neighbour(bench) as beside:
            asking, reading = pane_on(bench), pane_on(beside)
            rung: list[Alert] = []
            async with running(asking), running(reading, lambda: rung.extend(reading.take_alerts())):
                await until(lambda: verdict(asking) == "open" and bool(bench.store.alerts.memories()))
                await turn_to(asking, bench, gate, closed=True)
                await until(lambda: [one.kind for one in rung] == [AlertKind.BLOCKED])


async def test_muting_in_one_pane_mutes_all_and_what_still_holds_is_said_at_the_end(bench: Bench) -> None:
    gate = Gate()
    async with answering_server(gate) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        with neighbour(bench) as beside:
            live, other = pane_on(bench), session_on(beside)
            async with running(live):
                await until(lambda: verdict(live) == "open" and bool(bench.store.alerts.memories()))
                other.mute(True)
                assert live.board(bench.clock.now()).muted
                await turn_to(live, bench, gate, closed=True)
                await asyncio.sleep(0.05)
                assert live.alerts() == []
                other.mute(False)
                await until(lambda: len(live.alerts()) == 1)


# Rounds, without a provider


def board(at: int, *verdicts: Verdict) -> Board:
    views = tuple(
        CredentialView(
            Credential(f"c{number}", "anthropic", Kind.API_KEY, "keyring"),
            lanes=(LaneView(Lane(f"c{number}", "anthropic", SMALL), Judgement(verdict, "rule")),),
        )
        for number, verdict in enumerate(verdicts)
    )
    return Board(START + at * SECOND, views)


def test_a_hundred_lanes_that_close_are_one_alert_and_stragglers_are_another(bench: Bench) -> None:
    rounds, store = Rounds(AlertSettings()), bench.store
    assert rounds.go(store, board(0, *[Verdict.OPEN] * 100), 0) == []
    closed = [Verdict.GATED] * 60 + [Verdict.OPEN] * 40
    assert [one.title for one in rounds.go(store, board(10, *closed), 10)] == ["60 lanes are blocked now"]
    for second in range(11, 70):  # the others follow one by one
        closed[60 + (second - 11) % 40] = Verdict.GATED
        assert rounds.go(store, board(second, *closed), second) == []
    late = 10 + REST // SECOND
    assert [one.title for one in rounds.go(store, board(late, *closed), late)] == ["40 lanes are blocked now"]


def test_in_quiet_hours_nothing_is_said_until_their_end(bench: Bench) -> None:
    hours = QuietHours(time(4), time(5))  # it is 04:12
    rounds, store = Rounds(AlertSettings(quiet_hours=hours)), bench.store
    rounds.go(store, board(0, Verdict.OPEN, Verdict.OPEN), 0)
    assert rounds.go(store, board(60, Verdict.GATED, Verdict.GATED), 60) == []
    assert rounds.go(store, board(120, Verdict.GATED, Verdict.OPEN), 120) == []
    (alert,) = rounds.go(store, board(50 * 60, Verdict.GATED, Verdict.OPEN), 3000)
    assert alert.title.startswith("c0 gated")


def test_two_who_decide_at_once_say_it_once(bench: Bench) -> None:
    with neighbour(bench) as beside:
        one, other = Rounds(AlertSettings()), Rounds(AlertSettings())
        for rounds, store in ((one, bench.store), (other, beside.store)):
            rounds.go(store, board(0, Verdict.OPEN), 0)
        said = one.go(bench.store, board(1, Verdict.GATED), 1) + other.go(
            beside.store, board(1, Verdict.GATED), 1
        )
    assert [alert.kind for alert in said] == [AlertKind.BLOCKED]


def test_a_round_is_due_for_news_but_not_at_every_one(monkeypatch: pytest.MonkeyPatch, bench: Bench) -> None:
    monkeypatch.setattr("quotaboard.poll.alerts.rounds.GATHER", GATHER)
    rounds, version = Rounds(AlertSettings()), bench.store.version()
    assert rounds.is_due(version, 0)
    rounds.go(bench.store, board(0, Verdict.OPEN), 0)
    version = bench.store.version()
    assert not rounds.is_due(version, TICK - 1)
    assert rounds.is_due(version, TICK)
    assert not rounds.is_due(version + 1, GATHER - 1)
    assert rounds.is_due(version + 1, GATHER)
