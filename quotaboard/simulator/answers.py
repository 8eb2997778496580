"""An answer as it goes over the wire, and the refusals, worded as they were recorded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from quotaboard.simulator.scenario import Reply

Headers = Mapping[str, str]
NO_HEADERS: Headers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, decided before the first byte is sent.

    What later goes wrong on the wire (a cut stream, a delay) belongs between this value and the sender.
    """

    status: int
    headers: Headers
    chunks: tuple[bytes, ...]
    """One for a plain body; one per event for a stream."""

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)


def json_answer(status: int, body: object, headers: Headers = NO_HEADERS) -> Answer:
    """A JSON body with its content type."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, {"content-type": "application/json", **headers}, (text.encode(),))


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the provider's; the id of the recorded answer that it repeats is in `recorded`."""

    status: int
    type: str
    message: str
    details: Mapping[str, object] | None = None
    headers: Headers = field(default_factory=dict)
    recorded: str | None = None

    def answer(self, request_id: str, headers: Headers = NO_HEADERS) -> Answer:
        """The refusal in the Messages API's envelope."""
        error: dict[str, object] = {"type": self.type, "message": self.message}
        if self.details is not None:
            error["details"] = dict(self.details)
        body = {"type": "error", "error": error, "request_id": request_id}
        return json_answer(self.status, body, {**self.headers, **headers})


RETRY: Headers = MappingProxyType({"x-should-retry": "true"})
DO_NOT_RETRY: Headers = MappingProxyType({"x-should-retry": "false"})
USER_FACING = MappingProxyType({"error_visibility": "user_facing"})


def _invalid(message: str, recorded: str | None = None) -> Refusal:
    return Refusal(400, "invalid_request_error", message, headers=DO_NOT_RETRY, recorded=recorded)


def bad_request(message: str) -> Refusal:
    """The request itself is malformed."""
    return _invalid(message)


def model_not_found(model: str) -> Refusal:
    """The provider has no such model."""
    return Refusal(404, "not_found_error", f"model: {model}", recorded="an-e29")


def per_minute(limit: str, organization: str, model: str) -> Refusal:
    """An API key's organisation has used up a minute."""
    return Refusal(
        429,
        "rate_limit_error",
        f"This request would exceed your organization's rate limit of {limit} (org: {organization}, "
        f"model: {model}). For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see "
        "the response headers for current usage. Please reduce the prompt length or the maximum tokens "
        "requested, or try again later. You may also contact sales at https://claude.com/contact-sales to "
        "discuss your options for a rate limit increase.",
        headers=RETRY,
        recorded="an-e16",
    )


def credits_required(model: str, display_name: str, reason: str | None) -> Refusal:
    """The model is served only from usage credits, and there are none."""
    details = {
        "error_code": "credits_required",
        "notice": {
            "title": "You've hit your monthly spend limit",
            "text": "Ask your admin to raise your spend limit, or switch models to continue this chat.",
            "cta": {"copy": "Switch models", "intent": "switch_model", "redirect_hint": None},
            "is_dismissible": True,
        },
        "model_display_name": display_name.removeprefix("Claude "),
        "can_user_purchase_credits": False,
        "model": model,
        "has_chargeable_saved_payment_method": True,
        "disabled_reason": reason,
        "exhausted_included_allowance": False,
    }
    message = "Usage credits are required for this model."
    return Refusal(429, "rate_limit_error", message, details, RETRY, recorded="an-e15")


WINDOW_SPENT = Refusal(
    429,
    "rate_limit_error",
    "This request would exceed your account's rate limit. Please try again later.",
    headers=RETRY,
    recorded="an-e09",
)
INVALID_BEARER = Refusal(401, "authentication_error", "Invalid bearer token", recorded="an-e23")
INVALID_KEY = Refusal(401, "authentication_error", "invalid x-api-key", recorded="an-e22")
NO_CREDENTIAL = Refusal(401, "authentication_error", "x-api-key header is required")
INVALID_CREDENTIALS = Refusal(401, "authentication_error", "Invalid authentication credentials")
EXPIRED = Refusal(
    401,
    "authentication_error",
    "OAuth token has expired. Please obtain a new token or refresh your existing token.",
    recorded="an-e20",
)
REVOKED = Refusal(
    403,
    "permission_error",
    "OAuth token has been revoked. Please obtain a new token.",
    recorded="an-e25",
)
OAUTH_BETA_MISSING = Refusal(
    401,
    "authentication_error",
    "OAuth authentication is currently not supported.",
    USER_FACING,
    recorded="an-e21",
)
SCOPE_MISSING = Refusal(
    403,
    "permission_error",
    "OAuth token does not meet scope requirement user:profile",
    USER_FACING,
    recorded="an-e26",
)
NOT_FOUND = Refusal(404, "not_found_error", "Not found")

USAGE_THROTTLED = {"error": {"type": "rate_limit_error", "message": "Rate limited. Please try again later."}}
"""The usage endpoint leaves the outer `type` out (an-e11)."""

FIXED_REFUSALS = MappingProxyType(
    {
        Reply.OUT_OF_EXTRA_USAGE: _invalid(
            "You're out of extra usage. Add more at claude.ai/settings/usage and keep going.", "an-e01"
        ),
        Reply.THIRD_PARTY_APPS: _invalid(
            "Third-party apps now draw from your extra usage, not your plan limits. Add more at "
            "claude.ai/settings/usage and keep going.",
            "an-e02",
        ),
        Reply.CLAUDE_CODE_ONLY: _invalid(
            "This credential is only authorized for use with Claude Code and cannot be used for other API "
            "requests.",
            "an-e04",
        ),
        Reply.CREDIT_BALANCE: _invalid(
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to "
            "upgrade or purchase credits.",
            "an-e05",
        ),
        Reply.BARE_429: Refusal(429, "rate_limit_error", "Error", headers=RETRY, recorded="an-e12"),
        Reply.RATE_LIMITED: Refusal(
            429, "rate_limit_error", "Rate limited", headers=RETRY, recorded="an-e10"
        ),
        Reply.ORGANIZATION_REFUSED: Refusal(
            403,
            "permission_error",
            "OAuth authentication is currently not allowed for this organization.",
            {"error_visibility": "user_facing", "error_code": "oauth_not_allowed_for_organization"},
            recorded="an-e27",
        ),
        Reply.OVERLOADED: Refusal(529, "overloaded_error", "Overloaded", headers=RETRY, recorded="an-e32"),
        Reply.SERVER_ERROR: Refusal(
            500, "api_error", "Internal server error", headers=RETRY, recorded="an-e31"
        ),
    }
)
