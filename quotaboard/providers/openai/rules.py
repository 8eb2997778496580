"""The table of the OpenAI dialect: which error means what. First match wins; `proof` names recorded answers.

The order is the reference's: gates, the account, caps, money, windows, the day, somebody else's trouble,
throttles, routes and models, and bare statuses at last. A provider puts rows of its own before these.
"""

from quotaboard.providers.common import COMMON_RULES
from quotaboard.providers.openai.limit_rules import CAPS_AND_WINDOWS, THROTTLES
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.meter_rules import METER_RULES
from quotaboard.providers.openai.told import (
    asked_usage,
    both,
    coded,
    either,
    ends_soon,
    from_upstream,
    is_page,
    refused,
    says,
    status,
    untold,
    with_status,
)

_ENDPOINT = (
    row(
        "openai.unknown.usage_throttled",
        "usage_endpoint_throttled",
        either(both(asked_usage, with_status(429)), says(r"connector_rate_limit")),
        proof=("cx-e11",),
    ),
    row(
        "openai.forbidden.scope",
        "scope_missing",
        says(
            r"only management keys",
            r"missing scopes?\b",
            r"insufficient (?:permissions|scope)\b",
            r"scope requirement",
        ),
        proof=("or-k04",),
    ),
    row(
        "openai.bad_request.setup",
        "setup_error",
        says(r"database not connected", r"no connected db", r"no_db_connection"),
        proof=("ll-keyinfo-good",),
    ),
)

_GATES = (
    row(
        "openai.gated.out_of_extra_usage",
        "gated_extra_usage",
        says(r"out of (?:extra )?usage\b(?! credits for)", r"extra usage is required"),
        proof=("ll-chat-lane-extra-usage", "ll-messages-lane-extra-usage"),
    ),
    row("openai.gated.third_party", "gated_third_party", says(r"draws? (?:now )?from your extra usage")),
    row(
        "openai.gated.client",
        "client_gated",
        says(
            r"access_terminated_error",
            r"only (?:currently )?available for coding agents",
            r"only authori[sz]ed for use with",
            r"unsupported client",
        ),
        proof=("km-e01", "km-e02"),
    ),
    row("openai.gated.fair_use", "fair_use_block", says(r"fair[- ]us(?:e|age)\b")),
    row(
        "openai.gated.page",
        "cdn_challenge",
        both(is_page, lambda answer, _context: answer.status == 403),
    ),
)

_ACCOUNT = (
    row(
        "openai.unauthorized.revoked",
        "token_revoked",
        either(
            coded("token_invalidated", "token_revoked", "refresh_token_invalidated"),
            says(
                r"token has been (?:invalidated|revoked)",
                r"key was reported as leaked",
                r"该令牌状态不可用",
                r"令牌.{0,4}(?:禁用|不可用)",
            ),
        ),
        proof=("cx-e06",),
    ),
    row(
        "openai.forbidden.workspace",
        "workspace_disabled",
        says(
            r"code (?=\w*workspace)\w*(?:deactivated|disabled|suspended)",
            r"workspace\w* (?:is |was |has been )?deactivated",
        ),
        proof=("cx-e07",),
    ),
    row("openai.forbidden.workspace_invalid", "workspace_invalid", says(r"code \w*workspace")),
    row(
        "openai.not_entitled.plan",
        "entitlement_plan",
        says(
            r"usage_not_included",
            r"EntitlementError",
            r"subscription (?:is )?required",
            r"not included in your plan",
        ),
        proof=("cx-e12", "og-e05"),
    ),
    row(
        "openai.forbidden.organisation_disabled",
        "organisation_disabled",
        says(
            r"account_(?:deactivated|disabled|banned|suspended)\b",
            r"(?:account|organi[sz]ation) (?:has been|was|is) (?:deactivated|disabled|banned|terminated)",
            r"organi[sz]ation has been restricted",
        ),
    ),
    row(
        "openai.forbidden.region",
        "region",
        says(
            r"unsupported_country",
            r"(?:country|region|territory),? .{0,20}not supported",
            r"not available in your (?:country|region)",
            r"user location is not supported",
        ),
    ),
    row(
        "openai.forbidden.organisation_policy",
        "org_policy",
        says(
            r"must be a member of an organi[sz]ation",
            r"not allowed (?:for|by) (?:this|your) organi[sz]ation",
            r"ip_not_authorized",
        ),
    ),
    row(
        "openai.not_entitled.model",
        "entitlement_model",
        says(
            r"model_access_denied",
            r"not allowed to access model",
            r"can only access models",
            r"does not have access to (?:the )?model",
            r"must be verified to (?:use|stream)",
            r"plan does not (?:yet )?(?:include|support)",
        ),
    ),
)

_REQUEST = (
    row(
        "openai.bad_request.too_large",
        "request_too_large",
        either(with_status(413), says(r"^request too large", r"\| request too large for")),
    ),
)

_ROUTES = (
    row(
        "openai.not_found.route",
        "route_unavailable",
        says(
            r"无可用渠道",
            r"no endpoints (?:found|available)",
            r"no (?:available )?(?:channels?|deployments?) (?:available |found )?for",
            r"no allowed providers",
        ),
        proof=("or-e16", "or-e18", "rl-e05", "rl-e06"),
    ),
    row(
        "openai.not_found.model",
        "model_not_found",
        says(
            r"\bmodel\b.{0,120}?\b(?:not found|does not exist|not_found|is not supported|not available)\b",
            r"model_not_(?:found|supported|available)",
            r"invalid model\b",
            r"no such model",
            r"unknown model",
            r"is not a valid model",
        ),
        proof=("ll-chat-unknown-model", "lo-03", "lo-04", "lo-05", "lo-06"),
    ),
    row(
        "openai.not_found.unloaded",
        "model_not_loaded",
        says(r"no models? (?:is |are )?(?:currently )?loaded", r"^model is unloaded"),
        proof=("lo-09",),
    ),
)

_ABOUT_THE_REQUEST = (
    row(
        "openai.bad_request.context",
        "context_too_long",
        says(
            r"context_length_exceeded",
            r"context[ _]?window[ _]?exceeded",
            r"maximum context length",
            r"exceeds? (?:the )?(?:model's )?(?:maximum )?context",
            r"prompt is too long",
        ),
        proof=("ll-chat-lane-ctx",),
    ),
    row(
        "openai.bad_request.parameter",
        "parameter",
        both(
            either(with_status(400, 422), untold),
            says(
                r"max_(?:completion_|output_)?tokens['\"`]?.{0,60}(?:not supported|unsupported|at least)",
                r"max_(?:completion_|output_)?tokens['\"`]?.{0,60}(?:minimum|below)",
                r"(?:unsupported|unknown|unrecognized)[ _](?:request )?(?:parameter|argument|value)",
            ),
        ),
    ),
    row(
        "openai.bad_request.moderation",
        "moderation",
        says(
            r"requires moderation", r"content_(?:policy|filter)", r"flagged (?:by|for)", r"input was flagged"
        ),
    ),
)


_REST = (
    row(
        "openai.unauthorized.expired",
        "token_expired",
        both(
            either(with_status(401, 403), coded("token_expired", "expired_key"), untold),
            says(r"token_expired", r"expired", r"已过期"),
        ),
        proof=("cx-e10", "cx-r03"),
    ),
    row(
        "openai.unauthorized.missing",
        "missing_key",
        both(
            either(with_status(401, 403), untold),
            says(
                r"no (?:\w+ ){0,2}credentials (?:were )?found",
                r"authentication (?:is )?required",
                r"not (?:logged|signed) in\b",
                r"missing (?:authentication|authorization|api[- ]?key|bearer)",
                r"didn't provide an api key",
                r"no api key (?:was )?(?:provided|found|passed)",
                r"api key is required",
                r"未提供令牌",
            ),
        ),
        proof=("or-e01", "or-e04"),
    ),
    row(
        "openai.unauthorized.invalid",
        "invalid_key",
        either(
            with_status(401),
            coded("invalid_api_key", "invalid_authentication_error", "authentication_error", "auth_error"),
            says(
                r"(?:incorrect|invalid) (?:api[- ]?key|token|bearer|authentication|credentials?)",
                r"invalid proxy server token",
                r"无效的令牌",
                r"api[- ]?key (?:is )?(?:invalid|not valid)",
            ),
        ),
        proof=("or-e02", "oa-e05", "ll-models-bad", "ll-p01", "ll-p02"),
    ),
    row("openai.unfunded.payment", "credit_exhausted", with_status(402)),
    row("openai.forbidden.refused", "refused", with_status(403)),
    row(
        "openai.unavailable.overloaded",
        "overloaded",
        either(
            with_status(503, 529), says(r"overloaded", r"at capacity", r"capacity_exhausted", r"no capacity")
        ),
        proof=("cx-e13", "or-e20"),
    ),
    row(
        "openai.throttled.bare",
        "transient_throttle",
        with_status(429),
        detail=ends_soon,
        proof=("oa-e06", "mi-e02", "gm-e04"),
    ),
    row(
        "openai.throttled.told",
        "transient_throttle",
        both(untold, says(r"too many requests", r"rate[_ ]limit")),
        detail=ends_soon,
    ),
    row(
        "openai.unavailable.server",
        "server_error",
        lambda answer, _context: refused(answer) and (status(answer) or 0) >= 500,
        proof=("ll-chat-lane-mock-500",),
    ),
    row("openai.not_found.address", "address_not_found", with_status(404)),
    row("openai.bad_request.other", "bad_request", with_status(400, 405, 409, 415, 422)),
)

_UPSTREAM = (
    row(
        "openai.unavailable.upstream",
        "upstream_throttle",
        from_upstream,
        proof=("or-e15", "og-e01", "og-e02"),
    ),
    row(
        "openai.unavailable.upstream_down",
        "upstream_down",
        both(
            either(with_status(500, 502, 503, 504), untold),
            says(
                r"Exception - .{0,40}(?:connection error|connect|timed? ?out)",
                r"connection error\.",
                r"APIConnectionError",
            ),
        ),
        proof=("ll-chat-lane-down",),
    ),
)

TABLE = (
    *_ENDPOINT,
    *_GATES,
    *_ACCOUNT,
    *CAPS_AND_WINDOWS,
    *_UPSTREAM,
    *_REQUEST,
    *_ABOUT_THE_REQUEST[:1],
    *THROTTLES,
    *_ROUTES,
    *_ABOUT_THE_REQUEST[1:],
    *_REST,
)
"""The rows for errors alone, for providers that judge what was served in their own way."""

RULES = (*METER_RULES, *TABLE, *COMMON_RULES)
