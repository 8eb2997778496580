"""What Hermes logs while quotaboard watches: a look now, an event, or proof that a lane serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.domain.board import AgentView
from quotaboard.domain.reading import Origin, Overage, Reading, Window
from quotaboard.poll.desk import Desk
from quotaboard.store.opening import open_store
from tests.fleet_home import MODEL, append, lay_hermes, log_line
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, Asked, Loopback, Reply, answering_server, limits, served

LANE = f"max/{MODEL}/tools/direct"
FAILED = (
    "API call failed (attempt 1/3) error_type=BadRequestError thread=T provider=custom base_url={url} "
    f"model={MODEL} summary=HTTP 400: You're out of extra usage. Add more at claude.ai/settings/usage."
)
SERVED = f"API call #1: model={MODEL} provider=custom in=10 out=4 total=14 latency=0.2s"


class Stage:
    """Hermes on one account of a server that can be told to refuse tools."""

    def __init__(self, bench: Bench, server: Loopback, home: Path) -> None:
        self.bench, self.server, self.home = bench, server, home

    @property
    def agent(self) -> AgentView:
        (agent,) = self.bench.board().agents
        return agent

    def log(self, text: str, name: str = "agent.log") -> None:
        at = self.bench.clock.now().strftime("%Y-%m-%d %H:%M:%S,500")
        append(self.home, log_line(at, text.format(url=self.server.base_url)), name)

    async def turn(self, desk: Desk, after: timedelta = timedelta()) -> None:
        self.bench.clock.set_to(self.bench.clock.now() + after)
        await desk.keep_up()
        await desk.finish_due()

    def verdict(self) -> str:
        return self.agent.judgement.verdict.value


@asynccontextmanager
async def hermes(bench: Bench, *, gated: list[bool], probe: bool = True) -> AsyncIterator[Stage]:
    def answer(asked: Asked) -> Reply:
        return GATE if gated[0] and asked.has_tools else served(w5h=0.2, w7d=0.1)

    async with answering_server(answer) as server:
        entry = bench.add("max", server.base_url, models=(MODEL,), probe=probe)
        token = bench.environment[entry.source.removeprefix("env:")]
        home = lay_hermes(bench.place.home, server.base_url, {"max": token}, "max")
        yield Stage(bench, server, home)


async def test_the_lane_that_hermes_uses_is_looked_at_and_shown_with_it(bench: Bench) -> None:
    async with hermes(bench, gated=[True]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        assert (stage.agent.active, stage.verdict()) == ("max", "gated")
        assert stage.agent.lane is not None
        assert stage.agent.lane.id == LANE


async def test_what_an_agent_uses_stays_fresh_however_steadily_it_serves(bench: Bench) -> None:
    async with hermes(bench, gated=[False]) as stage, bench.desk() as desk:
        await bench.live_through(desk, timedelta(minutes=30))
        assert 10 <= len(stage.server.asked) <= 20


async def test_a_failure_in_the_log_brings_a_look_now_and_an_event(bench: Bench) -> None:
    gated = [False]
    async with hermes(bench, gated=gated) as stage, bench.desk() as desk:
        await stage.turn(desk)
        asked = len(stage.server.asked)
        gated[0] = True
        await stage.turn(desk, timedelta(seconds=30))
        assert len(stage.server.asked) == asked
        stage.log(FAILED)
        await stage.turn(desk, timedelta(seconds=1))
        assert len(stage.server.asked) > asked
        assert stage.verdict() == "gated"
        said = stage.agent.said
        assert said is not None
        assert (said.kind, said.lane) == ("failed", LANE)
        assert said.text.startswith("HTTP 400: You're out of extra usage.")
        assert abs(said.at - bench.clock.now()) <= timedelta(seconds=3)


async def test_an_agent_that_fails_on_and_on_does_not_make_us_ask_on_and_on(bench: Bench) -> None:
    async with hermes(bench, gated=[True]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        asked = len(stage.server.asked)
        for _ in range(120):
            stage.log(FAILED)
            await stage.turn(desk, timedelta(seconds=1))
        assert len(stage.server.asked) - asked <= 2
        assert len(bench.store.agents.events()) <= 4


async def test_a_refusal_that_is_known_and_has_its_end_is_not_asked_about_before(bench: Bench) -> None:
    told = limits("rejected", timedelta(hours=2), w5h=1.01)
    body = {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow."}}
    spent = Reply(429, body, told)
    async with answering_server(lambda _: spent) as server:
        entry = bench.add("max", server.base_url, models=(MODEL,))
        token = bench.environment[entry.source.removeprefix("env:")]
        home = lay_hermes(bench.place.home, server.base_url, {"max": token}, "max")
        stage = Stage(bench, server, home)
        async with bench.desk() as desk:
            await stage.turn(desk)
            asked = len(server.asked)
            for _ in range(10):
                stage.log(FAILED.replace("HTTP 400: You're out of extra usage.", "HTTP 429: Slow."))
                await stage.turn(desk, timedelta(minutes=6))
            assert len([one for one in server.asked[asked:] if one.body]) == 0
            lane = bench.lane(LANE).judgement
            assert (lane.verdict, lane.reason) == ("spent", "5h")


async def test_an_agent_that_meets_a_known_gate_for_hours_hastens_its_first_looks_only(
    bench: Bench,
) -> None:
    async with hermes(bench, gated=[True]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        looks = []
        for _ in range(2):
            asked = len([one for one in stage.server.asked if one.has_tools])
            for _ in range(60):
                stage.log(FAILED)
                await stage.turn(desk, timedelta(minutes=2))
            looks.append(len([one for one in stage.server.asked if one.has_tools]) - asked)
        assert looks[0] <= 8
        assert 2 <= looks[1] <= 4


async def test_what_was_logged_before_is_no_news(bench: Bench) -> None:
    async with hermes(bench, gated=[False]) as stage:
        stage.log(FAILED)
        async with bench.desk() as desk:
            await stage.turn(desk)
            await stage.turn(desk, timedelta(seconds=1))
        assert stage.agent.said is None


async def test_a_served_request_of_hermes_proves_its_lane_without_a_probe(bench: Bench) -> None:
    async with hermes(bench, gated=[False], probe=False) as stage, bench.desk() as desk:
        await stage.turn(desk)
        assert stage.verdict() == "unknown"
        stage.log(SERVED)
        await stage.turn(desk, timedelta(seconds=1))
        assert stage.verdict() == "open"
        assert not [one for one in stage.server.asked if one.body]
        look = bench.store.answers.latest(LANE, now=bench.clock.now())
        assert look is not None
        assert (look.origin, look.answer.passive) == (Origin.PASSIVE, True)


async def test_while_hermes_is_served_we_need_not_ask(bench: Bench) -> None:
    async with hermes(bench, gated=[False]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        asked = len([one for one in stage.server.asked if one.has_tools])
        for _ in range(60):
            stage.log(SERVED)
            await stage.turn(desk, timedelta(seconds=20))
        assert len([one for one in stage.server.asked if one.has_tools]) == asked
        assert stage.verdict() == "open"


async def test_a_refusal_of_hermes_is_evidence_where_we_may_not_ask(bench: Bench) -> None:
    async with hermes(bench, gated=[True], probe=False) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log(FAILED)
        await stage.turn(desk, timedelta(seconds=1))
        assert (stage.verdict(), stage.agent.judgement.reason) == ("gated", "out_of_extra_usage")
        assert not [one for one in stage.server.asked if one.body]


async def test_after_hermes_went_on_to_another_key_a_served_request_proves_nothing(bench: Bench) -> None:
    async with hermes(bench, gated=[False], probe=False) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log("credential pool: marking ANTHROPIC_TOKEN exhausted (status=400), rotating")
        stage.log(SERVED)
        await stage.turn(desk, timedelta(seconds=1))
        assert stage.verdict() == "unknown"


async def test_served_requests_prove_nothing_while_the_paid_pool_may_have_paid(bench: Bench) -> None:
    async with hermes(bench, gated=[False], probe=False) as stage:
        pool = Reading(bench.clock.now(), Origin.USAGE, overage=Overage(status="allowed"))
        bench.store.readings.keep("max", pool, now=bench.clock.now(), provider="anthropic")
        async with bench.desk() as desk:
            await stage.turn(desk)
            stage.log(SERVED)
            await stage.turn(desk, timedelta(seconds=1))
        assert stage.verdict() == "unknown"


async def test_the_fallback_that_hermes_takes_is_an_event(bench: Bench) -> None:
    async with hermes(bench, gated=[True]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log("Fallback activated: claude-sonnet-4-6 → loop-model (custom:loopback)")
        await stage.turn(desk, timedelta(seconds=1))
        assert stage.agent.said is not None
        assert stage.agent.said.kind == "fallback"


async def test_a_token_in_a_log_line_does_not_reach_the_store(bench: Bench) -> None:
    async with hermes(bench, gated=[True]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log(FAILED + " token=sk-ant-oat01-canary-0123456789abcdef")
        await stage.turn(desk, timedelta(seconds=1))
        assert stage.agent.said is not None
        assert "canary" not in stage.agent.said.text


@pytest.mark.parametrize("name", ["errors.log", "gateway.log"])
async def test_the_other_logs_are_heard_too(bench: Bench, name: str) -> None:
    async with hermes(bench, gated=[False]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        stage.log(FAILED, name)
        await stage.turn(desk, timedelta(seconds=1))
        assert stage.agent.said is not None


async def test_a_log_that_is_rotated_or_truncated_between_two_looks_is_heard_on(bench: Bench) -> None:
    async with hermes(bench, gated=[False]) as stage, bench.desk() as desk:
        await stage.turn(desk)
        log = stage.home / "logs/agent.log"
        stage.log("nothing of interest")
        await stage.turn(desk, timedelta(minutes=2))
        log.rename(log.with_name("agent.log.1"))
        stage.log(FAILED)
        await stage.turn(desk, timedelta(minutes=2))
        (rotated,) = bench.store.agents.events()
        log.write_text("")
        stage.log(FAILED)
        await stage.turn(desk, timedelta(minutes=2))
        (truncated, _) = bench.store.agents.events()
        assert truncated.at - rotated.at > timedelta(minutes=1)


async def test_what_a_status_line_told_of_a_full_window_is_shown_at_once(bench: Bench) -> None:
    async with hermes(bench, gated=[False], probe=False) as stage, bench.desk() as desk:
        full = await meter_is_full(stage, desk)
        assert (stage.verdict(), stage.agent.judgement.until) == ("spent", full.resets_at)


async def test_a_bare_429_of_an_agent_takes_no_reset_away_that_a_meter_told(bench: Bench) -> None:
    async with hermes(bench, gated=[False], probe=False) as stage, bench.desk() as desk:
        full = await meter_is_full(stage, desk)
        stage.log(FAILED.replace("HTTP 400: You're out of extra usage.", "HTTP 429: Error"))
        await stage.turn(desk, timedelta(minutes=6))
        assert (stage.verdict(), stage.agent.judgement.until) == ("spent", full.resets_at)
        assert bench.store.answers.latest(LANE, now=bench.clock.now()) is None


async def meter_is_full(stage: Stage, desk: Desk) -> Window:
    """Let another process store a reading, as the bridge in Claude Code's status line does."""
    await stage.turn(desk)
    now = stage.bench.clock.now()
    full = Window("5h", 1.0, now + timedelta(hours=2), seconds=18000)
    with open_store(stage.bench.folder, now=now) as other:
        other.readings.keep("max", Reading(now, Origin.PASSIVE, (full,)), now=now)
    await stage.turn(desk, timedelta(seconds=1))
    return full
