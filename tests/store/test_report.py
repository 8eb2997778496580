"""`status --json` is read from the store without loading what it does not need."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotaboard.domain.board import Cost, Forecast
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Reading
from quotaboard.domain.verdict import Retry, Verdict
from quotaboard.store import readings, report
from quotaboard.store.opening import NAME
from quotaboard.store.store import Store
from quotaboard.store.times import to_ms
from quotaboard.store.verdicts import Standing

if TYPE_CHECKING:
    from tests.conftest import RunPython
    from tests.store.conftest import MakeAnswer

HOUR = 3_600_000

LANE = {
    "id": "max/claude-sonnet-4-6/tools/direct",
    "credential": "max",
    "provider": "anthropic",
    "model": "claude-sonnet-4-6",
    "shape": "tools",
    "client": "direct",
    "verdict": "gated",
    "reason": "out_of_extra_usage",
    "blocked": True,
    "retry": "no",
    "until": None,
    "summary": "Your plan is 3 % used.",
    "options": ["Run this in Claude Code."],
    "rule": "anthropic.gated.out_of_extra_usage",
    "confirmed": True,
    "inferred_from": None,
    "observed_at": "2026-11-20T04:12:00Z",
    "since": "2026-11-20T04:12:00Z",
    "stale": False,
    "was": None,
    "http_status": 400,
    "request_id": "req_1",
    "latency_ms": 210,
    "next_look_at": "2026-11-20T04:42:00Z",
    "cost": {"input_tokens": 9, "output_tokens": 1, "usd": 0.000015},
}

GATE = Judgement(
    Verdict.GATED,
    "anthropic.gated.out_of_extra_usage",
    "out_of_extra_usage",
    Retry.NO,
    summary="Your plan is 3 % used.",
    options=("Run this in Claude Code.",),
    evidence=Evidence(400, "invalid_request_error", "You're out of extra usage.", "req_1"),
)


@pytest.fixture
def path(store: Store, folder: Path, lane: Lane, now: datetime, answer: MakeAnswer) -> str:
    """A store with a gated lane that is stale in two hours."""
    gate = Judgement(**{**{name: getattr(GATE, name) for name in GATE.__slots__}, "observed_at": now})
    standing = Standing(
        gate,
        stale_at=now + timedelta(hours=2),
        next_look_at=now + timedelta(minutes=30),
        cost=Cost(9, 1, Decimal("0.000015")),
        latency_ms=210,
    )
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    store.readings.forecast("max", {("5h", None): Forecast(now + timedelta(hours=1))})
    store.readings.forecast("max", {("7d_sonnet", "Sonnet"): Forecast(None)})
    store.verdicts.save({lane.id: standing}, now=now)
    return str(folder / NAME)


def test_everything_has_the_keys_of_the_interface(path: str, now: datetime) -> None:
    state, (credential,), (lane,) = report.report(path, to_ms(now), HOUR)
    assert state == "ok"
    assert lane == LANE
    assert credential == {
        "name": "max",
        "provider": "anthropic",
        "kind": "oauth",
        "source": "claude-code",
        "plan": "max_20x",
        "account": None,
        "trouble": None,
        "windows": [
            {
                "name": "5h",
                "model": None,
                "seconds": 18000,
                "utilization": 0.03,
                "status": "allowed",
                "resets_at": "2026-11-20T06:12:00Z",
                "observed_at": "2026-11-20T04:12:00Z",
                "origin": "probe",
                "stale": False,
                "forecast": {"empty_at": "2026-11-20T05:12:00Z", "lasts_until_reset": False},
            },
            {
                "name": "7d_sonnet",
                "model": "Sonnet",
                "seconds": 604800,
                "utilization": 0.2,
                "status": "allowed",
                "resets_at": "2026-11-22T04:12:00Z",
                "observed_at": "2026-11-20T04:12:00Z",
                "origin": "probe",
                "stale": False,
                "forecast": {"empty_at": None, "lasts_until_reset": True},
            },
        ],
        "overage": {
            "status": "rejected",
            "reason": "org_level_disabled_until",
            "in_use": None,
            "utilization": None,
            "resets_at": None,
        },
        "balance": None,
    }
    json.dumps([credential, lane])


def test_what_is_too_old_is_unknown(path: str, now: datetime) -> None:
    _, (credential,), (lane,) = report.report(path, to_ms(now) + 2 * HOUR, HOUR)
    assert lane == LANE | {
        "verdict": "unknown",
        "reason": None,
        "blocked": None,
        "retry": "backoff",
        "stale": True,
        "was": "gated",
        "summary": "It was gated when it was last looked at, 2026-11-20T04:12:00Z.",
    }
    windows = credential["windows"]
    assert isinstance(windows, list)
    kept = [
        (window["stale"], window["utilization"], window["status"], window["forecast"]) for window in windows
    ]
    assert kept == [
        (True, None, None, None),
        (True, 0.2, "allowed", {"empty_at": None, "lasts_until_reset": True}),
    ]


def test_a_lane_that_was_never_looked_at_is_unknown(
    store: Store, folder: Path, lane: Lane, now: datetime
) -> None:
    _, _, (shown,) = report.report(str(folder / NAME), to_ms(now), HOUR)
    assert (shown["verdict"], shown["blocked"], shown["stale"]) == ("unknown", None, False)
    assert shown["summary"] == "It was never looked at."


def test_money_is_in_major_units(path: str, store: Store, now: datetime) -> None:
    left = Balance(Money(Decimal("5.00"), "USD"), Money(Decimal(20), "USD"), "monthly")
    store.readings.keep(
        "max", Reading(now, Origin.USAGE, overage=Overage(in_use=True), balance=left), now=now
    )
    _, (credential,), _ = report.report(path, to_ms(now), HOUR)
    assert credential["balance"] == {"remaining": 5.0, "limit": 20.0, "currency": "USD", "period": "monthly"}


def test_a_store_that_is_not_there_is_a_word(tmp_path: Path) -> None:
    assert report.report(str(tmp_path / NAME), 0, HOUR) == ("missing", [], [])


def test_its_words_are_those_of_the_domain_and_the_store() -> None:
    assert {verdict: report.BLOCKED.get(verdict, True) for verdict in Verdict} == {
        verdict: verdict.blocked for verdict in Verdict
    }
    assert report.STATUSES == readings.STATUSES
    assert report.ORIGINS == readings.ORIGINS


def test_forecasts_are_replaced_and_taken_back(path: str, store: Store, now: datetime) -> None:
    before = store.version()
    store.readings.forecast("max", {("7d_sonnet", "Sonnet"): Forecast(None)})
    assert store.version() == before, "the same again is no change"
    store.readings.forecast("max", {("5h", None): None})
    assert store.readings.forecasts("max") == {("7d_sonnet", "Sonnet"): Forecast(None)}


def test_it_imports_no_class_of_the_domain(run_python: RunPython) -> None:
    code = """
import json, sqlite3, sys
before = set(sys.modules)
import quotaboard.store.report
print(*sorted(set(sys.modules) - before - {"__future__"}))
"""
    assert run_python(code).split() == [
        "quotaboard",
        "quotaboard.store",
        "quotaboard.store.glance",
        "quotaboard.store.report",
    ]
