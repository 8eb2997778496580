"""What Hermes says in its log, by what it really wrote."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.agents.hermes.log import _LINE, Said, Saying, sayings

LOGS = Path(__file__).resolve().parents[2] / "recorded/hermes/logs"
EARLY, LATE = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


def told(*names: str) -> list[Saying]:
    lines = [line for name in names for line in (LOGS / name).read_text().splitlines()]
    return list(sayings(lines, EARLY, LATE))


@pytest.mark.parametrize("log", sorted(LOGS.glob("*.log")), ids=lambda log: log.name)
def test_every_recorded_line_is_understood(log: Path) -> None:
    assert [line for line in log.read_text().splitlines() if not _LINE.match(line)] == []


def test_a_gate_and_the_fallback_that_served_instead() -> None:
    lines = told("agent.gate400_fallback.log")
    assert {one.kind for one in lines} == {Said.FAILED, Said.ROTATED, Said.FALLBACK, Said.SERVED}
    failed = next(one for one in lines if one.kind is Said.FAILED)
    assert (failed.provider, failed.model, failed.status) == ("anthropic", "claude-sonnet-4-6", 400)
    assert failed.text.startswith("HTTP 400: You're out of extra usage.")
    assert failed.base_url == "http://127.0.0.1:8787/api.anthropic.com/anthropic"


@pytest.mark.parametrize(
    ("log", "statuses"),
    [
        ("agent.auth401.log", [401]),
        ("agent.overloaded529.log", [529, 529]),
        ("agent.rate429_no_headers.log", [429, 429]),
        ("agent.rate429_retry_after_3600_waits_600s.log", [429]),
        ("agent.third_party_400_no_rotation.log", [400]),
        ("gateway.log", []),
    ],
)
def test_failures_carry_their_status(log: str, statuses: list[int]) -> None:
    assert [one.status for one in told(log) if one.kind is Said.FAILED] == statuses


def test_a_served_request_says_by_whom_and_what_it_took() -> None:
    served = [one for one in told("agent.gateway_gate400_then_switch.log") if one.kind is Said.SERVED]
    assert [(one.provider, one.model, one.input_tokens, one.output_tokens) for one in served] == [
        ("custom", "loop-model", 10, 4)
    ]
    assert served[0].latency_ms == 200


def test_a_long_wait_is_told_and_a_short_one_is_not() -> None:
    waits = [one.text for one in told("agent.rate429_retry_after_3600_waits_600s.log") if not one.provider]
    assert waits == ["It waits 600 s before it tries again."]
    assert not [one for one in told("agent.overloaded529.log") if one.kind is Said.WAITS]


def test_the_same_error_in_two_files_is_told_once() -> None:
    alone = [one for one in told("agent.gate400_then_ok.log") if one.kind is Said.FAILED]
    both = told("agent.gate400_then_ok.log", "errors.gate400.log")
    assert [one for one in both if one.kind is Said.FAILED] == alone


LINE = "2026-11-20 05:12:00,500 INFO agent.conversation_loop: API call #1: model=m provider=p in=1 out=1"


def test_local_time_becomes_universal(move_to: Callable[[str], None]) -> None:
    move_to("Europe/Berlin")
    (saying,) = sayings([LINE], EARLY, LATE)
    assert saying.at == datetime(2026, 11, 20, 4, 12, 0, 500_000, UTC)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_a_line_by_a_process_of_another_zone_is_dated_to_when_it_was_read(
    zone: str, move_to: Callable[[str], None]
) -> None:
    move_to(zone)
    now = datetime(2026, 11, 20, 4, 12, 1, tzinfo=UTC)
    (saying,) = sayings([LINE], now - timedelta(seconds=2), now)
    assert now - timedelta(seconds=2) <= saying.at <= now
    assert os.environ["TZ"] == zone


def test_a_line_with_another_logger_and_odd_words_is_no_trouble() -> None:
    lines = [
        LINE.replace("agent.conversation_loop", "root"),
        "Traceback (most recent call last):",
        "2026-02-30 99:99:99,500 INFO root: API call #2: model=m provider=p",
        "",
    ]
    assert [one.kind for one in sayings(lines, EARLY, LATE)] == [Said.SERVED, Said.SERVED]
