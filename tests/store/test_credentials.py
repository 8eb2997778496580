"""Credentials and lanes: what is in use, in the user's order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client, Credential, Kind, Lane
from quotaboard.domain.reading import Origin
from quotaboard.domain.verdict import Verdict
from quotaboard.store.credentials import Known
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Standing

if TYPE_CHECKING:
    from tests.store.conftest import MakeAnswer


def test_credentials_come_back_whole_and_in_order(store: Store, now: datetime) -> None:
    everything = Known(
        Credential(
            "work",
            "anthropic",
            Kind.SETUP_TOKEN,
            "env:NAME",
            ("the environment", "Hermes"),
            "pro",
            now + timedelta(days=300),
            "sha256:0123456789abcdef",
            "org-1",
            "http://127.0.0.1:8080",
            reads_usage=False,
        ),
        consent=False,
        daily_budget=500,
        trouble="It cannot be read.",
    )
    known = [everything, Known(Credential("local", "ollama", Kind.NONE, "none"))]
    store.credentials.remember(known, now=now)
    assert store.credentials.all() == known
    store.credentials.remember(known[::-1], now=now)
    assert store.credentials.all() == known[::-1]


def test_consent_is_kept_until_it_is_answered_again(store: Store, known: Known, now: datetime) -> None:
    store.credentials.consent("max", granted=False)
    store.credentials.remember([replace(known, consent=None)], now=now)
    assert store.credentials.all()[0].consent is False
    store.credentials.remember([replace(known, consent=True)], now=now)
    assert store.credentials.all()[0].consent is True


def test_trouble_is_told_once(store: Store) -> None:
    before = store.version()
    store.credentials.set_trouble("max", "Open Claude Code once.")
    assert store.credentials.all()[0].trouble == "Open Claude Code once."
    store.credentials.set_trouble("max", "Open Claude Code once.")
    assert store.version() == before + 1
    store.credentials.set_trouble("max", None)
    assert store.credentials.all()[0].trouble is None


def test_a_credential_that_comes_back_finds_its_past(
    store: Store, known: Known, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    store.credentials.remember([], now=now)
    assert store.credentials.all() == []
    assert store.lanes.all() == []
    store.credentials.remember([known], now=now)
    assert store.lanes.all() == [lane]
    assert store.answers.of("max", now=now) == {lane.id: [answer()]}


def test_a_name_that_stands_for_another_account_starts_afresh(
    store: Store, known: Known, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    later = now + timedelta(hours=1)
    mine = replace(known, credential=replace(known.credential, account="org-1"))
    store.credentials.remember([mine], now=now)
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    store.verdicts.save({lane.id: Standing(Judgement(Verdict.OPEN, "rule"))}, now=now)
    store.credentials.remember([known], now=later)
    assert store.verdicts.all(), "an account that is not told is not another one"
    store.credentials.remember(
        [replace(known, credential=replace(known.credential, account="org-2"))], now=later
    )
    assert store.answers.of("max", now=later) == {}
    assert store.readings.sightings("max") == ()
    assert store.readings.pool("max") is None
    assert store.readings.since("max", now, now=later) == []
    assert store.verdicts.all() == {}
    assert len(store.readings.history("max", "5h", now, later)) == 1


def test_lanes_come_back_in_order(store: Store, lane: Lane) -> None:
    lanes = [replace(lane, client=Client.OFFICIAL), lane, replace(lane, model="vendor/model:free")]
    store.lanes.remember(lanes)
    assert store.lanes.all() == lanes
    store.lanes.remember(lanes[:1])
    assert store.lanes.all() == lanes[:1]
