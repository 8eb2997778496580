"""An agent at work that says nothing more: its last request may have filled a window."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from quotaboard.poll.desk import Desk
from tests.fleet_home import MODEL, lay_hermes
from tests.poll.conftest import Bench
from tests.poll.servers import START, Asked, Reply, answering_server, limits, refused, served
from tests.poll.test_listening import SERVED, Stage
from tests.poll.test_listening_to_openclaw import lay_openclaw, note

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BUDGET = 4_000
"""It pays for a look every three hours or so: whatever is seen sooner is not seen by the clock."""

SPENT = Reply(429, refused(429, "rate_limit_error", "Error").body, limits("rejected", w5h=1.0))


def account(used: list[float]) -> Callable[[Asked], Reply]:
    """One whose window is used so far, and full at 1."""

    def answer(asked: Asked) -> Reply:
        reply = served(w5h=used[0])
        reply.body["usage"]["input_tokens"] = 430 if asked.has_tools else 9
        return SPENT if used[0] >= 1 else reply

    return answer


@asynccontextmanager
async def hermes(bench: Bench, used: list[float], *, budget: int = BUDGET) -> AsyncIterator[Stage]:
    async with answering_server(account(used)) as server:
        entry = bench.add("max", server.base_url, models=(MODEL,), daily_token_budget=budget)
        token = bench.environment[entry.source.removeprefix("env:")]
        yield Stage(bench, server, lay_hermes(bench.place.home, server.base_url, {"max": token}, "max"))


async def work(stage: Stage, desk: Desk, span: timedelta) -> None:
    """The agent is served every twenty seconds."""
    end = stage.bench.clock.now() + span
    while stage.bench.clock.now() < end:
        stage.log(SERVED)
        await stage.turn(desk, 20 * SECOND)


async def test_a_window_that_the_last_request_filled_is_seen_within_a_minute(bench: Bench) -> None:
    used = [0.9]
    async with hermes(bench, used) as stage, bench.desk() as desk:
        await stage.turn(desk)
        looks = len(stage.server.asked)
        await work(stage, desk, 20 * MINUTE)
        assert len(stage.server.asked) == looks, "while it works, it tells enough"
        used[0] = 1
        await bench.live_through(desk, 40 * SECOND)
        assert stage.verdict() == "spent"


async def test_where_no_window_can_be_full_nobody_asks_after_an_agent_that_fell_silent(bench: Bench) -> None:
    async with hermes(bench, [0.2]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        looks = len(stage.server.asked)
        await work(stage, desk, 10 * MINUTE)
        await bench.live_through(desk, 10 * MINUTE)
        assert len(stage.server.asked) == looks


async def test_an_agent_is_asked_after_once_however_long_it_is_silent(bench: Bench) -> None:
    async with hermes(bench, [0.9]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        await work(stage, desk, 20 * MINUTE)
        looks = len(stage.server.asked)
        await bench.live_through(desk, HOUR)
        assert len(stage.server.asked) == looks + 1


async def test_the_last_use_that_openclaw_notes_counts_as_well(bench: Bench) -> None:
    used = [0.9]
    async with answering_server(account(used)) as server:
        entry = bench.add("max", server.base_url, models=(MODEL,), daily_token_budget=BUDGET)
        state = lay_openclaw(bench, server.base_url, entry.source.removeprefix("env:"))
        async with bench.desk() as desk:
            note(state, START, {})
            await bench.live_through(desk, 20 * MINUTE)
            looks = len(server.asked)
            used[0] = 1
            note(state, bench.clock.now(), {})
            await bench.live_through(desk, 62 * SECOND)
            assert len(server.asked) > looks
            assert bench.lane(f"max/{MODEL}/tools/direct").judgement.verdict == "spent"
