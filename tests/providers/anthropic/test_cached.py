"""What Claude Code remembers, as a reading."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.domain.reading import Origin
from quotaboard.providers.anthropic.cached import cached_reading

RECORDED = Path(__file__).parents[2] / "recorded" / "anthropic" / "claude_cli" / "get_usage_control.json"
STATE = json.loads(RECORDED.read_text(encoding="utf-8"))["claude_json_after_t_usage"]
CACHED = STATE["cachedUsageUtilization"]
BODY = CACHED["utilization"]
FETCHED_AT = datetime.fromtimestamp(CACHED["fetchedAtMs"] / 1000, UTC)


def test_it_is_as_old_as_what_claude_code_fetched() -> None:
    reading = cached_reading(BODY, FETCHED_AT, FETCHED_AT + timedelta(minutes=10))
    assert reading is not None
    assert (reading.observed_at, reading.origin) == (FETCHED_AT, Origin.CACHED)
    assert [(window.name, window.utilization) for window in reading.windows] == [("5h", 0.41), ("7d", 0.16)]
    assert reading.overage is not None
    assert reading.overage.status == "rejected"


@pytest.mark.parametrize("age", [timedelta(seconds=-1), timedelta(days=1, seconds=1), timedelta(days=-400)])
def test_one_from_the_future_or_of_another_day_is_ignored(age: timedelta) -> None:
    assert cached_reading(BODY, FETCHED_AT, FETCHED_AT + age) is None


def test_a_body_that_says_nothing_is_no_reading() -> None:
    for body in ({}, {"five_hour": None}, {"five_hour": "full", "limits": 3}):
        assert cached_reading(body, FETCHED_AT, FETCHED_AT) is None


def test_why_the_paid_pool_is_off_joins_it() -> None:
    reading = cached_reading(BODY, FETCHED_AT, FETCHED_AT, "org_level_disabled_until")
    assert reading is not None
    assert reading.overage is not None
    assert (reading.overage.status, reading.overage.reason) == ("rejected", "org_level_disabled_until")


def test_a_reason_alone_is_a_pool_that_is_off() -> None:
    reading = cached_reading({"five_hour": BODY["five_hour"]}, FETCHED_AT, FETCHED_AT, "out_of_credits")
    assert reading is not None
    assert reading.overage is not None
    assert (reading.overage.status, reading.overage.reason) == ("rejected", "out_of_credits")


def test_an_old_reason_does_not_close_a_pool_that_serves() -> None:
    body = BODY | {"extra_usage": {"is_enabled": True, "monthly_limit": 1000, "used_credits": 10}}
    reading = cached_reading(body, FETCHED_AT, FETCHED_AT, "org_level_disabled")
    assert reading is not None
    assert reading.overage is not None
    assert (reading.overage.can_serve, reading.overage.reason) == (True, None)
