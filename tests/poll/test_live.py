"""Sessions as a board has them: one asks, the others follow, and no trouble of store or peer ends them."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.domain.board import Board
from quotaboard.domain.lane import TOOLS, Lane
from quotaboard.poll import looking
from quotaboard.poll.live import LEASE, LEASE_SPAN, Live
from quotaboard.poll.session import Session
from quotaboard.simulator import SimulatedProvider
from quotaboard.store.opening import open_store
from quotaboard.store.store import Store
from quotaboard.store.trouble import TroubleKind, trouble
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, SMALL, START, Asked, Reply, answering_server, raw_server, served, until

ROOT = Path(__file__).resolve().parents[2]
LANE = f"max/{SMALL}/{TOOLS}/direct"
Simulated = Callable[..., SimulatedProvider]


@pytest.fixture(autouse=True)
def hears_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second between two looks at the store would be most of a test's time."""
    monkeypatch.setattr("quotaboard.poll.live.LISTEN_EVERY", 0.03)
    monkeypatch.setattr("quotaboard.poll.live.PATIENCE_WITH_A_LOCK", 100)


def session_on(bench: Bench) -> Live:
    return Live(bench.store, bench.config, bench.place, bench.clock.now)


@asynccontextmanager
async def running(
    live: Session, changed: Callable[[], None] = lambda: None
) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(live.run(changed))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextmanager
def neighbour(bench: Bench) -> Iterator[Bench]:
    """Another process at the same store, as far as the store can tell."""
    with open_store(bench.folder, now=bench.clock.now()) as store:
        yield replace(bench, store=store)


def shown(live: Live) -> Board:
    return live.board(live._clock())


def verdict(live: Live, lane: str = LANE) -> str | None:
    lanes = {view.lane.id: view.judgement.verdict.value for view in shown(live).lanes}
    return lanes.get(lane)


async def test_a_session_asks_and_says_what_changed(bench: Bench) -> None:
    async with answering_server(lambda asked: GATE if asked.has_tools else served(w5h=0.03)) as server:
        bench.add("max", server.base_url)
        live, told = session_on(bench), list[str | None]()
        async with running(live, lambda: told.append(verdict(live))):
            await until(lambda: verdict(live) == "gated" and not live.busy)

    assert told[-1] == "gated"
    assert not shown(live).watched_elsewhere


async def test_one_session_asks_and_the_other_shows_the_same(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        with neighbour(bench) as other:
            leader, follower = session_on(bench), session_on(other)
            async with running(leader):
                await until(lambda: verdict(leader) == "open")
                async with running(follower):
                    await until(lambda: shown(follower).watched_elsewhere)
                    assert shown(follower).lanes == shown(leader).lanes
                    assert shown(follower).credentials == shown(leader).credentials
                    assert not shown(leader).watched_elsewhere
        assert len(server.asked) == 1


async def test_what_a_follower_wishes_the_leader_does(bench: Bench) -> None:
    gated = list[bool]()
    async with answering_server(lambda _: GATE if gated else served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        with neighbour(bench) as other:
            leader, follower = session_on(bench), session_on(other)
            told = list[str | None]()
            async with running(leader), running(follower, lambda: told.append(verdict(follower))):
                await until(lambda: verdict(leader) == "open" and verdict(follower) == "open")
                gated.append(True)
                bench.clock.advance(timedelta(seconds=10))
                follower.refresh([LANE])
                await until(lambda: told[-1:] == ["gated"])
        assert len(server.asked) == 2


async def test_a_leader_that_pauses_hands_over(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        with neighbour(bench) as other:
            first, second = session_on(bench), session_on(other)
            async with running(first):
                await until(lambda: verdict(first) == "open")
                async with running(second):
                    await until(lambda: shown(second).watched_elsewhere)
                    first.pause(True)
                    await until(lambda: not shown(second).watched_elsewhere)
                    bench.clock.advance(timedelta(minutes=30))
                    await until(lambda: len(server.asked) == 2)
                    await until(lambda: shown(first).watched_elsewhere)


async def test_a_pause_stops_asking_and_ends(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        live = session_on(bench)
        async with running(live):
            await until(lambda: verdict(live) == "open")
            live.pause(True)
            await until(lambda: bench.store.leases.held(LEASE, LEASE_SPAN, now=START) is None)
            assert live.paused
            assert shown(live).next_look_at is None
            assert all(lane.next_look_at is None for lane in shown(live).lanes)
            bench.clock.advance(timedelta(hours=1))
            live.refresh()
            await asyncio.sleep(0.05)
            assert len(server.asked) == 1
            live.pause(False)
            await until(lambda: len(server.asked) == 2)
            assert shown(live).next_look_at is not None


HOLDER = f"""
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from quotaboard.poll.live import LEASE, LEASE_SPAN
from quotaboard.store.opening import open_store
now = datetime.fromisoformat("{START.isoformat()}")
store = open_store(Path(sys.argv[1]), now=now)
print(store.leases.acquire(LEASE, LEASE_SPAN, now=now), flush=True)
time.sleep(60)
"""


async def test_the_lease_of_a_killed_process_is_taken_over(bench: Bench) -> None:
    command = [sys.executable, "-c", HOLDER, str(bench.folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: ASYNC220 - it is started and killed
        command, env=environment, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "True"
        async with answering_server(lambda _: served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,))
            live = session_on(bench)
            async with running(live):
                await until(lambda: shown(live).watched_elsewhere)
                assert server.asked == []
                holder.send_signal(signal.SIGKILL)
                holder.wait()
                await until(lambda: verdict(live) == "open")


async def test_a_session_that_ends_leaves_nothing_behind(bench: Bench) -> None:
    reached, around = asyncio.Event(), asyncio.all_tasks()

    async def hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        reached.set()
        await asyncio.sleep(30)

    async with raw_server(hang) as server:
        bench.add("max", server.base_url)
        live = session_on(bench)
        async with running(live) as task:
            await reached.wait()
            was_busy = live.busy
            before = asyncio.get_running_loop().time()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert asyncio.get_running_loop().time() - before < 1

    assert (was_busy, live.busy) == (True, False)
    assert bench.store.leases.held(LEASE, LEASE_SPAN, now=START) is None
    assert bench.store.leases.acquire(LEASE, LEASE_SPAN, now=START)
    assert asyncio.all_tasks() <= around


async def test_consent_given_in_the_session_starts_the_asking(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), probe=False)
        live = session_on(bench)
        async with running(live):
            await until(lambda: bool(shown(live).credentials))
            assert server.asked == []
            assert shown(live).lanes[0].next_look_at is None
            live.consent("max", True)
            await until(lambda: verdict(live) == "open")
            asked = len(server.asked)
            live.consent("max", False)
            bench.clock.advance(timedelta(hours=1))
            live.refresh()
            await asyncio.sleep(0.05)
            assert len(server.asked) == asked
            assert shown(live).lanes[0].next_look_at is None


class TestTroubleWithTheStore:
    async def test_a_disk_that_cannot_be_written_does_not_end_the_session_and_is_said(
        self, bench: Bench
    ) -> None:
        gated = list[bool]()
        async with answering_server(lambda _: GATE if gated else served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            live = session_on(bench)
            async with running(live) as task:
                await until(lambda: verdict(live) == "open")
                forbid_writing(bench.store)
                gated.append(True)
                bench.clock.advance(timedelta(minutes=20))
                await until(lambda: "written" in (shown(live).trouble or ""))
                await until(lambda: verdict(live) == "gated")
                assert "remembers" in (shown(live).trouble or "")
                assert not task.done()
                bench.clock.advance(timedelta(minutes=20))
                await until(lambda: len(server.asked) == 3)
            assert len(server.asked) == 3

    async def test_what_was_asked_when_the_store_failed_is_not_asked_again(self, bench: Bench) -> None:
        def answer(asked: Asked) -> Reply:
            forbid_writing(bench.store)
            return GATE

        async with answering_server(answer) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            live = session_on(bench)
            async with running(live):
                await until(lambda: verdict(live) == "gated")
                assert shown(live).tokens_today == 0
            assert len(server.asked) == 1

    async def test_a_store_that_is_locked_for_a_moment_is_waited_for(self, bench: Bench) -> None:
        gated = list[bool]()
        async with answering_server(lambda _: GATE if gated else served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            live = session_on(bench)
            async with running(live):
                await until(lambda: verdict(live) == "open")
                connection_of(bench.store).execute("PRAGMA busy_timeout = 5")
                with locked(bench.folder):
                    gated.append(True)
                    bench.clock.advance(timedelta(minutes=20))
                    await until(lambda: "holds" in (shown(live).trouble or ""))
                await until(lambda: verdict(live) == "gated" and shown(live).trouble is None)
        assert bench.verdicts()[LANE] == "gated"

    async def test_a_store_that_fails_while_the_session_begins_delays_it_and_no_more(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        remember, failures = bench.store.lanes.remember, [trouble(TroubleKind.LOCKED, "store.db")]

        def fail_once(lanes: Sequence[Lane]) -> None:
            if failures:
                raise failures.pop()
            remember(lanes)

        monkeypatch.setattr(bench.store.lanes, "remember", fail_once)
        async with answering_server(lambda _: served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            live = session_on(bench)
            async with running(live):
                await until(lambda: verdict(live) == "open")
                await until(lambda: shown(live).trouble is None)

    async def test_a_store_that_stays_locked_is_done_without(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("quotaboard.poll.live.PATIENCE_WITH_A_LOCK", 0)
        async with answering_server(lambda _: served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            connection_of(bench.store).execute("PRAGMA busy_timeout = 5")
            live = session_on(bench)
            with locked(bench.folder):
                async with running(live):
                    await until(lambda: verdict(live) == "open")
                    assert "remembers" in (shown(live).trouble or "")

    async def test_a_store_that_cannot_be_read_leaves_what_was_shown(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with answering_server(lambda _: served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            live = session_on(bench)
            async with running(live):
                await until(lambda: verdict(live) == "open")

        def unreadable() -> None:
            raise trouble(TroubleKind.CORRUPT, "store.db")

        monkeypatch.setattr(bench.store.verdicts, "all", unreadable)
        board = shown(live)

        assert [lane.judgement.verdict for lane in board.lanes] == ["open"]
        assert "damaged" in (board.trouble or "")

    async def test_a_wish_that_cannot_be_stored_is_said_and_no_more(self, bench: Bench) -> None:
        async with answering_server(lambda _: served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            live = session_on(bench)
            async with running(live):
                await until(lambda: verdict(live) == "open")
            forbid_writing(bench.store)
            live.refresh()
            live.consent("max", True)
            assert shown(live).trouble is not None


async def test_a_bug_ends_the_session_loudly_and_lets_another_ask(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(looking, "_cost", broken)
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        live = session_on(bench)
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(live.run(lambda: None), 30)

    assert bench.store.leases.held(LEASE, LEASE_SPAN, now=START) is None
    assert verdict(live) is not None


def forbid_writing(store: Store) -> None:
    """Every write fails from now on, as on a disk that was mounted read-only after an error."""
    connection_of(store).execute("PRAGMA query_only = ON")


def connection_of(store: Store) -> sqlite3.Connection:
    return store._database._connection


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    connection = sqlite3.connect(folder / "store.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()
