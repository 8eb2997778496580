"""Answers are kept whole, few, and in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quotaboard.domain.answer import Answer, ErrorFacts, Fault
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin
from quotaboard.store.answers import KEPT_PER_LANE
from quotaboard.store.store import Store

if TYPE_CHECKING:
    from tests.store.conftest import MakeAnswer


def test_answers_come_back_by_lane_newest_first(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    plain = replace(lane, shape="plain")
    for minutes in (-3, -1, -2):
        store.answers.record(answer(minutes), "max", lane, Origin.PROBE, now=now)
    store.answers.record(answer(-4), "max", plain, Origin.PROBE, now=now)
    store.answers.record(answer(-5), "max", None, Origin.USAGE, now=now)
    assert store.answers.of("max", now=now) == {
        lane.id: [answer(-1), answer(-2), answer(-3)],
        plain.id: [answer(-4)],
        None: [answer(-5)],
    }
    latest = store.answers.latest(lane.id, now=now)
    assert latest is not None
    assert (latest.answer, latest.lane, latest.origin) == (answer(-1), lane, Origin.PROBE)
    assert store.answers.latest("max/never/asked/direct", now=now) is None


def test_a_lane_keeps_its_last_answers_whatever_another_lane_does(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    store.answers.record(answer(-500), "max", None, Origin.USAGE, now=now)
    for minutes in range(-100, 0):
        store.answers.record(answer(minutes), "max", lane, Origin.PROBE, now=now)
    kept = store.answers.of("max", now=now)
    assert [found.at for found in kept[lane.id]] == [
        now - timedelta(minutes=minutes) for minutes in range(1, KEPT_PER_LANE + 1)
    ]
    assert kept[None] == [answer(-500)]


def test_one_transaction_keeps_the_answer_and_its_windows(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    before = store.version()
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    assert store.version() == before + 1
    assert [sighting.window for sighting in store.readings.sightings("max")] == list(answer().windows)


def test_an_answer_without_windows_leaves_the_last_ones_alone(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    store.answers.record(answer(-1), "max", lane, Origin.PROBE, now=now)
    seen = store.readings.sightings("max")
    store.answers.record(Answer("anthropic", now, fault=Fault.TIMEOUT), "max", lane, Origin.PROBE, now=now)
    assert store.readings.sightings("max") == seen


def test_a_clock_that_ran_ahead_leaves_no_answer_that_passes_for_new(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    tomorrow = now + timedelta(days=1)
    store.answers.record(answer(24 * 60), "max", lane, Origin.PROBE, now=tomorrow)
    assert store.answers.of("max", now=now) == {}
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    assert store.answers.of("max", now=tomorrow) == {lane.id: [answer()]}


def test_an_answer_of_an_unknown_credential_is_kept_and_not_listed(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    stray = replace(lane, credential="gone")
    store.answers.record(answer(), "gone", stray, Origin.PROBE, now=now)
    assert store.answers.of("gone", now=now) == {stray.id: [answer()]}
    assert [known.credential.name for known in store.credentials.all()] == ["max"]
    assert store.lanes.all() == [lane]


def test_a_row_that_cannot_be_read_does_not_hide_the_others(
    store: Store, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    store.answers.record(answer(-1), "max", lane, Origin.PROBE, now=now)
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    with store._database.writing() as sql:
        sql.execute("UPDATE answers SET facts = '{' WHERE id = 1")
    assert [look.answer for look in store.answers.looks("max", now=now)] == [answer()]


def test_hostile_text_is_kept_as_harmless_text(store: Store, now: datetime) -> None:
    hostile = "\ud800\x00\x1b[2J'); DROP TABLE answers; --" + "\U0010ffff"
    lane = Lane(hostile, "anthropic", hostile, hostile)
    said = Answer("anthropic", now, error=ErrorFacts(hostile, hostile, hostile, {hostile: hostile}))
    store.answers.record(said, hostile, lane, Origin.PROBE, now=now)
    (look,) = store.answers.looks(hostile, now=now)
    assert look.answer.error is not None
    assert look.answer.error.type == look.answer.message == "\\ud800  [2J'); DROP TABLE answers; --\U0010ffff"


def test_no_canary_reaches_the_disk(
    store: Store, folder: Path, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    canary = "sk-ant-oat01-CANARYCANARYCANARYCANARY"
    leaky = replace(
        answer(),
        headers={
            "authorization": f"Bearer {canary}",
            "x-api-key": canary,
            "set-cookie": canary,
            "x-echo": canary,
        },
        error=ErrorFacts("authentication_error", canary, f"invalid key {canary}", {"key": canary}),
        request_id=canary,
    )
    store.answers.record(leaky, "max", lane, Origin.PROBE, now=now)
    store.credentials.set_trouble("max", f"The key {canary} was refused.")
    for file in folder.iterdir():
        assert b"CANARY" not in file.read_bytes(), file.name
