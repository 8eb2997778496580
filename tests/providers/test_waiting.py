"""Refusals without windows: bare ones, buckets, waits; and headers in every form."""

import json
from datetime import timedelta

import pytest

from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain
from tests.providers.limits import AT, BARE, SOON, WALL, epoch, judged


@pytest.mark.parametrize("wait", [None, "0", "junk", "-5"])
def test_a_bare_429_is_bare_whatever_its_empty_retry_after(wait: str | None) -> None:
    found = judged(429, {}, body=BARE, **({"retry_after": wait} if wait else {}))
    assert (found.verdict, found.reason) == ("unknown", "bare_429")


def test_a_429_with_a_short_wait_is_a_throttle() -> None:
    found = judged(
        429,
        {},
        body={"error": {"type": "rate_limit_error", "message": "Slow down, please"}},
        retry_after="30",
    )
    assert (found.verdict, found.until) == ("throttled", AT + timedelta(seconds=30))


def test_a_wait_may_be_a_date() -> None:
    found = judged(
        429, {}, body={"error": {"message": "Rate limited"}}, retry_after="Fri, 20 Nov 2026 05:01:00 GMT"
    )
    assert (found.verdict, found.until) == ("throttled", AT + timedelta(minutes=1))


def test_a_huge_wait_with_no_reason_is_unknown() -> None:
    found = judged(429, {}, body={"error": {"message": "Never seen"}}, retry_after="51811")
    assert (found.verdict, found.until) == ("unknown", AT + timedelta(seconds=51811))


@pytest.mark.parametrize(
    "message", ["Error", "Something new", "This request would exceed your organization's rate limit."]
)
def test_an_empty_bucket_of_a_key_is_a_throttle(message: str) -> None:
    given = {
        "status": 429,
        "at": AT.isoformat(),
        "headers": {
            "anthropic-ratelimit-input-tokens-limit": "30000",
            "anthropic-ratelimit-input-tokens-remaining": "0",
            "anthropic-ratelimit-input-tokens-reset": "2026-11-20T05:00:40Z",
        },
        "body": {"error": {"type": "rate_limit_error", "message": message}},
    }
    found = explain(answers_in(json.dumps(given), AT)).overall
    assert (found.verdict, found.reason, found.until) == (
        "throttled",
        "per_minute",
        AT + timedelta(seconds=40),
    )


RAW_FORMS = {
    "object": {
        "Anthropic-RateLimit-Unified-5h-Status": "rejected ",
        "ANTHROPIC-RATELIMIT-UNIFIED-5H-RESET": epoch(SOON),
    },
    "pairs": [
        ["anthropic-ratelimit-unified-5h-status", "allowed"],
        ["anthropic-ratelimit-unified-5h-status", "rejected"],
        ["anthropic-ratelimit-unified-5h-reset", epoch(SOON)],
    ],
    "lists": {
        "anthropic-ratelimit-unified-5h-status": ["allowed", "rejected"],
        "anthropic-ratelimit-unified-5h-reset": [epoch(SOON)],
    },
    "HAR": [
        {"name": "Anthropic-Ratelimit-Unified-5h-Status", "value": "rejected"},
        {"name": "Anthropic-Ratelimit-Unified-5h-Reset", "value": int(SOON.timestamp())},
    ],
    "text": (
        "Anthropic-Ratelimit-Unified-5h-Status: rejected\r\n"
        f"anthropic-ratelimit-unified-5h-reset: {epoch(SOON)}\r\n"
    ),
    "gateway": {
        "llm_provider-anthropic-ratelimit-unified-5h-status": "rejected",
        "llm_provider-anthropic-ratelimit-unified-5h-reset": epoch(SOON),
    },
}


@pytest.mark.parametrize("name", RAW_FORMS)
def test_headers_may_come_in_many_forms_and_the_last_of_a_kind_counts(name: str) -> None:
    given = {"status": "429", "headers": RAW_FORMS[name], "body": WALL, "at": AT.isoformat()}
    found = explain(answers_in(json.dumps(given), AT)).overall
    assert (found.verdict, found.reason, found.until) == ("spent", "5h", SOON)
