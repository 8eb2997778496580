"""Refusals in words that no recording has: each must come out right, or as unknown; never as something else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from quotaboard.domain.judgement import Judgement
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain

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


GATES = [
    (
        400,
        INVALID,
        "You're out of extra usage. Add more at claude.ai/settings/usage and keep going.",
        "out_of_extra_usage",
    ),
    (
        400,
        INVALID,
        "You\u2019re out of extra usage. Add more at claude.ai/settings/usage.",
        "out_of_extra_usage",
    ),
    (400, INVALID, "You are out of extra usage.", "out_of_extra_usage"),
    (400, INVALID, "You're out of usage credits. Buy more to keep going.", "out_of_extra_usage"),
    (400, INVALID, "You're out of usage.", "out_of_extra_usage"),
    (400, INVALID, "YOUR ORGANIZATION IS OUT OF EXTRA USAGE", "out_of_extra_usage"),
    (403, PERMISSION, "You're out of extra usage. Ask your admin to add more.", "out_of_extra_usage"),
    (
        429,
        RATE,
        "You're out of extra usage. Add more at claude.ai/settings/usage and keep going.",
        "out_of_extra_usage",
    ),
    (
        400,
        INVALID,
        "Third-party apps now draw from your extra usage, not your plan limits. We've added a\n$100 credit to get you started.",
        "third_party_apps",
    ),
    (
        400,
        INVALID,
        "Third-party apps draw from your usage credits, not your plan limits.",
        "third_party_apps",
    ),
    (400, INVALID, "Third party clients are now billed to your extra usage.", "third_party_apps"),
    (400, INVALID, "Third-party harnesses now count against extra usage.", "third_party_apps"),
    (
        400,
        INVALID,
        "This credential is only authorized for use with Claude Code and cannot be used.",
        "client_only",
    ),
    (403, PERMISSION, "This token is only authorized for use with Claude Code.", "client_only"),
    (401, AUTH, "This credential may only be used with Claude Code.", "client_only"),
    (400, INVALID, "OAuth tokens are restricted to Claude Code.", "client_only"),
]


@pytest.mark.parametrize(("status", "kind", "message", "reason"), GATES)
def test_a_gate_is_known_in_its_other_words(status: int, kind: str, message: str, reason: str) -> None:
    found = judged(status, envelope(kind, message))
    assert (found.verdict, found.reason, found.retry, found.until) == ("gated", reason, "no", None)


UNSEEN_GATES = [
    "Requests from external tools are not covered by your plan. Enable pay-as-you-go to continue.",
    "Your subscription does not include programmatic access.",
    "This application is not approved for your plan.",
    "Agentic usage from other clients must be purchased separately.",
    "Your plan must be upgraded before tools may be used with this client.",
]


@pytest.mark.parametrize("message", UNSEEN_GATES)
def test_a_gate_in_words_never_heard_is_unknown(message: str) -> None:
    assert judged(400, envelope(INVALID, message)).verdict == "unknown"


VALIDATIONS = [
    "messages: at least one message is required",
    'messages: roles must alternate between "user" and "assistant"',
    "messages.209.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.",
    "messages.167: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_019P.",
    "messages.7.content.0: unexpected `tool_use_id` found in `advisor_tool_result` blocks: srvtoolu_01.",
    "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-6",
    "`max_tokens` must be greater than `thinking.budget_tokens`.",
    "tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12",
    "tools.3.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    "tools: Tool names must be unique.",
    "temperature: range: 0..1",
    "context_management: Extra inputs are not permitted",
    "messages.0.content.0.text.cache_control: Extra inputs are not permitted",
    "A maximum of 4 blocks with cache_control may be provided. Found 5. It must be at most 4.",
    "system: text content blocks must be non-empty",
    "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    "Could not process image",
    "Unexpected value(s) `foo-2025` for the `anthropic-beta` header.",
    "The request body is not valid JSON: unexpected end of data",
    "This model does not support assistant message prefill.",
    "metadata.user_id: Input should be a valid string",
    "messages.0.content: You're out of extra usage. Add more at claude.ai/settings/usage",
    'messages.3.content.0.text: "Third-party apps now draw from your extra usage" is not valid here',
    'messages.1.content: {"error":{"type":"invalid_request_error","message":"You\'re out of extra usage."}} is unexpected',
    "tools.0.custom.description: only authorized for use with Claude Code, credit balance is too low",
    "system.0.text: Your organization has been disabled. OAuth token has expired",
    "messages[0].content: usage limit reached|1795200000",
]


@pytest.mark.parametrize("message", VALIDATIONS)
def test_a_complaint_about_the_request_is_never_a_verdict_on_the_account(message: str) -> None:
    found = judged(400, envelope(INVALID, message))
    assert (found.verdict, found.blocked) == ("bad_request", None)


QUOTING = [
    'The request was refused by a filter: it said "You\'re out of extra usage" somewhere',
    "Invalid content “Third-party apps now draw from your extra usage” in a message",
]


@pytest.mark.parametrize("message", QUOTING)
def test_words_that_are_only_quoted_decide_nothing(message: str) -> None:
    assert judged(400, envelope(INVALID, message)).verdict in {"bad_request", "unknown"}


OTHERS = [
    (
        400,
        INVALID,
        "Your credit balance is too low to access the Anthropic API.",
        "unfunded",
        "credit_balance",
    ),
    (402, "billing_error", "Your payment method was declined.", "unfunded", "billing"),
    (400, INVALID, "This organization has been disabled.", "forbidden", "organisation_disabled"),
    (
        403,
        PERMISSION,
        "Your account has been disabled after an automatic review.",
        "forbidden",
        "organisation_disabled",
    ),
    (
        400,
        INVALID,
        "The long context beta is not yet available for this subscription.",
        "not_entitled",
        "long_context",
    ),
    (429, RATE, "Usage credits are required for long context requests.", "not_entitled", "long_context"),
    (429, RATE, "Extra usage is required for 1M context.", "not_entitled", "long_context"),
    (429, RATE, "Usage credits are required for this model.", "not_entitled", "credits_required"),
    (429, RATE, "Fast request rejected: usage credits required for fast mode", "not_entitled", "fast_mode"),
    (
        429,
        RATE,
        "Number of request tokens has exceeded your per-minute rate limit",
        "throttled",
        "per_minute",
    ),
    (
        429,
        RATE,
        "This request would exceed the rate limit for your organization of 80,000 input tokens per minute",
        "throttled",
        "per_minute",
    ),
    (429, RATE, "Number of concurrent connections has exceeded your rate limit.", "throttled", "per_minute"),
    (
        429,
        RATE,
        "This request would exceed your organization's maximum usage increase rate.",
        "throttled",
        "per_minute",
    ),
    (429, RATE, "Number of request tokens has exceeded your daily rate limit", "spent", "1d"),
    (
        429,
        RATE,
        "This request would exceed your organization's rate limit. Please try again later.",
        "spent",
        "window_unknown",
    ),
    (429, RATE, "You have hit your monthly spend limit.", "unfunded", "org_spend_cap_reached"),
    (429, RATE, "Rate limited", "throttled", "server"),
    (429, RATE, "error.", "unknown", "bare_429"),
    (429, RATE, "Something that nobody has seen", "unknown", "unrecognised"),
    (
        401,
        AUTH,
        "OAuth token has expired. Please obtain a new token or refresh your existing token.",
        "unauthorized",
        "expired",
    ),
    (401, AUTH, "OAuth access token has expired", "unauthorized", "expired"),
    (401, AUTH, "OAuth token has been revoked. Please obtain a new token.", "unauthorized", "revoked"),
    (401, AUTH, "Your session has been invalidated", "unauthorized", "revoked"),
    (401, AUTH, "x-api-key header is required", "unauthorized", "missing"),
    (401, AUTH, "invalid x-api-key", "unauthorized", "invalid"),
    (401, AUTH, "Invalid bearer token", "unauthorized", "invalid"),
    (401, AUTH, "Invalid authentication credentials", "unauthorized", "invalid"),
    (401, AUTH, "Something new about authentication", "unauthorized", "invalid"),
    (401, AUTH, "OAuth authentication is currently not supported.", "bad_request", "oauth_not_supported"),
    (
        403,
        PERMISSION,
        "OAuth token does not meet scope requirement user:inference",
        "forbidden",
        "scope_missing",
    ),
    (
        403,
        PERMISSION,
        "OAuth authentication is currently not allowed for this organization.",
        "forbidden",
        "organisation_policy",
    ),
    (
        401,
        AUTH,
        "OAuth authentication is currently not allowed for this organization.",
        "forbidden",
        "organisation_policy",
    ),
    (
        403,
        PERMISSION,
        "Your API key does not have permission to use the specified resource",
        "forbidden",
        "refused",
    ),
    (403, "forbidden", "Request not allowed", "forbidden", "refused"),
    (
        403,
        PERMISSION,
        "Access is not allowed from unsupported countries, regions, or territories.",
        "forbidden",
        "region",
    ),
    (404, "not_found_error", "model: claude-2.0", "not_found", "model"),
    (404, "not_found_error", "The model 'claude-9' does not exist", "not_found", "model"),
    (400, INVALID, "claude-sonnet-9 is not a valid model ID", "not_found", "model"),
    (404, "not_found_error", "Not Found", "not_found", "endpoint"),
    (
        400,
        INVALID,
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
        "bad_request",
        "context_too_long",
    ),
    (400, INVALID, "prompt is too long: 201148 tokens > 200000 maximum", "bad_request", "context_too_long"),
    (
        413,
        "request_too_large",
        "Request exceeds the maximum allowed number of bytes.",
        "bad_request",
        "request_too_large",
    ),
    (500, "api_error", "Internal server error", "unavailable", "server_error"),
    (504, "timeout_error", "Request timed out", "unavailable", "server_error"),
    (529, "overloaded_error", "Overloaded", "unavailable", "overloaded"),
    (503, "overloaded_error", "Overloaded", "unavailable", "overloaded"),
    (
        503,
        "dario_overage_guard",
        "dario halted to prevent API-rate bleed. Run `dario resume`.",
        "unavailable",
        "gateway",
    ),
    (
        429,
        "dario_overage_guard",
        "Third-party apps now draw from your extra usage: halted",
        "unavailable",
        "gateway",
    ),
    (
        400,
        INVALID,
        "RESOURCE_EXHAUSTED: You have exhausted your capacity on claude-opus-4-6.",
        "unavailable",
        "upstream",
    ),
    (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", "unknown", "unrecognised"),
    (418, "teapot", "I'm a teapot", "unknown", "unrecognised"),
]


@pytest.mark.parametrize(("status", "kind", "message", "verdict", "reason"), OTHERS)
def test_every_kind_of_refusal_has_its_verdict(
    status: int, kind: str, message: str, verdict: str, reason: str
) -> None:
    found = judged(status, envelope(kind, message))
    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("message", "until"),
    [
        (
            "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
            "2026-12-01T00:00Z",
        ),
        (
            "You have reached your specified workspace API usage limits. You will regain access on 2026-12-01.",
            "2026-12-01T00:00Z",
        ),
        ("You have reached your specified organization API usage limits.", None),
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
    message = "Incorrect API key sk-ant-api03-AAAABBBBCCCC for me@example.org (org: 0f8fad5b-d9cb-469f-a165-70867728950e)"
    found = judged(401, envelope(AUTH, message))
    for part in ("sk-ant", "AAAABBBB", "example.org", "0f8fad5b"):
        assert part not in found.summary
        assert part not in found.evidence.message
