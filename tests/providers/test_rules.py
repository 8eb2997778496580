"""The rules that no recording proves, each with an answer that fires it."""

import json
from datetime import UTC, datetime
from typing import Any

from quotaboard.domain.rules import judge
from quotaboard.providers.anthropic.rules import RULES
from quotaboard.providers.captured import answers_in
from quotaboard.providers.common import COMMON_RULES
from tests.tables import for_each

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
UNIFIED = "anthropic-ratelimit-unified-"


def told(status: int, message: str, kind: str = "invalid_request_error", **more: Any) -> dict[str, Any]:
    return {"status": status, "body": {"type": "error", "error": {"type": kind, "message": message}}, **more}


def limits(status: int, **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return told(status, "…", "rate_limit_error", headers=named, at="2026-11-20T05:00:00Z")


RATE = "This request would exceed your organization's rate limit."

EXAMPLES: dict[str, dict[str, Any] | str] = {
    "anthropic.bad_request.field": told(400, "max_tokens: Field required"),
    "anthropic.unavailable.guard": told(503, "dario halted", "dario_overage_guard"),
    "anthropic.not_entitled.fast_mode": told(429, "Fast mode needs usage credits", "rate_limit_error"),
    "anthropic.spent.out_until_reset": "You're out of extra usage · resets 4pm (UTC)",
    "anthropic.gated.extra_usage_required": told(400, "Extra usage must be enabled to use this app."),
    "anthropic.spent.meter": {
        "endpoint": "usage",
        "status": 200,
        "body": {"seven_day": {"utilization": 100}},
    },
    "anthropic.unknown.window_reset": limits(
        429,
        **{UNIFIED + "5h-status": "rejected", UNIFIED + "5h-reset": "1795145000"},
    ),
    "anthropic.unfunded.organisation_spend": told(
        429, "You have hit your monthly spend limit.", "rate_limit_error"
    ),
    "anthropic.spent.day": told(
        429, "Number of tokens has exceeded your daily rate limit", "rate_limit_error"
    ),
    "anthropic.throttled.bucket": limits(
        429,
        **{"anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "0"},
    ),
    "anthropic.throttled.key_rate": told(429, RATE, "rate_limit_error", request={"auth": "api_key"}),
    "anthropic.forbidden.organisation_disabled": told(400, "This organization has been disabled."),
    "anthropic.unauthorized.missing": told(401, "x-api-key header is required", "authentication_error"),
    "anthropic.forbidden.region": told(403, "Not allowed from unsupported countries.", "permission_error"),
    "anthropic.bad_request.too_large_told": told(400, "Request too large (max 32MB)."),
    "anthropic.unavailable.overloaded_status": {"status": 529, "body": ""},
    "http.forbidden.firewall": {"status": 403, "body": "<html>cf</html>"},
    "http.unavailable.server_error": {"status": 502, "body": "bad gateway"},
    "http.unavailable.fault": {"status": 200, "body": "<html>sign in</html>"},
    "http.unavailable.timeout": {"status": 408, "body": ""},
    "http.unauthorized": told(401, "New words", "authentication_error"),
    "http.unfunded.billing": told(402, "Pay first", "new_type"),
    "http.forbidden": told(403, "Request not allowed", "forbidden"),
    "http.not_found": told(404, "Not Found", "not_found_error"),
    "http.bad_request.too_large": {"status": 413, "body": "<html>413</html>"},
    "http.throttled.retry_after": told(429, "Slow down", "new_type", headers={"retry-after": "20"}),
    "http.bad_request.validation": told(422, "Unrecognized key"),
    "http.unavailable.timeout_told": "API Error: Request timed out.",
    "http.unavailable.dns_told": "curl: (6) Could not resolve host: api.anthropic.com",
    "http.unavailable.tls_told": "curl: (60) SSL certificate problem: self-signed certificate",
    "http.unavailable.connect_told": "Unable to connect to API (ECONNREFUSED)",
    "unknown.usage_only": {"endpoint": "usage", "status": 200, "body": {"seven_day": {"utilization": 10}}},
    "unknown.unrecognised": told(418, "I'm a teapot", "teapot"),
}
FOR_OTHERS = {"http.open"}
"""Rules that a provider of its own kind of answer reaches, and this one does not."""


@for_each({rule: rule for rule in EXAMPLES})
def test_a_rule_fires_for_what_it_is_about(rule: str) -> None:
    given = EXAMPLES[rule]
    (answer,) = answers_in(given if isinstance(given, str) else json.dumps(given), NOW)
    assert judge(answer, RULES).rule == rule


def test_every_rule_has_a_recording_or_an_example() -> None:
    assert {rule.id for rule in RULES if not rule.proof} == set(EXAMPLES) | FOR_OTHERS


def test_the_rules_of_http_alone_open_only_what_was_served() -> None:
    (served,) = answers_in('{"status": 200, "body": {"content": []}}', NOW)
    (page,) = answers_in('{"status": 200, "body": "<html></html>"}', NOW)
    assert judge(served, COMMON_RULES).rule == "http.open"
    assert judge(page, COMMON_RULES).verdict == "unavailable"
