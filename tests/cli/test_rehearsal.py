"""The demo's agents: found, switched, proven and undone like real ones, in a folder that goes with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli.rehearsal import demo_session
from quotaboard.domain.advice import advise
from quotaboard.domain.agent import Applied, SwitchPlan, Undone
from quotaboard.domain.board import AgentView
from quotaboard.domain.verdict import Verdict
from quotaboard.poll import once
from quotaboard.poll import plan as planning
from quotaboard.poll.live import Live
from quotaboard.simulator import SimulatedProvider, serve
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.draw.arrange import needs_first_run
from tests.poll.servers import until
from tests.tui.conftest import screen_text, wait_for


@pytest.fixture(autouse=True)
def no_spacing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds between two looks at a credential are for a provider's sake, and this one is our own."""
    monkeypatch.setattr(planning, "LEAST_SPACING", timedelta(milliseconds=50))


@asynccontextmanager
async def rehearsed(name: str, folder: Path) -> AsyncIterator[tuple[Live, SimulatedProvider]]:
    with serve(name) as server, demo_session(server, folder) as live:
        running = asyncio.create_task(live.run(lambda: None))
        try:
            yield live, server
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def below(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def agents_of(live: Live, server: SimulatedProvider) -> dict[str, AgentView]:
    return {agent.id: agent for agent in live.board(server.clock.now()).agents}


async def is_so(
    live: Live, server: SimulatedProvider, wanted: Callable[[dict[str, AgentView]], bool]
) -> None:
    await until(lambda: wanted(agents_of(live, server)), 20)


def test_a_demo_knows_its_credentials_before_anything_is_looked_at(tmp_path: Path) -> None:
    """Else its first frame says that none was found."""
    with serve("fleet") as server, demo_session(server, tmp_path) as live:
        board = live.board(server.clock.now())
        names = [account.name for account in server.scenario.accounts]
        assert [view.credential.name for view in board.credentials] == names
        assert not needs_first_run(board)


async def test_a_blocked_agent_is_switched_to_a_lane_that_serves_and_back(tmp_path: Path, home: Path) -> None:
    async with rehearsed("tools-gated", tmp_path) as (live, server):
        await is_so(live, server, lambda agents: bool(agents) and agents["hermes"].judgement.blocked is True)
        hermes = agents_of(live, server)["hermes"]
        assert hermes.judgement.verdict is Verdict.GATED
        best = advise(hermes, live.board(server.clock.now())).best
        assert best is not None
        assert best.name == "openrouter"
        config = tmp_path / "home/.hermes/config.yaml"
        before = config.read_bytes()
        moves = live.switching()
        plan = moves.plan("hermes", best.name)
        assert isinstance(plan, SwitchPlan)
        done = moves.apply(plan)
        assert isinstance(done, Applied)
        assert done.verified
        moves.remember(done)
        proof = await moves.prove("hermes")
        assert proof.view is not None
        assert proof.view.judgement.verdict is Verdict.OPEN
        await is_so(live, server, lambda agents: agents["hermes"].judgement.verdict is Verdict.OPEN)
        undone = moves.undo("hermes")
        assert isinstance(undone, Undone)
        moves.remember(undone)
        assert config.read_bytes() == before
        await is_so(live, server, lambda agents: agents["hermes"].judgement.verdict is Verdict.GATED)
    assert below(home) == []


@pytest.mark.parametrize("name", ["fleet", "bare-429", "paid", "spent-5h"])
async def test_the_agents_of_a_scenario_stand_on_lanes_that_are_watched(name: str, tmp_path: Path) -> None:
    async with rehearsed(name, tmp_path) as (live, server):

        def all_judged(agents: dict[str, AgentView]) -> bool:
            return bool(agents) and all(one.judgement.observed_at for one in agents.values())

        await is_so(live, server, all_judged)
        agents = agents_of(live, server)
        assert set(agents) == {one.kind.value for one in server.scenario.agents}
        for one in agents.values():
            assert one.trouble is None
            assert one.locked is None
            assert one.warnings == ()
            assert one.active is not None


async def test_each_profile_of_the_fleet_can_be_planned_and_keeps_its_key_at_home(tmp_path: Path) -> None:
    with serve("fleet") as server, demo_session(server, tmp_path) as live:
        moves = live.switching()
        for agent in moves.agents():
            for profile in agent.profiles:
                if profile.trouble is None:
                    plan = moves.plan(agent.id, profile.name)
                    assert isinstance(plan, SwitchPlan), plan
                    assert plan.after.host == "127.0.0.1"
                    assert "demo-fleet" not in plan.diff


async def test_the_keys_of_the_board_do_it_too(tmp_path: Path) -> None:
    with serve("tools-gated") as server, demo_session(server, tmp_path) as live:
        app = Quotaboard(live, clock=server.clock.now)
        async with app.run_test(size=(100, 36)) as pilot:
            await wait_for(pilot, lambda: "1 agent blocked" in screen_text(app), "a blocked agent")
            await pilot.press("s")
            await wait_for(pilot, lambda: "what enter writes" in screen_text(app), "the preview")
            await pilot.press("enter")
            await wait_for(pilot, lambda: "Proven by one request: OPEN" in screen_text(app), "the proof")
            await pilot.press("escape")
            await wait_for(pilot, lambda: "agent blocked" not in screen_text(app), "nobody blocked")
            await pilot.press("a", "u")
            await wait_for(pilot, lambda: "was taken back" in screen_text(app), "the undo")
            await pilot.press("escape")
            await wait_for(pilot, lambda: "1 agent blocked" in screen_text(app), "a blocked agent again")


def test_the_folder_goes_with_the_demo() -> None:
    with serve("tools-gated") as server:
        with demo_session(server) as live:
            folder = live._place.home.parent
            assert (folder / "home/.hermes/config.yaml").is_file()
        assert not folder.exists()


async def test_a_proof_is_asked_by_the_poller_that_is_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rehearsed("tools-gated", tmp_path) as (live, server):
        await is_so(live, server, lambda agents: bool(agents) and agents["hermes"].judgement.blocked is True)
        monkeypatch.setattr(once, "open_desk", None)  # a second desk would be opened with it
        moves = live.switching()
        plan = moves.plan("hermes", "openrouter")
        assert isinstance(plan, SwitchPlan)
        moves.remember(moves.apply(plan))
        before = len(server.requests)
        proof = await moves.prove("hermes")
        assert proof.view is not None
        assert proof.missing is None
        assert proof.view.lane.credential == "openrouter"
        assert len(server.requests) > before
