"""What OpenClaw says of its pauses while quotaboard watches."""

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from tests.agents.openclaw_home import lay_state
from tests.fleet_home import MODEL
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, Asked, Reply, answering_server, served

LANE = f"max/{MODEL}/tools/direct"
RECORDED = Path(__file__).resolve().parents[1] / "recorded"


async def test_a_new_pause_of_openclaw_is_its_opinion_with_a_capped_time(bench: Bench) -> None:
    home = bench.place.home / ".openclaw"
    home.mkdir(parents=True)
    (home / "openclaw.json").write_text(
        json.dumps({"agents": {"defaults": {"model": {"primary": "anthropic/claude-sonnet-4-6"}}}})
    )
    lay_state(home, RECORDED)
    async with bench.desk() as desk:
        await desk.take_over()
        await desk.keep_up()
        (agent,) = bench.board().agents
        assert agent.said is None
        far = int((bench.clock.now() + timedelta(days=40)).timestamp() * 1000)
        _pause(home, {"disabledUntil": far, "disabledReason": "billing"})
        bench.clock.set_to(bench.clock.now() + timedelta(seconds=11))
        await desk.keep_up()
        (agent,) = bench.board().agents
        assert agent.said is not None
        assert agent.said.kind == "avoids"
        assert "for longer than it should (billing)" in agent.said.text


async def test_openclaw_that_fails_again_and_goes_on_again_brings_a_look_each_time(bench: Bench) -> None:
    gated = [False]

    def answer(asked: Asked) -> Reply:
        return GATE if gated[0] and asked.has_tools else served(w5h=0.2)

    async with answering_server(answer) as server:
        entry = bench.add("max", server.base_url, models=(MODEL,))
        state = lay_openclaw(bench, server.base_url, entry.source.removeprefix("env:"))
        async with bench.desk() as desk:

            async def after(span: timedelta, pause: dict[str, timedelta]) -> str:
                bench.clock.set_to(bench.clock.now() + span)
                now = bench.clock.now()
                note(state, now, pause)
                bench.clock.set_to(now + timedelta(seconds=11))
                await desk.keep_up()
                await desk.finish_due()
                return bench.lane(LANE).judgement.verdict.value

            await desk.take_over()
            await desk.keep_up()
            await desk.finish_due()
            half = {"cooldownUntil": timedelta(seconds=30)}
            assert await after(timedelta(seconds=60), {}) == "open"
            gated[0] = True
            assert await after(timedelta(seconds=60), half) == "gated"
            gated[0] = False
            assert await after(timedelta(seconds=60), {}) == "open"
            assert await after(timedelta(seconds=60), half) == "open"
            gated[0] = True
            # The same reason again, after the first pause was over.
            assert await after(timedelta(seconds=60), half) == "gated"


def note(state: Path, now: datetime, pause: Mapping[str, timedelta]) -> None:
    """OpenClaw writes down that it used the key now, and until when it avoids it."""
    told = {name: _millis(now + each) for name, each in pause.items()}
    stats = {"lastUsed": _millis(now), "cooldownReason": "auth", **told}
    state.write_text(json.dumps({"usageStats": {"inline-api-key:max": stats}}))
    os.utime(state, (now.timestamp(), now.timestamp()))


def lay_openclaw(bench: Bench, base_url: str, variable: str) -> Path:
    home = bench.place.home / ".openclaw"
    state = home / "agents/main/agent/auth-state.json"
    state.parent.mkdir(parents=True)
    provider = {
        "baseUrl": base_url,
        "apiKey": f"${{{variable}}}",
        "api": "anthropic-messages",
        "models": [{"id": MODEL, "name": "M"}],
    }
    config = {
        "agents": {"defaults": {"model": {"primary": f"max/{MODEL}"}}},
        "models": {"providers": {"max": provider}},
    }
    (home / "openclaw.json").write_text(json.dumps(config))
    return state


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _pause(home: Path, pause: dict[str, object]) -> None:
    database = home / "agents/main/agent/openclaw-agent.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        (written,) = connection.execute(
            "SELECT state_json FROM auth_profile_state WHERE state_key = 'primary'"
        ).fetchone()
        kept = json.loads(written)
        kept["usageStats"] = {"anthropic:max-sub": pause}
        connection.execute(
            "UPDATE auth_profile_state SET state_json = ? WHERE state_key = 'primary'", (json.dumps(kept),)
        )
        connection.commit()
