"""An agent that is refused, or fails: who asks in its place when it is silent, and how it is believed."""

from datetime import datetime, timedelta

from quotaboard.poll.desk import Desk
from tests.poll.conftest import Bench
from tests.poll.servers import BARE_429, LARGE, SMALL, Asked, Reply, answering_server, served
from tests.poll.test_listening import FAILED, SERVED, Stage, hermes

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def looks(stage: Stage) -> int:
    return len([one for one in stage.server.asked if one.has_tools])


async def open_after(stage: Stage, desk: Desk, since: datetime) -> timedelta:
    """How long after that moment the lane is told to be open."""
    while stage.verdict() != "open":
        await stage.turn(desk, 5 * SECOND)
    return stage.bench.clock.now() - since


async def test_while_a_refused_agent_is_silent_its_lane_is_asked_soon_but_not_hammered(bench: Bench) -> None:
    gated = [True]
    async with hermes(bench, gated=gated) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log(FAILED)
        await stage.turn(desk, SECOND)
        before = looks(stage)
        await bench.live_through(desk, 4 * MINUTE)
        assert looks(stage) - before == 2
        gated[0] = False
        assert await open_after(stage, desk, bench.clock.now()) <= 4 * MINUTE


async def test_an_agent_that_tries_on_by_itself_needs_nobody_in_its_place(bench: Bench) -> None:
    async with hermes(bench, gated=[True]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        before = looks(stage)
        for _ in range(28):
            stage.log(FAILED)
            await stage.turn(desk, SECOND)
            await stage.turn(desk, 29 * SECOND)
        assert looks(stage) == before


async def test_after_a_while_of_silence_the_lane_is_asked_as_rarely_as_if_nobody_waited(bench: Bench) -> None:
    async with hermes(bench, gated=[True]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log(FAILED)
        await stage.turn(desk, SECOND)
        await bench.live_through(desk, 20 * MINUTE)
        before = looks(stage)
        assert before <= 8
        await bench.live_through(desk, 2 * HOUR)
        assert looks(stage) - before <= 3


async def test_an_agent_that_comes_back_after_a_while_is_waited_for_anew(bench: Bench) -> None:
    gated = [True]
    async with hermes(bench, gated=gated) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log(FAILED)
        await stage.turn(desk, SECOND)
        await bench.live_through(desk, 3 * HOUR)
        stage.log(FAILED)
        await stage.turn(desk, SECOND)
        gated[0] = False
        assert await open_after(stage, desk, bench.clock.now()) <= 60 * SECOND


async def test_one_failure_right_after_a_served_request_is_looked_at(bench: Bench) -> None:
    """It is the last that the agent says, so nothing else would tell."""
    gated = [False]
    async with hermes(bench, gated=gated) as stage, bench.desk() as desk:
        await stage.turn(desk)
        await stage.turn(desk, MINUTE)
        stage.log(SERVED)
        await stage.turn(desk, SECOND)
        gated[0] = True
        stage.log(FAILED)
        await stage.turn(desk, 10 * SECOND)
        assert stage.verdict() == "gated"


async def test_a_failure_right_after_a_look_is_looked_at_a_little_later(bench: Bench) -> None:
    gated = [False]
    async with hermes(bench, gated=gated) as stage, bench.desk() as desk:
        await stage.turn(desk)
        gated[0] = True
        stage.log(FAILED)
        await stage.turn(desk, 5 * SECOND)
        assert stage.verdict() == "open"
        await stage.turn(desk, 16 * SECOND)
        assert stage.verdict() == "gated"


async def test_failures_that_no_look_ever_finds_cost_less_and_less(bench: Bench) -> None:
    async with hermes(bench, gated=[False]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        before = looks(stage)
        for _ in range(40):
            stage.log(FAILED)
            await stage.turn(desk, 15 * SECOND)
            stage.log(SERVED)
            await stage.turn(desk, 45 * SECOND)
        assert looks(stage) - before <= 3


async def test_that_an_agent_cannot_connect_is_evidence_where_we_may_not_ask(bench: Bench) -> None:
    async with hermes(bench, gated=[False], probe=False) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log(SERVED)
        await stage.turn(desk, SECOND)
        assert stage.verdict() == "open"
        stage.log(FAILED.partition(" summary=")[0] + " summary=Connection error.")
        await stage.turn(desk, 30 * SECOND)
        assert stage.verdict() == "unavailable"
        stage.log(FAILED.partition(" summary=")[0] + " summary=Something else.")
        stage.log(SERVED)
        await stage.turn(desk, 30 * SECOND)
        assert stage.verdict() == "open"


async def test_a_failure_that_is_repeated_is_believed_whatever_was_before(bench: Bench) -> None:
    gated = [False]
    async with hermes(bench, gated=gated) as stage, bench.desk() as desk:
        await stage.turn(desk)
        for _ in range(10):
            stage.log(FAILED)
            await stage.turn(desk, 15 * SECOND)
            stage.log(SERVED)
            await stage.turn(desk, 45 * SECOND)
        gated[0] = True
        for _ in range(2):
            stage.log(FAILED)
            await stage.turn(desk, 20 * SECOND)
        assert stage.verdict() == "gated"


async def test_a_bare_429_of_a_light_request_is_told_from_a_burst_by_a_smaller_model(bench: Bench) -> None:
    gated = [False]

    def answer(asked: Asked) -> Reply:
        return BARE_429 if gated[0] and asked.model == LARGE else served(w5h=0.2, w7d=0.1)

    async with answering_server(answer) as server:
        bench.add("max", server.base_url, models=(SMALL, LARGE))
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
            bench.clock.set_to(bench.clock.now() + 20 * MINUTE)
            gated[0] = True
            await desk.ask([f"max/{LARGE}/tools/direct"])
            await desk.finish_due()
            assert bench.verdicts()[f"max/{LARGE}/tools/direct"] == "gated"
