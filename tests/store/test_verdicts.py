"""Verdicts stand until replaced, and every turn is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from quotaboard.domain.board import Cost
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.verdict import Retry, Verdict
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Change, Standing

MINUTE = timedelta(minutes=1)

OPEN = Standing(Judgement(Verdict.OPEN, "anthropic.open"))
GATED = Standing(
    Judgement(
        Verdict.GATED,
        "anthropic.gated.out_of_extra_usage",
        "out_of_extra_usage",
        Retry.NO,
        summary="Your plan is 3 % used.",
        options=("Run this in Claude Code.",),
        evidence=Evidence(
            400, "invalid_request_error", "You're out of\nextra usage.", "req_1", (("a", "b"),)
        ),
    )
)


def test_a_standing_comes_back_with_the_time_since_when_it_holds(
    store: Store, lane: Lane, now: datetime
) -> None:
    standing = replace(
        GATED,
        stale_at=now + MINUTE,
        next_look_at=now + 30 * MINUTE,
        next_look_cost=Cost(340, 1),
        cost=Cost(9, 1, Decimal("0.000015")),
        latency_ms=210,
    )
    store.verdicts.save({lane.id: standing}, now=now)
    assert store.verdicts.all() == {lane.id: replace(standing, since=now)}
    assert not standing.is_stale(now)
    assert standing.is_stale(now + MINUTE)


def test_since_moves_only_when_the_verdict_or_its_reason_does(
    store: Store, lane: Lane, now: datetime
) -> None:
    again = replace(GATED, latency_ms=300)
    other = replace(GATED, judgement=replace(GATED.judgement, reason="third_party_apps"))
    sinces = []
    for minutes, standing in enumerate((OPEN, OPEN, GATED, again, other, OPEN)):
        store.verdicts.save({lane.id: standing}, now=now + minutes * MINUTE)
        since = store.verdicts.all()[lane.id].since
        assert since is not None
        sinces.append((since - now) // MINUTE)
    assert sinces == [0, 0, 2, 2, 4, 5]
    assert [(change.before, change.after, change.reason) for change in store.verdicts.changes(lane.id)] == [
        (Verdict.GATED, Verdict.OPEN, None),
        (Verdict.GATED, Verdict.GATED, "third_party_apps"),
        (Verdict.OPEN, Verdict.GATED, "out_of_extra_usage"),
        (None, Verdict.OPEN, None),
    ]


def test_saving_says_what_changed(store: Store, lane: Lane, now: datetime) -> None:
    assert store.verdicts.save({lane.id: GATED}, now=now) == [
        Change(
            lane.id,
            now,
            None,
            Verdict.GATED,
            "out_of_extra_usage",
            "anthropic.gated.out_of_extra_usage",
            "400 invalid_request_error You're out of extra usage. req_1",
        )
    ]
    assert store.verdicts.save({lane.id: GATED}, now=now + MINUTE) == []
    assert store.verdicts.changes(since=now + MINUTE) == []
    assert len(store.verdicts.changes(since=now)) == 1


def test_saving_the_same_again_is_no_change_for_readers(store: Store, lane: Lane, now: datetime) -> None:
    store.verdicts.save({lane.id: GATED}, now=now)
    before = store.version()
    store.verdicts.save({lane.id: GATED}, now=now + MINUTE)
    assert store.version() == before


def test_a_lane_that_is_no_longer_used_is_not_listed_and_keeps_its_past(
    store: Store, lane: Lane, now: datetime
) -> None:
    store.verdicts.save({lane.id: GATED, "never/heard/of/it": OPEN}, now=now)
    store.lanes.remember([])
    assert store.verdicts.all() == {}
    store.lanes.remember([lane])
    assert list(store.verdicts.all()) == [lane.id]
    assert len(store.verdicts.changes()) == 1
