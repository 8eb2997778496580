"""Access: logins, keys, organisations, models, and trouble that is not about the account."""

from __future__ import annotations

import re

from quotaboard.domain.rules import Rule
from quotaboard.domain.verdict import Scope, Verdict
from quotaboard.providers.anthropic import facts, options
from quotaboard.providers.common import quoted, say

_CREDIT = re.compile(r"credit balance is too low", re.IGNORECASE)

ABOUT_A_FIELD = Rule(
    id="anthropic.bad_request.field",
    verdict=Verdict.BAD_REQUEST,
    reason="invalid_request",
    scope=Scope.REQUEST,
    statuses=frozenset({400, 422}),
    when=facts.about_a_field,
    summary=quoted("The request itself was wrong; this says nothing about your quota"),
    options=("correct the request",),
)
"""First of the refusals: the complaint may quote what a person wrote, and that may speak of anything."""

GUARD = Rule(
    id="anthropic.unavailable.guard",
    verdict=Verdict.UNAVAILABLE,
    reason="gateway",
    scope=Scope.REQUEST,
    when=facts.is_guarded,
    detail=facts.guarded_until,
    summary=say(
        "Not Anthropic but a proxy in between answers, and it has halted itself. "
        "Its own message says how to go on."
    ),
    options=("look at the proxy", options.OTHER_LANE),
)

RULES = (
    Rule(
        id="anthropic.unfunded.credit_balance",
        verdict=Verdict.UNFUNDED,
        reason="credit_balance",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({400, 402, 403, 429}),
        says=_CREDIT,
        when=facts.is_told(_CREDIT),
        summary=say("The prepaid credit of this API organisation is used up."),
        options=(options.OTHER_LANE, "buy credits in the Anthropic console"),
        proof=("an-e05",),
    ),
    Rule(
        id="anthropic.forbidden.organisation_disabled",
        verdict=Verdict.FORBIDDEN,
        reason="organisation_disabled",
        scope=Scope.CREDENTIAL,
        says=re.compile(r"(?:organi[sz]ation|account) has been (?:disabled|suspended|banned)", re.IGNORECASE),
        summary=say("Anthropic has disabled this account or its organisation."),
        options=(options.OTHER_LANE, "write to Anthropic's support"),
    ),
    Rule(
        id="anthropic.unauthorized.revoked",
        verdict=Verdict.UNAUTHORIZED,
        reason="revoked",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({400, 401, 403}),
        says=re.compile(
            r"\b(?:token|session|login|key) (?:has been |was |is )?(?:revoked|invalidated)", re.IGNORECASE
        ),
        summary=say("This login was revoked. Only a new login helps."),
        options=("log in again in the program that owns this login", options.OTHER_LANE),
        proof=("an-e25",),
    ),
    Rule(
        id="anthropic.unauthorized.expired",
        verdict=Verdict.UNAUTHORIZED,
        reason="expired",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({401, 403}),
        says=re.compile(
            r"\b(?:token|credentials?|login|session) (?:has |have |is |was )?expired", re.IGNORECASE
        ),
        summary=say("This login has expired. The program that owns it renews it when it is next used."),
        options=(options.LOG_IN, "log in again", options.OTHER_LANE),
        proof=("an-e20",),
    ),
    Rule(
        id="anthropic.bad_request.oauth_route",
        verdict=Verdict.BAD_REQUEST,
        reason="oauth_not_supported",
        scope=Scope.REQUEST,
        says=re.compile(r"OAuth authentication is (?:currently )?not supported", re.IGNORECASE),
        summary=say(
            "The request lacked what a subscription login needs (its beta header), or went to an address "
            "that takes only API keys. The login itself was not judged."
        ),
        options=("send the request to the Messages API with the OAuth beta header",),
        proof=("an-e21",),
    ),
    Rule(
        id="anthropic.unauthorized.missing",
        verdict=Verdict.UNAUTHORIZED,
        reason="missing",
        scope=Scope.CREDENTIAL,
        says=re.compile(
            r"""
            not\ logged\ in | x-api-key\ header\ is\ required | authentication\ (?:is\ )?required
            | \b(?:no|missing)\ (?:api\ key|credentials?|authentication|authorization)\b
            """,
            re.IGNORECASE | re.VERBOSE,
        ),
        when=lambda answer, _context: (
            "invalid" not in answer.message.lower() and answer.status in (None, 401, 403)
        ),
        summary=say("No credential was sent: nobody is logged in here."),
        options=("log in, or add a key with `quotaboard key set`",),
    ),
    Rule(
        id="anthropic.unauthorized.invalid",
        verdict=Verdict.UNAUTHORIZED,
        reason="invalid",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({401, 403}),
        says=re.compile(
            r"invalid (?:x-api-key|api key|bearer token|authentication credentials?|token)", re.IGNORECASE
        ),
        summary=say(
            "The key or token is not valid: mistyped, replaced, or of another kind than this address takes."
        ),
        options=("put in a valid key, or log in again", options.OTHER_LANE),
        proof=("an-e22", "an-e23"),
    ),
    Rule(
        id="anthropic.unauthorized.refresh_dead",
        verdict=Verdict.UNAUTHORIZED,
        reason="invalid",
        scope=Scope.CREDENTIAL,
        types=frozenset({"invalid_grant"}),
        summary=say(
            "The login can no longer renew itself: its refresh token is used up or was replaced. "
            "Only a new login helps."
        ),
        options=("log in again in the program that owns this login", options.OTHER_LANE),
        proof=("an-e37",),
    ),
    Rule(
        id="anthropic.forbidden.scope",
        verdict=Verdict.FORBIDDEN,
        reason="scope_missing",
        scope=Scope.ENDPOINT,
        says=re.compile(r"does not meet scope requirement", re.IGNORECASE),
        summary=say(
            "This token may not use this address (a setup-token cannot read usage). "
            "Requests to models may still be served with it."
        ),
        options=("read the windows with one probe instead",),
        proof=("an-e26",),
    ),
    Rule(
        id="anthropic.forbidden.organisation_policy",
        verdict=Verdict.FORBIDDEN,
        reason="organisation_policy",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({401, 403}),
        codes=frozenset({"oauth_not_allowed_for_organization"}),
        says=re.compile(
            r"not allowed for this organi[sz]ation"
            r"|(?:account|organi[sz]ation) does not have access to claude",
            re.IGNORECASE,
        ),
        when=facts.without_limits,
        summary=say("The organisation does not allow subscription logins here, or the account was closed."),
        options=(options.OTHER_LANE, options.OWN_KEY, "ask the administrator"),
        proof=("an-e27",),
    ),
    Rule(
        id="anthropic.forbidden.region",
        verdict=Verdict.FORBIDDEN,
        reason="region",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({400, 403}),
        says=re.compile(
            r"unsupported (?:countr|region|territor)|not available in your (?:country|region)", re.IGNORECASE
        ),
        summary=say("Anthropic does not serve the country or region that the request came from."),
        options=(options.OTHER_LANE,),
    ),
    Rule(
        id="anthropic.forbidden.wrong_surface",
        verdict=Verdict.FORBIDDEN,
        reason="wrong_surface",
        scope=Scope.ENDPOINT,
        codes=frozenset({"account_session_invalid"}),
        summary=say("This address belongs to the web app and takes no API login."),
        options=("use the Messages API",),
        proof=("an-e44",),
    ),
    Rule(
        id="anthropic.not_found.model",
        verdict=Verdict.NOT_FOUND,
        reason="model",
        scope=Scope.MODEL,
        statuses=frozenset({400, 404}),
        says=re.compile(
            r"""
            ^model:\ (?!(?:input|field|extra|string)\b) | issue\ with\ the\ selected\ model
            | \bmodel\b.{0,60}(?:not\ found|does\ not\ exist|is\ not\ a\ valid\ model)
            | \bis\ not\ a\ valid\ model | \binvalid\ model\ name
            """,
            re.IGNORECASE | re.VERBOSE,
        ),
        summary=say(
            "There is no model of that name for this account: mistyped, retired or not yet released to it."
        ),
        options=("choose a model from the account's list",),
        proof=("an-e29",),
    ),
    Rule(
        id="anthropic.unavailable.upstream",
        verdict=Verdict.UNAVAILABLE,
        reason="upstream",
        scope=Scope.REQUEST,
        says=re.compile(r"RESOURCE_EXHAUSTED|exhausted your capacity on", re.IGNORECASE),
        detail=facts.spoken_pause,
        summary=say(
            "Not Anthropic but a gateway answers here, and its own supplier has nothing left for the moment."
        ),
        options=(options.OTHER_LANE, "ask whoever runs the gateway"),
        proof=("an-e39",),
    ),
    Rule(
        id="anthropic.bad_request.too_large",
        verdict=Verdict.BAD_REQUEST,
        reason="request_too_large",
        scope=Scope.REQUEST,
        statuses=frozenset({413}),
        types=frozenset({"request_too_large"}),
        summary=say("The request was too large. This says nothing about your quota."),
        options=("send less",),
        proof=("an-e30",),
    ),
    Rule(
        id="anthropic.bad_request.too_large_told",
        verdict=Verdict.BAD_REQUEST,
        reason="request_too_large",
        scope=Scope.REQUEST,
        says=re.compile(r"^request too large|request exceeds the maximum size", re.IGNORECASE),
        summary=say("The request was too large. This says nothing about your quota."),
        options=("send less",),
    ),
    Rule(
        id="anthropic.bad_request.context",
        verdict=Verdict.BAD_REQUEST,
        reason="context_too_long",
        scope=Scope.REQUEST,
        statuses=frozenset({400, 413}),
        says=re.compile(
            r"prompt is too long|exceeds? (?:the )?(?:model's )?(?:maximum )?context"
            r"|input length and .?max_tokens.? exceed",
            re.IGNORECASE,
        ),
        summary=say(
            "The conversation is longer than the model's context. This says nothing about your quota."
        ),
        options=("compact the conversation, or start a new one",),
        proof=("an-e35",),
    ),
    Rule(
        id="anthropic.unavailable.overloaded",
        verdict=Verdict.UNAVAILABLE,
        reason="overloaded",
        scope=Scope.REQUEST,
        statuses=frozenset({500, 502, 503, 529, 200}),
        types=frozenset({"overloaded_error"}),
        says=re.compile(r"overloaded", re.IGNORECASE),
        summary=say("Anthropic is overloaded. This is not about your account."),
        options=(options.ASKED_AGAIN, options.OTHER_LANE),
        proof=("an-e32",),
    ),
    Rule(
        id="anthropic.unavailable.overloaded_status",
        verdict=Verdict.UNAVAILABLE,
        reason="overloaded",
        scope=Scope.REQUEST,
        statuses=frozenset({529}),
        summary=say("Anthropic is overloaded. This is not about your account."),
        options=(options.ASKED_AGAIN, options.OTHER_LANE),
    ),
    Rule(
        id="anthropic.unavailable.server_error",
        verdict=Verdict.UNAVAILABLE,
        reason="server_error",
        scope=Scope.REQUEST,
        types=frozenset({"api_error", "timeout_error"}),
        when=lambda answer, _context: answer.status is None or answer.status >= 500 or answer.status == 200,
        summary=say("Anthropic has trouble of its own. This is not about your account."),
        options=(options.ASKED_AGAIN,),
        proof=("an-e31",),
    ),
)
