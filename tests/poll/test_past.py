"""The time that lies behind, as the detail screen wants it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Credential, Kind, Lane
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.past import past_of, sparks_of
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_memory
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Standing

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PLAIN = Lane("max", "anthropic", "claude-haiku-4-5", "plain")
TOOLS = Lane("max", "anthropic", "claude-haiku-4-5", "tools")


@pytest.fixture
def store() -> Iterator[Store]:
    """Ten hours of a window that fills by a tenth each half hour, and a lane that closed and opened."""
    with open_memory() as store:
        store.credentials.remember(
            [Known(Credential("max", "anthropic", Kind.OAUTH, "claude-code"))], now=NOW - 10 * HOUR
        )
        store.lanes.remember([PLAIN, TOOLS])
        for step in range(600):
            at = NOW - 10 * HOUR + step * MINUTE
            window = Window("5h", step % 300 / 300, at + 5 * HOUR - step % 300 * MINUTE, seconds=18_000)
            store.readings.keep("max", Reading(at, Origin.PROBE, (window,)), now=at)
        for hours, lane, verdict in (
            (9, PLAIN, Verdict.OPEN),
            (8, TOOLS, Verdict.OPEN),
            (2, TOOLS, Verdict.GATED),
            (1, TOOLS, Verdict.OPEN),
        ):
            standing = Standing(Judgement(verdict, rule=f"rule.{verdict}"))
            store.verdicts.save({lane.id: standing}, now=NOW - hours * HOUR)
        yield store


def test_the_past_holds_every_point_unless_it_is_thinned(store: Store) -> None:
    whole = past_of(store, "max", NOW - 10 * HOUR, NOW)
    thin = past_of(store, "max", NOW - 10 * HOUR, NOW, points=60)
    assert [len(past.trails[0].uses) for past in (whole, thin)] == [600, 60]
    assert whole.trails[0].resets == thin.trails[0].resets == (NOW - 5 * HOUR,)
    assert past_of(store, "max", NOW - HOUR, NOW).trails[0].uses[0].at == NOW - HOUR


def test_turns_are_those_of_the_lane_or_of_all_lanes_newest_first(store: Store) -> None:
    lane = past_of(store, "max", NOW - 3 * HOUR, NOW, lane=TOOLS.id).turns
    assert [(turn.before, turn.after) for turn in lane] == [
        (Verdict.GATED, Verdict.OPEN),
        (Verdict.OPEN, Verdict.GATED),
    ]
    every = past_of(store, "max", NOW - 10 * HOUR, NOW).turns
    assert [turn.at for turn in every] == [NOW - hours * HOUR for hours in (1, 2, 8, 9)]


def test_a_lane_that_did_not_change_lately_says_when_it_did(store: Store) -> None:
    (turn,) = past_of(store, "max", NOW - HOUR, NOW, lane=PLAIN.id).turns
    assert turn.at == NOW - 9 * HOUR


def test_sparks_are_peaks_of_the_last_day(store: Store) -> None:
    (peaks,) = sparks_of(store, "max", NOW, 8).values()
    assert peaks[:4] == (None,) * 4
    assert peaks[-1] == pytest.approx(1, abs=0.05)


def test_of_what_nobody_knows_nothing_is_said(store: Store) -> None:
    assert past_of(store, "nobody", NOW - HOUR, NOW).trails == ()
