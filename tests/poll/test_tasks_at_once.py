"""Under Python 3.12 and later the tasks of a board begin at once, before they are known to run."""

import asyncio
import sys

import pytest

from quotaboard.poll.desk import Desk
from quotaboard.store.trouble import TroubleKind, trouble
from tests.poll.conftest import Bench
from tests.poll.servers import SMALL, answering_server, served, until

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="tasks wait for their turn before Python 3.12"
)


@pytest.fixture(autouse=True)
async def tasks_begin_at_once() -> None:
    asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009 - not in 3.11


async def test_every_lane_that_is_due_is_looked_at(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        for name in ("max", "team"):
            bench.add(name, server.base_url, models=(SMALL,), shapes=("tools",))
        async with bench.desk() as desk:
            await desk.take_over()
            desk.start_due(lambda: None)
            await until(lambda: not desk.busy)
    assert set(bench.verdicts().values()) == {"open"}


async def test_a_look_that_ends_before_it_has_begun_is_not_under_way_for_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise trouble(TroubleKind.LOCKED, "store.db")

    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        async with bench.desk() as desk:
            await desk.take_over()
            monkeypatch.setattr(Desk, "_claim", fails)
            desk.start_due(lambda: None)
            await until(lambda: not desk.busy)
