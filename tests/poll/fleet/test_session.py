"""A session over a fleet, with a server that tells of it as a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from quotaboard.domain.board import Board
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.fleet import session
from quotaboard.poll.fleet.machines import MISSED
from quotaboard.poll.fleet.session import WAITING, FleetSession
from quotaboard.poll.place import Place
from tests.poll.fleet.exporting import answer_for, over_time
from tests.poll.servers import Asked, Reply, answering_server, until
from tests.serve.conftest import NOW, SONNET, a_board

HOUR = timedelta(hours=1)


@dataclass
class Told:
    """What the server says."""

    boards: dict[str, Board] = field(default_factory=lambda: {"alpha": a_board()})
    silent: tuple[str, ...] = ()
    status: int = 200

    def answer(self, asked: Asked) -> Reply:
        path = urlsplit(asked.path)
        query = parse_qs(path.query)["query"][0]
        if self.status != 200:
            return Reply(self.status, "")
        if path.path.endswith("query_range"):
            return Reply(body={"data": {"result": over_time(query)}})
        if query == MISSED:
            rows = [{"metric": {"host": host}, "value": [0, "1"]} for host in self.silent]
            return Reply(body={"data": {"result": rows}})
        return answer_for(asked, self.boards)


@asynccontextmanager
async def live(told: Told, tmp_path: Path) -> AsyncIterator[tuple[FleetSession, asyncio.Event]]:
    changed = asyncio.Event()
    async with answering_server(told.answer) as server:
        fleet = FleetSession(server.base_url, Place({}, tmp_path, tmp_path), lambda: NOW)
        running = asyncio.create_task(fleet.run(changed.set))
        try:
            yield fleet, changed
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(autouse=True)
def asks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "EVERY", 0.02)


def names(fleet: FleetSession, now: datetime = NOW) -> list[str]:
    return [view.credential.name for view in fleet.board(now).credentials]


async def test_the_board_follows_what_prometheus_knows(tmp_path: Path) -> None:
    told = Told()
    async with live(told, tmp_path) as (fleet, _):
        assert fleet.board(NOW).afar
        assert names(fleet) == []
        await until(lambda: names(fleet) == ["max@alpha", "router@alpha"])
        told.boards["beta"] = a_board()
        await until(lambda: "max@beta" in names(fleet))


async def test_a_server_that_fails_leaves_what_was_shown_and_says_why(tmp_path: Path) -> None:
    told = Told()
    async with live(told, tmp_path) as (fleet, _):
        await until(lambda: names(fleet) != [])
        told.status = 503
        await until(lambda: fleet.board(NOW).trouble is not None)
        assert "refuses with status 503" in (fleet.board(NOW).trouble or "")
        assert names(fleet) == ["max@alpha", "router@alpha"]
        told.status = 200
        await until(lambda: fleet.board(NOW).trouble is None)


async def test_a_machine_that_fell_silent_is_named(tmp_path: Path) -> None:
    async with live(Told(silent=("alpha", "delta", "gamma")), tmp_path) as (fleet, _):
        await until(lambda: fleet.board(NOW).trouble is not None)
        assert (fleet.board(NOW).trouble or "").startswith("Nothing is heard of delta and gamma any more")


async def test_a_server_that_scrapes_nobody_is_no_empty_screen(tmp_path: Path) -> None:
    async with live(Told(boards={}), tmp_path) as (fleet, _):
        await until(lambda: fleet.board(NOW).trouble is not None)
        assert "scrapes no `quotaboard serve` yet" in (fleet.board(NOW).trouble or "")


async def test_the_past_comes_a_little_later_and_is_of_that_machine_alone(tmp_path: Path) -> None:
    async with live(Told(), tmp_path) as (fleet, _):
        await until(lambda: names(fleet) != [])
        assert fleet.history("max@alpha", NOW - HOUR, NOW).trouble == WAITING
        await until(lambda: bool(fleet.history("max@alpha", NOW - HOUR, NOW).trails))
        past = fleet.history("max@alpha", NOW - HOUR, NOW)
    [trail] = past.trails
    assert (trail.window, [use.share for use in trail.uses]) == ("5h", [0.25, 0.5])
    assert trail.uses[0].resets_at is not None
    assert [(turn.before, turn.after) for turn in past.turns] == [
        (Verdict.OPEN, Verdict.GATED),
        (None, Verdict.OPEN),
    ]
    assert past.turns[0].lane == f"max@alpha/{SONNET}/tools/direct"


async def test_sparks_come_a_little_later_too(tmp_path: Path) -> None:
    async with live(Told(), tmp_path) as (fleet, _):
        await until(lambda: names(fleet) != [])
        assert fleet.sparks("max@alpha", NOW, 24) == {}
        await until(lambda: bool(fleet.sparks("max@alpha", NOW, 24)))
        assert max(one or 0 for one in fleet.sparks("max@alpha", NOW, 24)["5h", None]) == 0.5


async def test_nothing_is_done_from_afar(tmp_path: Path) -> None:
    fleet = FleetSession("http://127.0.0.1:1", Place({}, tmp_path, tmp_path), lambda: NOW)
    fleet.refresh()
    fleet.pause(True)
    fleet.consent("max@alpha", True)
    fleet.mute(True)
    fleet.reread()
    assert (fleet.paused, fleet.busy, fleet.alerts(), fleet.take_alerts()) == (False, False, (), ())
