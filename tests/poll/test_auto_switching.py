"""Moving agents without being asked each time: on real files, over a real store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from quotaboard.config.values import AutoSwitchSettings
from quotaboard.poll.auto_switching import AutoSwitch, Decided, has_moved
from quotaboard.poll.switching import Switching
from quotaboard.store.opening import open_store
from tests.fleet_home import MODEL, lay_hermes
from tests.poll.conftest import PATIENT, Bench
from tests.poll.servers import GATE, Asked, Reply, answering_server, served

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Stage:
    """Hermes with two accounts, of which those in `gated` refuse tools."""

    bench: Bench
    home: Path
    gated: set[str] = field(default_factory=set)

    def switching(self) -> Switching:
        bench = self.bench
        return Switching(bench.store, bench.config, bench.place, bench.clock.now, PATIENT)

    def auto(self, *, dry_run: bool = False, **told: object) -> AutoSwitch:
        settings = AutoSwitchSettings(profiles=("first", "second"), **told)  # type: ignore[arg-type]  # a test's own
        return AutoSwitch(self.switching, settings, self.bench.clock.now, dry_run=dry_run)

    def active(self) -> str:
        (line,) = [one for one in (self.home / "config.yaml").read_text().splitlines() if "custom:" in one]
        return line.split("custom:")[1].split()[0]

    async def pass_time(self, span: timedelta) -> None:
        async with self.bench.desk() as desk:
            await desk.take_over()
            await self.bench.live_through(desk, span)
            await desk.reread()


@asynccontextmanager
async def two_accounts(bench: Bench, *gated: str) -> AsyncIterator[Stage]:
    stage = Stage(bench, Path(), set(gated))

    def answer(asked: Asked) -> Reply:
        name = next(name for name in ("first", "second") if f"-{name}-" in asked.token)
        return GATE if asked.has_tools and name in stage.gated else served(w5h=0.2, w7d=0.1)

    async with answering_server(answer) as server:
        tokens = {}
        for name in ("first", "second"):
            entry = bench.add(name, server.base_url, models=(MODEL,))
            tokens[name] = bench.environment[entry.source.removeprefix("env:")]
        stage.home = lay_hermes(bench.place.home, server.base_url, tokens, "first")
        yield stage


def words(decided: list[Decided]) -> list[tuple[str, str]]:
    return [(one.decision.action.value, one.decision.reason) for one in decided]


async def test_an_agent_leaves_a_gate_and_comes_back_when_it_has_been_open_for_a_while(bench: Bench) -> None:
    async with two_accounts(bench, "first") as stage:
        auto = stage.auto()
        await stage.pass_time(MINUTE)
        (moved,) = await auto.consider()
        assert has_moved(moved)
        assert (moved.decision.to_profile, moved.lane) == ("second", f"second/{MODEL}/tools/direct")
        assert stage.active() == "second"
        (told,) = bench.store.agents.events("hermes", ("switched",))
        assert told.text.startswith("put on second by itself: first refuses requests with tools")
        stage.gated = set()
        await stage.pass_time(29 * MINUTE)
        assert words(await auto.consider()) == [("stay", "open")]
        await stage.pass_time(60 * MINUTE)
        (back,) = await auto.consider()
        assert (back.decision.action.value, stage.active()) == ("back", "first")


async def test_what_goes_on_as_it_was_is_told_once(bench: Bench) -> None:
    async with two_accounts(bench) as stage:
        auto = stage.auto()
        await stage.pass_time(MINUTE)
        assert words(await auto.consider()) == [("stay", "open")]
        await stage.pass_time(MINUTE)
        assert await auto.consider() == []


async def test_between_two_switches_it_rests_even_in_another_process(bench: Bench) -> None:
    async with two_accounts(bench, "first") as stage:
        await stage.pass_time(MINUTE)
        await stage.auto(cool_down=40 * MINUTE).consider()
        stage.gated = set()
        await stage.pass_time(20 * MINUTE)
        stage.gated = {"second"}
        await stage.pass_time(5 * MINUTE)
        assert words(await stage.auto(cool_down=40 * MINUTE).consider()) == [("wait", "cool_down")]
        assert bench.store.agents.events("hermes")[0].kind == "decided"
        await stage.pass_time(20 * MINUTE)
        (moved,) = await stage.auto(cool_down=40 * MINUTE).consider()
        assert (moved.decision.to_profile, stage.active()) == ("first", "first")


async def test_only_one_of_two_processes_decides(bench: Bench) -> None:
    async with two_accounts(bench, "first") as stage:
        await stage.pass_time(MINUTE)
        with open_store(bench.folder, now=bench.clock.now()) as other:
            assert Switching(other, bench.config, bench.place, bench.clock.now).may_decide()
            assert await stage.auto().consider() == []
        assert stage.active() == "first"


async def test_somebody_who_switched_a_moment_ago_is_not_overruled(bench: Bench) -> None:
    async with two_accounts(bench, "first") as stage:
        await stage.pass_time(MINUTE)
        path = stage.home / "config.yaml"
        path.write_text(path.read_text().replace("custom:first", "custom:second"))
        assert words(await stage.auto().consider()) == [("stay", "open")]
        assert stage.active() == "second"


async def test_a_dry_run_changes_nothing(bench: Bench) -> None:
    async with two_accounts(bench, "first") as stage:
        await stage.pass_time(MINUTE)
        (decided,) = await stage.auto(dry_run=True).consider()
        assert (decided.document()["action"], decided.document()["applied"]) == ("switch", False)
        assert stage.active() == "first"


async def test_an_agent_that_may_not_be_written_is_told_of_and_left(bench: Bench) -> None:
    async with two_accounts(bench, "first") as stage:
        (stage.home / ".managed").touch()
        await stage.pass_time(MINUTE)
        assert words(await stage.auto().consider()) == [("stay", "not_switchable")]
        assert stage.active() == "first"


async def test_other_agents_are_left_alone(bench: Bench) -> None:
    async with two_accounts(bench, "first") as stage:
        await stage.pass_time(MINUTE)
        assert await stage.auto(agents=("openclaw",)).consider() == []


async def test_after_a_switch_whoever_polls_reads_the_agents_again(bench: Bench) -> None:
    async with two_accounts(bench) as stage, bench.desk() as desk:
        await desk.take_over()
        await desk.keep_up()
        with open_store(bench.folder, now=bench.clock.now()) as other:
            elsewhere = Switching(other, bench.config, bench.place, bench.clock.now)
            plan = elsewhere.plan("hermes", "second")
            elsewhere.remember(elsewhere.apply(plan))  # type: ignore[arg-type]  # it is a plan
        for _ in range(2):
            bench.clock.set_to(bench.clock.now() + timedelta(seconds=1))
            await desk.keep_up()
        (agent,) = bench.board().agents
        assert agent.lane is not None
        assert (agent.active, agent.lane.credential) == ("second", "second")
        assert stage.active() == "second"
