"""What Claude Code's hook tells while quotaboard watches."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from quotaboard.domain.board import Event
from quotaboard.store.opening import open_store
from tests.fleet_home import MODEL
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, Asked, Loopback, Reply, answering_server, served


async def test_a_turn_that_claude_code_tells_us_failed_is_looked_at_now(bench: Bench) -> None:
    async with used_by_claude_code(bench) as (server, refuses), bench.desk() as desk:
        await desk.keep_up()
        await desk.finish_due()
        asked = len(server.asked)
        refuses[0] = True
        bench.clock.set_to(bench.clock.now() + timedelta(seconds=30))
        tell_from_elsewhere(bench, "unknown: API Error: 400 You're out of extra usage.")
        await desk.keep_up()
        await desk.finish_due()
        assert len(server.asked) > asked
        (agent,) = bench.board().agents
        assert agent.judgement.blocked is True
        assert agent.said is not None
        assert agent.said.at == bench.clock.now()
        assert len(bench.store.agents.events()) == 1
        asked = len(server.asked)
        await desk.keep_up()
        await desk.finish_due()
        assert len(server.asked) == asked


async def test_where_nothing_may_be_asked_a_failed_turn_is_evidence_itself(bench: Bench) -> None:
    entry = bench.add("key", "http://127.0.0.1:9", models=(MODEL,), probe=False, token="sk-ant-api03-y")
    lay_claude_code(bench.place.home, "http://127.0.0.1:9", bench.environment[entry.source[4:]])
    async with bench.desk() as desk:
        await desk.keep_up()
        bench.clock.set_to(bench.clock.now() + timedelta(seconds=30))
        tell_from_elsewhere(bench, "unknown: API Error: 400 You're out of extra usage. Add more at claude.ai")
        await desk.keep_up()
        (agent,) = bench.board().agents
        assert agent.judgement.verdict.value == "gated"


async def test_failures_that_no_look_finds_have_to_be_repeated_where_nothing_tells_what_is_served(
    bench: Bench,
) -> None:
    async with used_by_claude_code(bench) as (server, refuses), bench.desk() as desk:

        async def fails(after: timedelta) -> int:
            bench.clock.set_to(bench.clock.now() + after)
            await desk.finish_due()
            bench.clock.set_to(bench.clock.now() + timedelta(seconds=25))
            before = len(server.asked)
            tell_from_elsewhere(bench, "unknown: API Error: 500 Internal server error")
            await desk.keep_up()
            await desk.finish_due()
            return len([one for one in server.asked[before:] if one.has_tools])

        await desk.keep_up()
        await desk.finish_due()
        looks = [await fails(timedelta(minutes=5)) for _ in range(8)]
        assert sum(looks[:3]) >= 2
        assert sum(looks[4:]) == 0
        refuses[0] = True
        assert await fails(timedelta(minutes=5)) == 0
        assert await fails(timedelta(seconds=30)) == 1
        (agent,) = bench.board().agents
        assert agent.judgement.verdict.value == "gated"


@asynccontextmanager
async def used_by_claude_code(bench: Bench) -> AsyncIterator[tuple[Loopback, list[bool]]]:
    """A server that Claude Code is on, and whether it refuses tools."""
    refuses = [False]

    def answer(asked: Asked) -> Reply:
        return GATE if refuses[0] and asked.has_tools else served(w5h=0.2, w7d=0.1)

    async with answering_server(answer) as server:
        entry = bench.add("key", server.base_url, models=(MODEL,), token="sk-ant-api03-" + "x" * 20)
        lay_claude_code(bench.place.home, server.base_url, bench.environment[entry.source[4:]])
        yield server, refuses


def lay_claude_code(home: Path, base_url: str, token: str) -> None:
    path = home / ".claude/settings.json"
    path.parent.mkdir(parents=True)
    env = {"ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_API_KEY": token, "ANTHROPIC_MODEL": MODEL}
    path.write_text(json.dumps({"env": env}))


def tell_from_elsewhere(bench: Bench, text: str) -> None:
    """As the hook does, by a process of its own."""
    lane = f"key/{MODEL}/tools/direct"
    with open_store(bench.folder, now=bench.clock.now()) as store:
        store.agents.tell(Event(bench.clock.now(), "claude-code", "failed", text, lane))
