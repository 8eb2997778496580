"""Refusals in words that no recording has: each must come out right, or as unknown."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from quotaboard.domain.judgement import Judgement
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain
from tests.providers.recorded import RECORDED, read
from tests.tables import for_each

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
INVALID, RATE, AUTH, PERMISSION = (
    "invalid_request_error",
    "rate_limit_error",
    "authentication_error",
    "permission_error",
)


def judged(status: int, body: Any, headers: dict[str, str] | None = None, **more: Any) -> Judgement:
    given = {"status": status, "headers": headers or {}, "body": body, **more}
    return explain(answers_in(json.dumps(given), NOW)).overall


def envelope(kind: str, message: str, **details: Any) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message, "details": details or None}}


SPEND = "You have reached your specified"
WORDINGS: dict[str, dict[str, Any]] = {
    f"{case['status']} {case['type']} {case['message']}": case
    for case in read(RECORDED / "wordings.json")["cases"]
}


@for_each(WORDINGS)
def test_a_refusal_in_other_words_comes_out_right_or_as_unknown(case: dict[str, Any]) -> None:
    found = judged(case["status"], envelope(case["type"], case["message"]))
    assert (found.verdict, found.reason) == (case["verdict"], case["reason"])
    if found.verdict == "gated":
        assert (found.retry, found.until) == ("no", None)
    if found.verdict == "bad_request":
        assert found.blocked is None


QUOTING = [
    'The request was refused by a filter: it said "You\'re out of extra usage" somewhere',
    "Invalid content “Third-party apps now draw from your extra usage” in a message",
]


@pytest.mark.parametrize("message", QUOTING)
def test_words_that_are_only_quoted_decide_nothing(message: str) -> None:
    assert judged(400, envelope(INVALID, message)).verdict in {"bad_request", "unknown"}


@pytest.mark.parametrize(
    ("message", "until"),
    [
        (
            f"{SPEND} API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
            "2026-12-01T00:00Z",
        ),
        (
            f"{SPEND} workspace API usage limits. You will regain access on 2026-12-01.",
            "2026-12-01T00:00Z",
        ),
        (f"{SPEND} organization API usage limits.", None),
    ],
)
def test_a_spend_limit_names_the_day_when_access_returns(message: str, until: str | None) -> None:
    found = judged(400, envelope(INVALID, message))
    assert (found.verdict, found.reason) == ("unfunded", "spend_limit")
    assert found.retry == ("after" if until else "no")
    assert found.until == (datetime.fromisoformat(until) if until else None)


def test_a_code_decides_before_the_words() -> None:
    body = envelope(
        RATE, "Words of another year", error_code="credits_required", disabled_reason="out_of_credits"
    )
    assert judged(429, body).verdict == "not_entitled"
    assert judged(429, envelope(RATE, "…", error_code="enforced_spend_limit_reached")).reason == "spend_cap"


PAGES = [
    (403, "<!DOCTYPE html><html><title>Just a moment...</title></html>", "forbidden", "firewall"),
    (503, "<html><body>Service Temporarily Unavailable</body></html>", "unavailable", "server_error"),
    (529, "<html></html>", "unavailable", "overloaded"),
    (502, "", "unavailable", "server_error"),
    (200, "<html>Log in to the hotel's network</html>", "unavailable", "not_json"),
    (200, "hello", "unavailable", "not_json"),
    (429, "<html>slow down</html>", "unknown", "unrecognised"),
    (413, "<html>413 Request Entity Too Large</html>", "bad_request", "request_too_large"),
]


@pytest.mark.parametrize(("status", "page", "verdict", "reason"), PAGES)
def test_a_page_is_nobodys_verdict_on_the_account(status: int, page: str, verdict: str, reason: str) -> None:
    found = judged(status, page)
    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("event", "verdict"),
    [
        ({"type": "overloaded_error", "message": "Overloaded"}, "unavailable"),
        ({"type": "api_error", "message": "Internal server error"}, "unavailable"),
        ({"type": "rate_limit_error", "message": "Rate limited", "details": None}, "throttled"),
        ({"type": "rate_limit_error", "message": "Error"}, "unknown"),
        ({"type": "invalid_request_error", "message": "You're out of extra usage."}, "gated"),
    ],
)
def test_an_error_within_a_stream_counts_although_the_answer_began_well(
    event: dict[str, Any], verdict: str
) -> None:
    stream = (
        'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1"}}\n\n'
        f"event: error\ndata: {json.dumps({'type': 'error', 'error': event})}\n\n"
    )
    assert judged(200, stream).verdict == verdict


NOT_SERVED: list[Any] = [
    {"data": [{"type": "model", "id": "claude-haiku-4-5"}], "has_more": False},
    {"input_tokens": 14},
    {"five_hour": {"utilization": 3.0, "resets_at": None}, "seven_day": None},
    {"account": {"uuid": "1"}, "organization": {"uuid": "2"}},
    {"access_token": "x", "expires_in": 28800},
    {"status": "ok"},
]


@pytest.mark.parametrize("body", NOT_SERVED, ids=[",".join(body) for body in NOT_SERVED])
def test_an_answer_that_no_model_wrote_never_says_open(body: Any) -> None:
    assert judged(200, body).verdict == "unknown"


def test_secrets_and_identities_are_not_repeated() -> None:
    organisation = "0f8fad5b-d9cb-469f-a165-70867728950e"
    message = f"Incorrect API key sk-ant-api03-AAAABBBBCCCC for me@example.org (org: {organisation})"
    found = judged(401, envelope(AUTH, message))
    for part in ("sk-ant", "AAAABBBB", "example.org", "0f8fad5b"):
        assert part not in found.summary
        assert part not in found.evidence.message
