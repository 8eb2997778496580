import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from quotaboard.poll.live import LEASE, LEASE_SPAN, Live
from quotaboard.poll.once import refresh
from quotaboard.store.opening import open_memory, open_store
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, LARGE, SMALL, START, Asked, Reply, answering_server, served, until


async def refreshed(bench: Bench, lanes: list[str] | None = None, store: Store | None = None) -> bool:
    return await refresh(
        store or bench.store, bench.config, bench.place, bench.clock.now, lanes, others_wait=0.5
    )


async def test_only_the_credential_of_the_named_lane_is_asked(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("one", server.base_url, models=(SMALL,))
        bench.add("two", server.base_url, models=(SMALL,))

        await refreshed(bench, [f"two/{SMALL}/tools/direct"])

        assert {"two" in asked.token for asked in server.asked} == {True}


async def test_a_second_refresh_asks_what_the_first_one_asked_and_no_more(bench: Bench) -> None:
    async with answering_server(lambda asked: GATE if asked.has_tools else served(w5h=0.1)) as server:
        bench.add("max", server.base_url)
        await refreshed(bench)
        first = len(server.asked)
        bench.clock.advance(timedelta(seconds=30))

        await refreshed(bench)

        assert len(server.asked) == 2 * first == 8


async def test_one_that_comes_too_soon_asks_nothing(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url)
        await refreshed(bench)
        first = len(server.asked)
        bench.clock.advance(timedelta(seconds=3))

        assert await refreshed(bench)

        assert len(server.asked) == first


async def test_while_a_board_asks_its_answer_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotaboard.poll.live.LISTEN_EVERY", 0.03)
    gated = list[bool]()

    def answer(asked: Asked) -> Reply:
        return GATE if gated and asked.has_tools else served(w5h=0.1)

    async with answering_server(answer) as server:
        bench.add("max", server.base_url, models=(SMALL, LARGE))
        live = Live(bench.store, bench.config, bench.place, bench.clock.now)
        board = asyncio.create_task(live.run(lambda: None))
        await until(lambda: set(bench.verdicts().values()) == {"open"} and not live.busy)
        gated.append(True)
        bench.clock.advance(timedelta(seconds=10))
        with open_store(bench.folder, now=START) as store:
            assert await refreshed(bench, store=store)
            assert replace(bench, store=store).verdicts()[f"max/{LARGE}/tools/direct"] == "gated"
        board.cancel()
        await asyncio.gather(board, return_exceptions=True)


async def test_it_gives_up_on_a_holder_that_does_not_ask(bench: Bench) -> None:
    bench.add("max", "https://relay.example")
    await refreshed(bench, lanes=[])
    with open_store(bench.folder, now=START) as other:
        assert other.leases.acquire(LEASE, LEASE_SPAN, now=START)

        assert not await refreshed(bench)


async def test_it_asks_itself_once_the_holder_is_gone(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url)
        with open_store(bench.folder, now=START) as other:
            assert other.leases.acquire(LEASE, LEASE_SPAN, now=START)
            asyncio.get_running_loop().call_later(0.1, other.leases.release, LEASE)

            assert await refreshed(bench)

        assert set(bench.verdicts().values()) == {"open"}


async def test_the_lease_is_given_back(bench: Bench) -> None:
    bench.add("max", "http://127.0.0.1:9")

    await refreshed(bench)

    assert bench.store.leases.held(LEASE, LEASE_SPAN, now=START) is None


async def test_a_store_that_fails_is_told_as_such(bench: Bench) -> None:
    def answer(_: Asked) -> Reply:
        bench.store._database._connection.execute("PRAGMA query_only = ON")
        return served(w5h=0.1)

    async with answering_server(answer) as server:
        bench.add("max", server.base_url)

        with pytest.raises(StoreTrouble, match="cannot be written"):
            await refreshed(bench)


async def test_what_several_looks_brought_when_the_store_failed_is_learnt_in_the_spare_one(
    bench: Bench,
) -> None:
    def answer(_: Asked) -> Reply:
        bench.store._database._connection.execute("PRAGMA query_only = ON")
        return served(w5h=0.1)

    async with answering_server(answer) as server:
        for name in ("one", "two", "three"):
            bench.add(name, server.base_url, models=(SMALL,), shapes=("tools",))
        with open_memory(copied_from=bench.place.state_dir) as spare:
            await refresh(bench.store, bench.config, bench.place, bench.clock.now, spare=lambda _: spare)

            standings = spare.verdicts.all()

    assert {lane: one.judgement.verdict.value for lane, one in standings.items()} == {
        f"{name}/{SMALL}/tools/direct": "open" for name in ("one", "two", "three")
    }
    assert len(server.asked) == 3
