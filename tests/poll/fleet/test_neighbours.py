"""Two machines that hold one secret: what the first has seen, the second does not ask."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.domain.board import Board
from quotaboard.domain.reading import Origin
from quotaboard.store.opening import open_store
from tests.poll.conftest import Bench
from tests.poll.fleet.exporting import answer_for
from tests.poll.servers import GATE, SMALL, Asked, Reply, answering_server, refused, served

LANE = f"max/{SMALL}/tools/direct"
MINUTE = timedelta(minutes=1)
GATED = Reply(GATE.status, GATE.body)


@dataclass
class Fleet:
    """Two machines, the provider that both may ask, and the Prometheus that knows what they export."""

    first: Bench
    second: Bench
    asked: list[Asked] = field(default_factory=list)
    heard: list[Asked] = field(default_factory=list)
    exported: dict[str, Board] = field(default_factory=dict)
    prometheus_is_well: bool = True
    reply: Reply = GATED

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.reply if asked.has_tools else served(w5h=0.03)

    def tell(self, asked: Asked) -> Reply:
        self.heard.append(asked)
        return answer_for(asked, self.exported) if self.prometheus_is_well else Reply(503, "")

    def scrape(self, *names: str) -> None:
        for name in names or ("first", "second"):
            self.exported[name] = getattr(self, name).board()

    def take_count(self) -> int:
        count = len(self.asked)
        self.asked.clear()
        return count


@pytest.fixture
def second(bench: Bench, tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "other"
    with open_store(folder, now=bench.clock.now()) as store:
        yield Bench(folder, bench.clock, store)


@asynccontextmanager
async def fleet_of(bench: Bench, second: Bench) -> AsyncIterator[Fleet]:
    fleet = Fleet(bench, second)
    async with answering_server(fleet.answer) as provider, answering_server(fleet.tell) as prometheus:
        for machine in (bench, second):
            machine.add("max", provider.base_url, models=(SMALL,))
            machine.prometheus = prometheus.base_url
        yield fleet


async def look(machine: Bench) -> None:
    async with machine.desk() as desk:
        await desk.take_over()
        await desk.keep_up()
        await desk.finish_due()


async def test_what_another_machine_saw_is_not_asked_again(bench: Bench, second: Bench) -> None:
    async with fleet_of(bench, second) as fleet:
        await look(bench)
        assert fleet.take_count() > 0
        fleet.scrape("first")
        bench.clock.set_to(bench.clock.now() + timedelta(seconds=20))
        await look(second)

        assert fleet.take_count() == 0
        assert second.verdicts() == bench.verdicts()
        assert second.lane(LANE).judgement.confirmed
        assert "as first sees it" in second.lane(LANE).judgement.summary
        [window] = second.board().credentials[0].windows
        assert (window.sighting.window.utilization, window.sighting.origin) == (0.03, Origin.FLEET)
        assert second.board().tokens_today == 0


async def test_what_was_told_is_still_known_after_a_restart(bench: Bench, second: Bench) -> None:
    async with fleet_of(bench, second) as fleet:
        await look(bench)
        fleet.scrape("first")
        await look(second)
        fleet.take_count()
        fleet.prometheus_is_well = False
        bench.clock.set_to(bench.clock.now() + MINUTE)
        await look(second)
        assert fleet.take_count() == 0
        assert second.verdicts() == bench.verdicts()
        assert second.lane(LANE).judgement.told_by == "first"
        assert [change.after for change in second.store.verdicts.changes(LANE)] == ["gated", "unknown"]


async def test_one_of_them_goes_on_and_the_other_listens(bench: Bench, second: Bench) -> None:
    """For an hour and a half: the second asks nothing while the first tells."""
    async with fleet_of(bench, second) as fleet, bench.desk() as here, second.desk() as there:
        await here.take_over()
        await here.finish_due()
        fleet.scrape("first")
        await there.take_over()
        by = {"first": 0, "second": 0}
        fleet.take_count()
        for _ in range(45):
            bench.clock.set_to(bench.clock.now() + 2 * MINUTE)
            for name, desk in (("first", here), ("second", there)):
                await desk.keep_up()
                await desk.finish_due()
                by[name] += fleet.take_count()
                fleet.scrape(name)
        assert by["first"] > 3
        assert by["second"] == 0


async def test_when_the_first_falls_silent_the_second_asks_itself(bench: Bench, second: Bench) -> None:
    async with fleet_of(bench, second) as fleet:
        await look(bench)
        fleet.scrape("first")
        await look(second)
        fleet.take_count()
        fleet.exported.clear()
        async with second.desk() as desk:
            await desk.take_over()
            await second.live_through(desk, timedelta(hours=1))
        assert fleet.take_count() > 0


async def test_without_prometheus_everything_is_as_before(bench: Bench, second: Bench) -> None:
    async with fleet_of(bench, second) as fleet:
        fleet.prometheus_is_well = False
        await look(second)
        assert fleet.take_count() > 0
        assert second.verdicts()[LANE] == "gated"
        assert len(fleet.heard) == 1


async def test_it_is_asked_four_times_a_minute_at_the_most(bench: Bench, second: Bench) -> None:
    async with fleet_of(bench, second) as fleet, second.desk() as desk:
        await desk.take_over()
        for _ in range(60):
            await desk.keep_up()
            second.clock.set_to(second.clock.now() + timedelta(seconds=1))
        assert len(fleet.heard) == 2 * 4


async def test_another_secret_is_another_credential_whatever_it_is_called(
    bench: Bench, second: Bench
) -> None:
    async with fleet_of(bench, second) as fleet:
        second.environment["TOKEN_MAX"] = "sk-ant-oat01-another-secret-of-that-name"
        await look(bench)
        fleet.scrape("first")
        fleet.take_count()
        await look(second)
        assert fleet.take_count() > 0


async def test_trouble_of_another_machines_network_is_not_ours(bench: Bench, second: Bench) -> None:
    async with fleet_of(bench, second) as fleet:
        fleet.reply = refused(503, "api_error", "no")
        await look(bench)
        assert bench.verdicts()[LANE] == "unavailable"
        fleet.scrape("first")
        fleet.take_count()
        fleet.reply = GATED
        await look(second)
        assert second.verdicts()[LANE] == "gated"
        assert any(asked.has_tools for asked in fleet.asked)


async def test_a_wish_of_a_person_is_granted_all_the_same(bench: Bench, second: Bench) -> None:
    from quotaboard.poll.once import refresh

    async with fleet_of(bench, second) as fleet:
        await look(bench)
        fleet.scrape("first")
        await look(second)
        fleet.take_count()
        second.clock.set_to(second.clock.now() + MINUTE)
        await refresh(second.store, second.config, second.place, second.clock.now)
        assert fleet.take_count() > 0


async def test_a_reading_of_ones_own_that_comes_back_is_no_news(bench: Bench, second: Bench) -> None:
    async with fleet_of(bench, second) as fleet:
        await look(bench)
        fleet.scrape("first")
        before = bench.lane(LANE)
        bench.clock.set_to(bench.clock.now() + timedelta(seconds=20))
        await look(bench)
        assert bench.lane(LANE).judgement.summary == before.judgement.summary
        assert "sees it" not in before.judgement.summary
