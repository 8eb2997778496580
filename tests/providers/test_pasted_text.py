"""Texts as people paste them: logs of agents and clients, consoles, reports; each with what it must come out as."""

from datetime import UTC, datetime

import pytest

from quotaboard.domain.judgement import Judgement
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

GATE = "You're out of extra usage. Add more at claude.ai/settings/usage and keep going."
THIRD = (
    "Third-party apps now draw from your extra usage, not your plan limits. "
    "We've added a $20 credit to get you started. Claim it at claude.ai/settings/usage and keep going."
)
ONLY = (
    "This credential is only authorized for use with Claude Code and cannot be used for other API requests."
)
WALL = "This request would exceed your account's rate limit. Please try again later."


def body(kind: str, message: str) -> str:
    return f'{{"type":"error","error":{{"type":"{kind}","message":"{message}"}},"request_id":"req_011C"}}'


def python_repr(kind: str, message: str) -> str:
    return str({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_011C"})


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


BAD, RATE, AUTH = "invalid_request_error", "rate_limit_error", "authentication_error"

SDKS = {
    "TypeScript SDK": (
        f"BadRequestError: 400 {body(BAD, GATE)}\n    at APIError.generate",
        "gated",
        "out_of_extra_usage",
    ),
    "TypeScript SDK, bare": (f"Error: 429 {body(RATE, 'Error')}", "unknown", "bare_429"),
    "TypeScript SDK, wall": (f"429 {body(RATE, WALL)}", "spent", "window_unknown"),
    "Python SDK": (
        f"anthropic.RateLimitError: Error code: 429 - {python_repr(RATE, 'Error')}",
        "unknown",
        "bare_429",
    ),
    "Python SDK, gate": (
        f"anthropic.BadRequestError: Error code: 400 - {python_repr(BAD, GATE)}",
        "gated",
        "out_of_extra_usage",
    ),
    "Python SDK, overloaded": (
        f"anthropic._exceptions.OverloadedError: Error code: 529 - {python_repr('overloaded_error', 'Overloaded')}",
        "unavailable",
        "overloaded",
    ),
    "Python SDK, timeout": ("anthropic.APITimeoutError: Request timed out.", "unavailable", "timeout"),
    "Python SDK, no connection": (
        "anthropic.APIConnectionError: Connection error.",
        "unavailable",
        "connect",
    ),
    "Go SDK": (
        f'POST "https://api.anthropic.com/v1/messages": 429 Too Many Requests {body(RATE, "Error")}',
        "unknown",
        "bare_429",
    ),
    "Rust client": (
        f"Provider claude-max-main failed: Provider API error: 400 - claude-max-main API error: {body(BAD, ONLY)}, trying next",
        "gated",
        "client_only",
    ),
    "LiteLLM": (
        f"litellm.BadRequestError: AnthropicException - {body(BAD, THIRD)}. Received Model Group=sonnet",
        "gated",
        "third_party_apps",
    ),
    "LiteLLM, per minute": (
        "litellm.RateLimitError: AnthropicException - "
        + body(RATE, "Number of tokens has exceeded your per-minute rate limit (https://docs.anthropic.com)"),
        "throttled",
        "per_minute",
    ),
    "Vercel AI SDK": (
        "AI_APICallError: Bad Request\n  url: 'https://api.anthropic.com/v1/messages',\n  statusCode: 400,\n"
        f"  responseBody: '{body(BAD, ONLY)}',\n  isRetryable: false",
        "gated",
        "client_only",
    ),
    "OpenCode log line": (
        'ERROR 2026-04-08T07:05:12 +12ms service=llm error={"error":{"name":"AI_APICallError","statusCode":400,'
        f'"responseBody":"{escaped(body(BAD, GATE))}"}}}} stream error',
        "gated",
        "out_of_extra_usage",
    ),
    "error inside a JSON list of errors": (
        f'[{{"error":"Error: 429 {escaped(body(RATE, WALL))}\\n    at generate (cli.js:11)","timestamp":"2026-04-29T14:58:12Z"}}]',
        "spent",
        "window_unknown",
    ),
    "JSON inside JSON inside JSON": (
        f'{{"level":50,"msg":"request failed","err":{{"message":"400 {escaped(body(BAD, GATE))}"}}}}',
        "gated",
        "out_of_extra_usage",
    ),
    "httpx and then the SDK": (
        'INFO httpx: HTTP Request: POST https://api.anthropic.com/v1/messages "HTTP/1.1 429 Too Many Requests"\n'
        f"ERROR: Error code: 429 - {python_repr(RATE, 'Error')}",
        "unknown",
        "bare_429",
    ),
    "OpenClaw": (
        f"[agent/embedded] embedded run agent end: runId=1 isError=true error=LLM request rejected: {GATE}",
        "gated",
        "out_of_extra_usage",
    ),
    "OpenClaw, typed": (
        "FailoverError: HTTP 401 authentication_error: OAuth token has expired. Please obtain a new token.",
        "unauthorized",
        "expired",
    ),
    "OpenClaw's own words say nothing of the cause": (
        "[agent/embedded] embedded run agent end: isError=true error=⚠️ API rate limit reached. Please try again later.",
        "unknown",
        "unrecognised",
    ),
    "Hermes": (
        f"2026-11-20 03:24:39 ERROR agent.conversation_loop: Non-retryable client error: Error code: 400 - {python_repr(BAD, THIRD)}",
        "gated",
        "third_party_apps",
    ),
    "cut off in the middle": (
        f'claude API error (HTTP 400): {{"type":"error","error":{{"type":"{BAD}","message":"{THIRD}',
        "gated",
        "third_party_apps",
    ),
    "curl could not connect": (
        "curl: (7) Failed to connect to api.anthropic.com port 443: Connection refused",
        "unavailable",
        "connect",
    ),
    "curl found no host": ("curl: (6) Could not resolve host: api.anthropic.com", "unavailable", "dns"),
    "curl timed out": ("curl: (28) Operation timed out after 30001 milliseconds", "unavailable", "timeout"),
    "curl mistrusts": ("curl: (60) SSL certificate problem: self-signed certificate", "unavailable", "tls"),
}

CONSOLES = {
    "gate": (f"API Error: 400 {body(BAD, GATE)}", "gated", "out_of_extra_usage", None),
    "gate, words only": (f"  ⎿  API Error: 400 {GATE}", "gated", "out_of_extra_usage", None),
    "gate, broken inside a word": (
        '⎿ API Error: 400 {"type":"error","error":{"type":"invalid_request_error","mess\n'
        '    age":"Third-party apps now draw from your extra usage, not your plan limits.\n'
        "     We've added a $20 credit to get you started. Claim it at                   \n"
        '    claude.ai/settings/usage and keep going."},"request_id":"req_011C"}',
        "gated",
        "third_party_apps",
        None,
    ),
    "gate, broken at a blank": (
        ' ⎿ API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"OAuth authentication is currently not \n'
        '     supported."},"request_id":"req_011C"}',
        "bad_request",
        "oauth_not_supported",
        None,
    ),
    "coloured": ("\x1b[31mAPI Error: 529 Overloaded.\x1b[0m", "unavailable", "overloaded", None),
    "boxed": (
        "╭──────╮\n│  API Error: 401 OAuth token has expired. Please obtain a new token │\n╰──────╯",
        "unauthorized",
        "expired",
        None,
    ),
    "out of extra usage until a reset": (
        "You're out of extra usage · resets 4pm (America/Chicago)",
        "spent",
        "window_unknown",
        "2026-11-20T22:00Z",
    ),
    "out of extra usage, a sentence": (
        "You're out of extra usage. Resets at 4pm (America/Chicago).",
        "spent",
        "window_unknown",
        "2026-11-20T22:00Z",
    ),
    "out of extra usage, no zone": (
        "You’re out of extra usage · resets 9pm",
        "spent",
        "window_unknown",
        None,
    ),
    "limit": (
        "You've hit your limit · resets 1:30am (Asia/Dhaka)",
        "spent",
        "window_unknown",
        "2026-11-20T19:30Z",
    ),
    "session limit": (
        "You've hit your session limit · resets 8:30pm (Asia/Tokyo)",
        "spent",
        "5h",
        "2026-11-20T11:30Z",
    ),
    "session limit, progress": (
        "You've hit your session limit · resets 3pm (UTC) · progress saved",
        "spent",
        "5h",
        "2026-11-20T15:00Z",
    ),
    "weekly limit": (
        "You've hit your weekly limit · resets Nov 25, 9pm (UTC)",
        "spent",
        "7d",
        "2026-11-25T21:00Z",
    ),
    "weekly limit, at": (
        "You've hit your weekly limit · resets Nov 25 at 1am (Asia/Tokyo)",
        "spent",
        "7d",
        "2026-11-24T16:00Z",
    ),
    "Opus": (
        "You've hit your Opus limit · resets Nov 22, 10am (UTC)",
        "spent",
        "7d_opus",
        "2026-11-22T10:00Z",
    ),
    "Opus, old": (
        "Opus weekly limit reached ∙ resets Nov 24, 10am (UTC)",
        "spent",
        "7d_opus",
        "2026-11-24T10:00Z",
    ),
    "Sonnet": ("You've hit your Sonnet limit · resets 10am (UTC)", "spent", "7d_sonnet", "2026-11-20T10:00Z"),
    "Fable": (
        "You've reached your Fable limit. Run /usage-credits to continue or switch models with /model.",
        "spent",
        "7d_oi",
        None,
    ),
    "Fable 5": ("You've reached your Fable 5 limit. Run /usage-credits to continue", "spent", "7d_oi", None),
    "five hours, old": (
        "5-hour limit reached ∙ resets 3pm (UTC)\n     /upgrade to increase your usage limit.",
        "spent",
        "5h",
        "2026-11-20T15:00Z",
    ),
    "session, old": ("  ⎿  Session limit reached ∙ resets 9:30pm", "spent", "5h", None),
    "weekly, old": ("Weekly limit reached ∙ resets Mon 10:00 AM", "spent", "7d", None),
    "oldest": ("Claude AI usage limit reached|1795200000", "spent", "window_unknown", "2026-11-20T18:40Z"),
    "usage limit": (
        "Claude usage limit reached. Your limit will reset at 3pm (UTC).",
        "spent",
        "window_unknown",
        "2026-11-20T15:00Z",
    ),
    "usage limit with minutes": (
        "Claude usage limit reached. Your limit will reset at 3:30 PM (UTC).",
        "spent",
        "window_unknown",
        "2026-11-20T15:30Z",
    ),
    "organisation's spend, and a window": (
        "You've hit your org's monthly spend limit · ask your admin to raise it at https://claude.ai/admin-settings/usage "
        "· your 5-hour limit resets 4pm (UTC)",
        "spent",
        "5h",
        "2026-11-20T16:00Z",
    ),
    "organisation's spend alone": (
        "You've hit your org's monthly spend limit · ask your admin to raise it",
        "unfunded",
        "org_spend_cap_reached",
        None,
    ),
    "spend": ("You've hit your monthly spend limit.", "unfunded", "org_spend_cap_reached", None),
    "bare": (
        "API Error: Server is temporarily limiting requests (not your usage limit) · Error",
        "unknown",
        "bare_429",
        None,
    ),
    "throttle": (
        "API Error: Server is temporarily limiting requests (not your     usage limit) · Rate limited",
        "throttled",
        "server",
        None,
    ),
    "approaching is not reached": (
        "Approaching Opus usage limit · resets at 7pm",
        "unknown",
        "unrecognised",
        None,
    ),
    "near is not reached": (
        "You've used 92% of your session limit · resets 7pm (UTC)",
        "unknown",
        "unrecognised",
        None,
    ),
    "rate limit, cause unknown": ("API Error: Rate limit reached", "unknown", "unrecognised", None),
    "no login": ("Not logged in · Please run /login", "unauthorized", "missing", None),
    "bad key": ("Invalid API key · Please run /login", "unauthorized", "invalid", None),
    "bad key, outside": ("Invalid API key · Fix external API key", "unauthorized", "invalid", None),
    "expired": ("OAuth token has expired · Please run /login", "unauthorized", "expired", None),
    "revoked": (
        "Failed to authenticate: OAuth token revoked. Please log in again or contact your administrator.",
        "unauthorized",
        "revoked",
        None,
    ),
    "no access": (
        "Your organization does not have access to Claude. Please login again or contact your administrator.",
        "forbidden",
        "organisation_policy",
        None,
    ),
    "credit": ("Credit balance is too low", "unfunded", "credit_balance", None),
    "model": (
        "There's an issue with the selected model (claude-opus-9). It may not exist or you may not have access to it.",
        "not_found",
        "model",
        None,
    ),
    "long context": (
        "API Error: Extra usage is required for 1M context · enable extra usage at claude.ai/settings/usage, or use --model",
        "not_entitled",
        "long_context",
        None,
    ),
    "too large": (
        "Request too large (max 32MB). Double press esc to go back",
        "bad_request",
        "request_too_large",
        None,
    ),
    "timeout": ("API Error: Request timed out.", "unavailable", "timeout", None),
    "no connection": ("API Error: Unable to connect to API (ECONNREFUSED)", "unavailable", "connect", None),
    "no host": ("API Error: Unable to connect to API (ENOTFOUND)", "unavailable", "dns", None),
    "server error": (
        "API Error: 500 Internal server error. This is a server-side issue",
        "unavailable",
        "server_error",
        None,
    ),
}

SILENT = (
    "",
    "hello",
    "All tests passed, no limits in sight.",
    "2026-11-20 03:26:29 INFO gateway.run: Starting Hermes Gateway...",
    "I added a check so that the API is polite when the quota is used.",
    "{}",
    "[]",
    "null",
    "[1, 2, 3]",
    '"just a text"',
    '{"a": {"b": [1, 2, {"c": null}]}}',
    "{broken",
    "HTTP/9 is not a status line",
)


def judged(text: str) -> Judgement:
    return explain(answers_in(text, NOW)).overall


@pytest.mark.parametrize("name", SDKS)
def test_an_error_that_a_client_logged_is_found(name: str) -> None:
    text, verdict, reason = SDKS[name]
    found = judged(text)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert len(explain(answers_in(text, NOW)).answers) == 1


@pytest.mark.parametrize("name", CONSOLES)
def test_what_a_console_shows_is_understood(name: str) -> None:
    text, verdict, reason, until = CONSOLES[name]
    found = judged(text)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.until == (datetime.fromisoformat(until) if until else None)


@pytest.mark.parametrize("text", SILENT)
def test_a_text_without_an_error_is_unknown(text: str) -> None:
    found = judged(text)
    assert (found.verdict, found.retry) == ("unknown", "backoff")
