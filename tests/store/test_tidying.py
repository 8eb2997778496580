"""The store stays small, and keeps what shows a wall, a reset or a verdict's evidence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin, Overage, Reading, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store
from quotaboard.store.tidying import ANSWERS_ALWAYS_KEPT
from quotaboard.store.verdicts import Standing

if TYPE_CHECKING:
    from tests.store.conftest import MakeAnswer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def fill(store: Store, start: datetime, minutes: int) -> None:
    with store._database.writing():
        for minute in range(minutes):
            at = start + minute * MINUTE
            reset = start + (minute // 300 + 1) * 300 * MINUTE
            window = Window("5h", minute % 300 / 300, reset, "allowed")
            store.readings.keep("max", Reading(at, Origin.PROBE, (window,)), now=at)


def times(store: Store, now: datetime) -> list[datetime]:
    return [point.at for point in store.readings.history("max", "5h", now - 1000 * DAY, now + DAY)]


def tidy(store: Store, now: datetime) -> None:
    while store.tidy(now=now):
        pass


def test_old_history_is_thinned_to_the_last_point_of_ten_minutes(store: Store, now: datetime) -> None:
    fill(store, now - 3 * DAY, 3 * 24 * 60)
    tidy(store, now)
    kept = times(store, now)
    assert len([at for at in kept if at >= now - 2 * DAY]) == 2 * 24 * 60
    # now is 04:12, so spans and resets do not coincide: a reset adds a point to its span.
    assert 24 * 6 <= len([at for at in kept if at < now - 2 * DAY]) <= 24 * 6 + 12
    tidy(store, now)
    assert times(store, now) == kept


def test_the_last_point_before_each_reset_is_kept(store: Store, now: datetime) -> None:
    start = now - 10 * DAY
    fill(store, start, 24 * 60)
    tidy(store, now + 60 * DAY)
    kept = times(store, now)
    for reset in range(300, 24 * 60, 300):
        assert start + (reset - 1) * MINUTE in kept


def test_a_wall_is_kept(store: Store, now: datetime) -> None:
    at = now - 10 * DAY
    for minute, status in enumerate(["allowed", "allowed", "rejected", "rejected", "allowed", "allowed"]):
        window = Window("5h", 0.5, now, status)
        store.readings.keep("max", Reading(at + minute * MINUTE, Origin.PROBE, (window,)), now=now)
    tidy(store, now)
    history = store.readings.history("max", "5h", at, now)
    assert {point.status for point in history} == {"allowed", "rejected"}


def test_what_is_older_than_a_year_and_a_bit_goes(store: Store, lane: Lane, now: datetime) -> None:
    long_ago = now - 401 * DAY
    fill(store, long_ago, 10)
    store.readings.keep("max", Reading(long_ago, Origin.PROBE, overage=Overage("rejected")), now=long_ago)
    store.verdicts.save({lane.id: Standing(Judgement(Verdict.OPEN, "rule"))}, now=long_ago)
    store.schedule.set([Slot("old", long_ago, 1, long_ago), Slot("new", now, 1, long_ago)])
    store.tidy(now=now)
    assert times(store, now) == []
    assert store.verdicts.changes() == []
    assert store.readings.pool_history("max", long_ago - DAY) == []
    assert list(store.schedule.all()) == ["new"]
    assert list(store.verdicts.all()) == [lane.id]


def test_old_answers_go_but_the_last_evidence_of_a_lane_stays(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    for minutes in range(20):
        store.answers.record(answer(minutes - 45 * 24 * 60), "max", lane, Origin.PROBE, now=now)
    store.tidy(now=now)
    assert len(store.answers.of("max", now=now)[lane.id]) == ANSWERS_ALWAYS_KEPT


def test_a_clock_that_jumps_ten_years_ahead_takes_a_day_with_it_at_most(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    fill(store, now - HOUR, 60)
    store.answers.record(answer(-1), "max", lane, Origin.PROBE, now=now)
    store.tidy(now=now)
    before = times(store, now)
    store.tidy(now=now + 3650 * DAY)
    assert len(times(store, now)) >= 6
    assert store.answers.of("max", now=now)
    store.tidy(now=now)
    assert set(times(store, now)) <= set(before)


def test_a_crash_leaves_its_reservation_counted_as_spent(store: Store, now: datetime) -> None:
    day = now.date()
    store.budget.reserve("max", day, 40, None)
    store.budget.reserve("max", day, 2, None)
    store.tidy(now=now)
    assert store.budget.spent("max", day).reserved == 42
    store.tidy(now=now + 3 * DAY)
    spent = store.budget.spent("max", day)
    assert (spent.reserved, spent.tokens) == (0, 42)


def test_a_reading_takes_sixty_bytes_at_most(store: Store, now: datetime) -> None:
    fill(store, now - 8 * DAY, 8 * 24 * 60)
    connection = store._database._connection
    tidy(store, now)
    (rows,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    with store._database.writing() as sql:
        sql.execute("DELETE FROM readings")
    (freed,) = connection.execute("PRAGMA freelist_count").fetchone()
    assert free == 0, "what tidying frees goes back to the disk"
    assert freed * 4096 / rows <= 60
