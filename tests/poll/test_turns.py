"""Two lanes of one login that nobody uses: they are looked at in turn, and one casts doubt on the other."""

from datetime import timedelta
from itertools import pairwise

from quotaboard.domain.lane import TOOLS
from tests.poll.conftest import Bench, Times
from tests.poll.servers import GATE, LARGE, SMALL, Asked, Reply, answering_server, served

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BUDGET = 20_000
"""With tools, a look at each of two lanes every eighty minutes."""


class Account:
    """It can be told to refuse tools."""

    def __init__(self) -> None:
        self.gated = False

    def __call__(self, asked: Asked) -> Reply:
        if self.gated and asked.has_tools:
            return GATE
        reply = served(asked.model)
        reply.body["usage"]["input_tokens"] = 429 if asked.has_tools else 9
        return reply


def verdicts(bench: Bench) -> set[str]:
    return {bench.lane(f"max/{model}/tools/direct").judgement.verdict.value for model in (SMALL, LARGE)}


async def test_lanes_that_nobody_uses_are_looked_at_in_turn(bench: Bench) -> None:
    times = Times(bench, Account())
    async with answering_server(times) as server:
        bench.add("max", server.base_url, shapes=(TOOLS,), daily_token_budget=BUDGET)
        async with bench.desk() as desk:
            await bench.live_through(desk, 9 * HOUR)
    looks = sorted(at for told in times.at.values() for at in told)
    settled = looks[4:]
    apart = [later - sooner for sooner, later in pairwise(settled)]
    assert len(apart) >= 6
    assert 25 * MINUTE <= min(apart) <= max(apart) <= 55 * MINUTE


async def test_a_gate_on_one_lane_brings_a_look_at_the_other_when_it_comes_and_when_it_goes(
    bench: Bench,
) -> None:
    account = Account()
    async with answering_server(account) as server:
        bench.add("max", server.base_url, shapes=(TOOLS,), daily_token_budget=BUDGET)
        async with bench.desk() as desk:
            await bench.live_through(desk, 6 * HOUR)
            for gated, seen in ((True, "gated"), (False, "open")):
                account.gated = gated
                for _ in range(720):  # two hours, which is longer than any turn
                    if seen in verdicts(bench):
                        break
                    await bench.live_through(desk, timedelta(seconds=10))
                await bench.live_through(desk, MINUTE)
                assert verdicts(bench) == {seen}
                await bench.live_through(desk, 3 * HOUR)
