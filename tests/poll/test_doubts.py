"""A failure that nobody looks at with tools yet, or any more: a light request tells most of what there is."""

from datetime import timedelta

from tests.fleet_home import MODEL
from tests.poll.conftest import Bench
from tests.poll.test_listening import FAILED, SERVED
from tests.poll.test_silence import hermes

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OVERLOADED = FAILED.partition(" summary=")[0] + " summary=HTTP 529: Overloaded"


async def test_what_a_doubted_failure_may_be_is_asked_lightly_at_once(bench: Bench) -> None:
    used = [0.5]
    async with hermes(bench, used, budget=20_000) as stage, bench.desk() as desk:
        await stage.turn(desk)
        for _ in range(10):
            stage.log(OVERLOADED)
            await stage.turn(desk, 15 * SECOND)
            stage.log(SERVED)
            await stage.turn(desk, 75 * SECOND)
        light = [one for one in stage.server.asked if not one.has_tools]
        assert 3 <= len(light) <= 10
        used[0] = 1
        stage.log(OVERLOADED)
        await stage.turn(desk, SECOND)
        assert stage.verdict() == "spent"


async def test_where_the_budget_pays_for_no_look_with_tools_a_light_one_is_taken(bench: Bench) -> None:
    used = [0.5]
    async with hermes(bench, used, budget=1_000) as stage, bench.desk() as desk:
        await stage.turn(desk)
        for model in (MODEL, MODEL):
            await desk.ask([f"max/{model}/tools/direct"])
        asked = len(stage.server.asked)
        used[0] = 1
        await stage.turn(desk, MINUTE)
        stage.log(OVERLOADED)
        await stage.turn(desk, SECOND)
        assert [one.has_tools for one in stage.server.asked[asked:]] == [False]
        assert stage.verdict() == "spent"
