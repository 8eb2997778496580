"""What it costs when nothing happens, and one answer among many credentials: counted, not timed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from quotaboard.domain.diagnosis import diagnose
from quotaboard.poll import agenda, casebook
from quotaboard.poll.live import wish
from quotaboard.poll.plan import next_look
from tests.poll.conftest import Bench
from tests.poll.servers import SMALL, answering_server, served


class Count:
    """How often something is called."""

    def __init__(self, wrapped: Callable[..., object]) -> None:
        self.wrapped = wrapped
        self.calls = 0

    def __call__(self, *args: object) -> object:
        self.calls += 1
        return self.wrapped(*args)


def statements_of(bench: Bench) -> list[str]:
    statements: list[str] = []
    bench.store._database._connection.set_trace_callback(statements.append)
    return statements


async def test_an_idle_turn_judges_and_plans_nothing_and_hardly_touches_the_store(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging, planning = Count(diagnose), Count(next_look)
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        for name in ("one", "two", "three", "four"):
            bench.add(name, server.base_url)
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
            desk.rest()
            monkeypatch.setattr(casebook, "diagnose", judging)
            monkeypatch.setattr(agenda, "next_look", planning)
            statements = statements_of(bench)
            for _ in range(50):
                bench.clock.advance(timedelta(seconds=1))
                await desk.keep_up()
                desk.start_due(lambda: None)
                desk.rest()

    assert (judging.calls, planning.calls) == (0, 0)
    assert len(statements) <= 50
    assert {statement.split()[0] for statement in statements} == {"PRAGMA"}


async def test_reading_the_logins_again_writes_nothing_when_nothing_changed(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url)
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
            version = bench.store.version()
            for _ in range(3):
                await desk.reread()

    assert bench.store.version() == version


async def test_one_answer_costs_the_same_among_many_credentials(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging = Count(diagnose)
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        for index in range(20):
            bench.add(f"c{index}", server.base_url, models=(SMALL,))
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
            monkeypatch.setattr(casebook, "diagnose", judging)
            bench.clock.advance(timedelta(seconds=30))
            desk.wish(wish(bench.store, [f"c7/{SMALL}/tools/direct"], bench.clock.now()))
            statements = statements_of(bench)
            await desk.finish_due()

    assert len(server.asked) == 21
    assert judging.calls <= 2
    assert len(statements) < 60


async def test_no_more_requests_are_under_way_than_there_are_connections(bench: Bench) -> None:
    """The client would let the others wait too, but with their time running out."""
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        for index in range(8):
            bench.add(f"c{index}", server.base_url, models=(SMALL,), shapes=("tools",))
        async with bench.desk() as desk:
            await desk.take_over()
            room = desk._looker.room
            for _ in range(room._value):
                await room.acquire()
            desk.start_due(lambda: None)
            await bench.breathe()
            assert server.asked == []
            room.release()
            while desk.busy:
                await bench.breathe()

    assert len(server.asked) == 8
