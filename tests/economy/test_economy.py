"""What looking costs, and how soon it sees: hours in the suite, a week under `soak`."""

from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.config.values import PollSettings
from quotaboard.poll.plan import DAY
from tests.economy.making import make_world
from tests.economy.ours import BEGIN, Past, live
from tests.economy.report import report, table

SEED = 1
BUSY = 3
"""Something happens in its first hours."""

ROUND = timedelta(minutes=80)
"""In so long the budget pays for a look at each of two idle lanes with tools: what stands longer is seen."""


async def lived(folder: Path, span: timedelta, seed: int, begin: timedelta = timedelta()) -> Past:
    world = make_world(seed, BEGIN + begin, span)
    return await live(world, folder, span, seed, PollSettings())


async def test_hours_of_work_cost_little_and_nothing_on_a_lane_at_work_is_seen_late(tmp_path: Path) -> None:
    told = report(await lived(tmp_path, timedelta(hours=5), BUSY))

    assert told.active
    assert told.ours.gates
    assert told.share <= 0.1, table(told)
    assert told.ours.active_p95 <= timedelta(seconds=60), table(told)
    assert told.ours.too_often == 0
    assert told.wrong < 0.05
    assert all(stood < ROUND for stood in told.ours.missed)


async def test_the_same_seed_gives_the_same_days(tmp_path: Path) -> None:
    runs = [report(await lived(tmp_path / name, timedelta(minutes=40), SEED)) for name in ("one", "two")]

    assert runs[0] == runs[1]


@pytest.mark.soak
@pytest.mark.parametrize("seed", [SEED, 2])
async def test_a_week_costs_a_tenth_of_looking_every_minute_and_misses_nothing_that_lasts(
    tmp_path: Path, seed: int
) -> None:
    past = await lived(tmp_path, 7 * DAY, seed)
    told = report(past)

    assert told.share <= 0.1, table(told)
    assert told.ours.active_p95 <= timedelta(seconds=60), table(told)
    assert told.ours.too_often == 0, table(told)
    assert all(stood < ROUND for stood in told.ours.missed), table(told)
    assert told.wrong < 0.05, table(told)
