"""What is true of a lane that several things befall at once."""

from dataclasses import replace
from datetime import timedelta

from quotaboard.domain.lane import TOOLS, Lane
from quotaboard.simulator.scenario import Reply, Rule
from tests.economy.climates import MINUTE
from tests.economy.making import SONNET, make_world
from tests.economy.ours import BEGIN
from tests.economy.world import DOWN, GATED, SERVES, World

LANE = Lane("pro", "anthropic", SONNET, TOOLS)


def befallen(*rules: Rule) -> World:
    made = make_world(1, BEGIN, timedelta(hours=1))
    accounts = tuple(replace(account, rules=rules) for account in made.scenario.accounts)
    return World(replace(made.scenario, accounts=accounts), BEGIN, ())


def test_an_outage_before_a_lane_that_is_shut_changes_nothing_for_who_waits() -> None:
    outage = Rule(Reply.OVERLOADED, after=10 * MINUTE, lasts=10 * MINUTE)
    gate = Rule(Reply.OUT_OF_EXTRA_USAGE, after=5 * MINUTE, lasts=10 * MINUTE)
    world = befallen(outage, gate)
    moments = [BEGIN + minutes * MINUTE for minutes in (0, 6, 12, 16, 21)]

    assert [world.truth(LANE, at) for at in moments] == [SERVES, GATED, GATED, DOWN, SERVES]
    assert [world.meets(LANE, at) for at in moments] == [SERVES, GATED, DOWN, DOWN, SERVES]
