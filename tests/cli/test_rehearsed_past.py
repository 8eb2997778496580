"""A demo has a past to look back on, which says nothing about how things are now."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from quotaboard.cli.rehearsed_past import pretend_past
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.past import past_of
from quotaboard.simulator import load_scenario
from quotaboard.store.opening import open_memory

NOW = datetime(2026, 11, 20, 14, 10, tzinfo=UTC)
MONTH = timedelta(days=30)


def test_thirty_days_lead_up_to_what_the_scenario_says() -> None:
    scenario = load_scenario("tools-gated")
    gated = "max/claude-sonnet-4-6/tools/direct"
    with open_memory() as store:
        pretend_past(store, scenario, NOW)
        assert store.readings.sightings("max") == ()
        assert store.verdicts.all() == {}
        points = {
            name: store.readings.history("max", name, NOW - MONTH, NOW + MONTH) for name in ("5h", "7d")
        }
        turns = [(one.at, one.after) for one in past_of(store, "max", NOW - MONTH, NOW, lane=gated).turns]
    for spec in scenario.account("max").windows:
        seen = points[spec.name]
        assert seen[0].at == NOW - MONTH
        assert seen[-1].utilization == spec.utilization
        assert spec.resets_in is not None
        assert seen[-1].resets_at == NOW + spec.resets_in
        for before, after in pairwise(seen):
            assert before.resets_at is not None
            assert before.at < before.resets_at
            assert before.resets_at != after.resets_at or (before.utilization or 0) <= (
                after.utilization or 0
            )
    assert turns == sorted(turns, reverse=True)
    assert [verdict for _, verdict in turns] == [
        Verdict.OPEN,
        Verdict.UNAVAILABLE,
        Verdict.OPEN,
        Verdict.GATED,
        Verdict.OPEN,
    ]


def test_two_demos_begun_at_one_moment_have_the_same_past() -> None:
    scenario = load_scenario("fleet")
    told = []
    for _ in range(2):
        with open_memory() as store:
            pretend_past(store, scenario, NOW)
            told.append(past_of(store, "team", NOW - MONTH, NOW))
    assert told[0] == told[1]
    assert all(trail.uses for trail in told[0].trails)
