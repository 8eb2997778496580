"""What looking costs, and how soon it sees: hours in the suite, a week under `soak`."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from quotaboard.config.values import PollSettings
from quotaboard.poll.plan import DAY
from tests.economy.__main__ import main
from tests.economy.climates import CLIMATES
from tests.economy.report import Report, table
from tests.economy.worlds import Run, climates_table, lived

SEED = 1
BUSY = 3
"""Something happens in its first hours."""

WEEKS = (SEED, 2, 3, 8)
"""Ordinary ones, one in which bursts come before windows that fill, and one with a gate late in the day."""

ROUND = timedelta(minutes=80)
"""In so long the budget pays for a look at each of two idle lanes with tools: what stands longer is seen."""


def report(span: timedelta, seed: int, climate: str = "as tuned") -> Report:
    return lived(Run(climate, seed, span, PollSettings().daily_token_budget))


def assert_kept(told: Report, wrong: float = 0.05) -> None:
    """What is promised in any world."""
    assert told.share <= 0.1, table(told)
    assert told.ours.too_often == 0, table(told)
    assert all(stood < ROUND for stood in told.ours.missed), table(told)
    assert told.wrong < wrong, table(told)


def test_hours_of_work_cost_little_and_nothing_on_a_lane_at_work_is_seen_late() -> None:
    told = report(timedelta(hours=5), BUSY)

    assert_kept(told)
    assert told.ours.gates
    assert told.ours.asking.p95 is not None
    assert told.ours.asking.p95 <= timedelta(seconds=60), table(told)
    run = Run("as tuned", BUSY, timedelta(hours=5), 20_000)
    assert climates_table([(run, told), (replace(run, climate="hiccups"), told)]).count("\n") == 2


def test_the_same_seed_gives_the_same_days_in_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert main(["--days", "0.02", "--seed", str(SEED), "--json"]) == 0
        told.append(capsys.readouterr().out)

    assert told[0] == told[1]
    (run,) = json.loads(told[0])["runs"]
    assert run["policies"][0].keys() >= {"tokens_per_day", "requests_per_day", "usd_per_day", "session"}


@pytest.mark.soak
@pytest.mark.parametrize("seed", WEEKS)
def test_a_week_costs_a_tenth_of_looking_every_minute_and_misses_no_gate(seed: int) -> None:
    told = report(7 * DAY, seed)

    assert_kept(told)
    assert not told.ours.missed, table(told)
    assert told.ours.asking.p95 is not None
    assert told.ours.asking.p95 <= timedelta(seconds=60), table(told)
    assert told.ours.session.median is not None
    assert told.ours.session.median <= timedelta(seconds=60), table(told)


@pytest.mark.soak
@pytest.mark.parametrize("climate", [name for name in CLIMATES if name != "as tuned"])
def test_it_holds_in_other_worlds_too(climate: str) -> None:
    """Two days bring some twenty changes: too few for more than a median."""
    told = report(2 * DAY, 201, climate)

    assert_kept(told, wrong=0.08)
    assert told.ours.session.median is not None
    assert told.ours.session.median <= timedelta(seconds=60), table(told)
