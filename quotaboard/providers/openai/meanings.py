"""What errors mean, in the words of our reference, and the verdict that each meaning has.

A rule names its meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quotaboard.domain.answer import Answer
from quotaboard.domain.rules import Context, Detail, Rule, Test
from quotaboard.domain.verdict import Scope, Verdict
from quotaboard.domain.wording import clock
from quotaboard.providers.common import LOOK_AGAIN

OTHER_LANE = "put the agent on a lane that is open"
OTHER_MODEL = "choose another model"
PAY = "pay into the account, or raise the limit"
LOG_IN = "log in again in the program that owns this login, or put in a new key"
WAIT = "wait for the reset"
WAIT_A_LITTLE = "wait until the time that the provider named"
ASK_OPERATOR = "ask whoever runs the gateway"
CORRECT = "correct the request"
NO_QUOTA = "This says nothing about your quota"
_A_WINDOW = "A usage window"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row of the vocabulary."""

    verdict: Verdict
    reason: str
    scope: Scope
    sentence: str
    options: tuple[str, ...]


_GATED, _UNAUTHORIZED, _FORBIDDEN = Verdict.GATED, Verdict.UNAUTHORIZED, Verdict.FORBIDDEN
_UNFUNDED, _SPENT, _THROTTLED = Verdict.UNFUNDED, Verdict.SPENT, Verdict.THROTTLED
_UNAVAILABLE, _NOT_FOUND, _BAD = Verdict.UNAVAILABLE, Verdict.NOT_FOUND, Verdict.BAD_REQUEST
_KEY, _MODEL, _SHAPE, _REQUEST = Scope.CREDENTIAL, Scope.MODEL, Scope.SHAPE, Scope.REQUEST

MEANINGS: dict[str, Meaning] = {
    "gated_extra_usage": Meaning(
        _GATED,
        "out_of_extra_usage",
        _SHAPE,
        "The provider behind this address refuses requests of this kind whatever the plan's use: it "
        "counts them as extra "
        "usage, and none is available. Retrying, logging in again or changing the model will not help",
        (OTHER_LANE, "run this work in the provider's own client", "use an API key: billed per token"),
    ),
    "gated_third_party": Meaning(
        _GATED,
        "third_party_apps",
        _SHAPE,
        "The provider behind this address counts requests of third-party clients as extra usage "
        "instead of the plan. "
        "Retrying or logging in again will not help",
        (OTHER_LANE, "run this work in the provider's own client", "use an API key: billed per token"),
    ),
    "client_gated": Meaning(
        _GATED,
        "client_only",
        _SHAPE,
        "This plan is served only to clients that the provider knows, whatever its quota: the "
        "request was refused for who sent it",
        (OTHER_LANE, "run this work in a client that the provider names"),
    ),
    "cdn_challenge": Meaning(
        _GATED,
        "cdn_challenge",
        _SHAPE,
        "A content network in front of the provider refused the request for how it looked; neither "
        "the login nor the quota was judged",
        (OTHER_LANE, "try from another network, or without the proxy or VPN in between"),
    ),
    "fair_use_block": Meaning(
        _GATED,
        "fair_use",
        _SHAPE,
        "The provider holds this account back under its fair use policy, whatever its quota",
        (OTHER_LANE, "ask the provider"),
    ),
    "token_revoked": Meaning(
        _UNAUTHORIZED, "revoked", _KEY, "This login or key was revoked or disabled", (LOG_IN, OTHER_LANE)
    ),
    "token_expired": Meaning(
        _UNAUTHORIZED,
        "expired",
        _KEY,
        "This login has expired",
        ("open the program that owns this login once, or log in again", OTHER_LANE),
    ),
    "missing_key": Meaning(
        _UNAUTHORIZED,
        "missing",
        _KEY,
        "No credential reached the provider",
        ("log in, or put in a key", OTHER_LANE),
    ),
    "invalid_key": Meaning(
        _UNAUTHORIZED, "invalid", _KEY, "The key or login was not accepted", (LOG_IN, OTHER_LANE)
    ),
    "upstream_key": Meaning(
        _UNAUTHORIZED,
        "invalid",
        _MODEL,
        "The gateway's own login with its supplier is refused; your key for the gateway is fine",
        (OTHER_LANE, ASK_OPERATOR),
    ),
    "workspace_disabled": Meaning(
        _FORBIDDEN,
        "workspace_disabled",
        _KEY,
        "The workspace of this login was deactivated; this is not about money",
        (OTHER_LANE, "ask the administrator of the workspace"),
    ),
    "workspace_invalid": Meaning(
        _FORBIDDEN,
        "workspace_invalid",
        _KEY,
        "This login may not use the workspace that it names",
        ("choose another workspace in the program that owns this login", OTHER_LANE),
    ),
    "organisation_disabled": Meaning(
        _FORBIDDEN,
        "organisation_disabled",
        _KEY,
        "The provider has disabled this account or its organisation",
        (OTHER_LANE, "write to the provider's support"),
    ),
    "org_policy": Meaning(
        _FORBIDDEN,
        "organisation_policy",
        _KEY,
        "The organisation's policy does not allow this",
        (OTHER_LANE, "ask the administrator"),
    ),
    "scope_missing": Meaning(
        _FORBIDDEN,
        "scope_missing",
        Scope.ENDPOINT,
        "This key may not use this address. Requests to models may still be served with it",
        ("read the numbers elsewhere: the lane itself is not affected",),
    ),
    "region": Meaning(
        _FORBIDDEN,
        "region",
        _KEY,
        "The provider does not serve the country or region that the request came from",
        (OTHER_LANE,),
    ),
    "refused": Meaning(
        _FORBIDDEN,
        "refused",
        _REQUEST,
        "The provider refuses, and the reason is not one that quotaboard knows; the key need not be wrong",
        (OTHER_LANE,),
    ),
    "entitlement_plan": Meaning(
        Verdict.NOT_ENTITLED,
        "plan",
        _KEY,
        "This is not part of the account's plan",
        (OTHER_LANE, "take a plan that includes it"),
    ),
    "entitlement_model": Meaning(
        Verdict.NOT_ENTITLED,
        "model",
        _MODEL,
        "This account or key may not use this model; others are not affected",
        (OTHER_MODEL, "ask for access to it"),
    ),
    "spend_limit": Meaning(
        _UNFUNDED,
        "spend_limit",
        _KEY,
        "A spend limit of this key or account is reached",
        (OTHER_LANE, "raise the limit where it was set"),
    ),
    "credit_exhausted": Meaning(
        _UNFUNDED,
        "credit_exhausted",
        _KEY,
        "The account has no money or quota left; waiting does not repair that",
        (OTHER_LANE, PAY),
    ),
    "credit_low": Meaning(
        _UNFUNDED,
        "credit_low",
        _REQUEST,
        "The balance does not cover a request of this size; a smaller one may still be served",
        ("let the agent ask for fewer output tokens (max_tokens)", PAY, OTHER_LANE),
    ),
    "upstream_credit_exhausted": Meaning(
        _UNAVAILABLE,
        "upstream_credit",
        _REQUEST,
        "The gateway's own account with its supplier is out of money; yours is not",
        (OTHER_LANE, ASK_OPERATOR),
    ),
    "plan_window_exhausted": Meaning(
        _SPENT, "window_unknown", _KEY, f"{_A_WINDOW} of the plan is used up", (WAIT, OTHER_LANE)
    ),
    "daily_limit_exhausted": Meaning(
        _SPENT, "1d", _MODEL, "The limit for the day is used up", (WAIT, OTHER_MODEL, OTHER_LANE)
    ),
    "upstream_throttle": Meaning(
        _UNAVAILABLE,
        "upstream",
        _REQUEST,
        "The gateway's own supplier refuses or has trouble; your quota is not meant",
        (LOOK_AGAIN, OTHER_MODEL, OTHER_LANE),
    ),
    "upstream_down": Meaning(
        _UNAVAILABLE,
        "upstream",
        _REQUEST,
        "The gateway cannot reach its supplier; your key for it is fine",
        (LOOK_AGAIN, OTHER_LANE),
    ),
    "concurrency_limit": Meaning(
        _THROTTLED,
        "concurrency",
        _MODEL,
        "Too many requests at the same time: a matter of seconds, and no window",
        (LOOK_AGAIN, "let fewer agents run at once"),
    ),
    "per_minute_limit": Meaning(
        _THROTTLED,
        "per_minute",
        _MODEL,
        "A per-minute limit was hit; it frees itself",
        (WAIT_A_LITTLE, "send fewer or smaller requests at once"),
    ),
    "transient_throttle": Meaning(
        _THROTTLED, "rate_limited", _MODEL, "Too many requests for the moment", (WAIT_A_LITTLE, OTHER_LANE)
    ),
    "bare_throttle": Meaning(
        _THROTTLED,
        "bare_429",
        _SHAPE,
        "The supplier behind the proxy refused without a word; so a throttle and a gate cannot be told apart",
        (LOOK_AGAIN, OTHER_LANE),
    ),
    "route_unavailable": Meaning(
        _NOT_FOUND,
        "route",
        _SHAPE,
        "The gateway has no supplier that takes this model with a request of this kind; the gateway "
        "itself is up",
        (OTHER_MODEL, "look at the gateway's routing, data policy and tool settings"),
    ),
    "model_not_found": Meaning(
        _NOT_FOUND,
        "model",
        _MODEL,
        "There is no model of that name here",
        ("choose a model from the provider's list",),
    ),
    "address_not_found": Meaning(
        _NOT_FOUND,
        "endpoint",
        _MODEL,
        "There is no such model or address here",
        ("check the model's name and the base URL",),
    ),
    "model_not_pulled": Meaning(
        _NOT_FOUND, "model", _MODEL, "The server runs, but it does not have this model", ("pull the model",)
    ),
    "model_not_loaded": Meaning(
        _NOT_FOUND, "not_loaded", _MODEL, "The server runs, but no model is loaded", ("load the model there",)
    ),
    "overloaded": Meaning(
        _UNAVAILABLE,
        "overloaded",
        _REQUEST,
        "The provider is overloaded. This is not about your account",
        (LOOK_AGAIN, OTHER_LANE),
    ),
    "server_error": Meaning(
        _UNAVAILABLE,
        "server_error",
        _REQUEST,
        f"The provider or a gateway has trouble of its own. {NO_QUOTA}",
        (LOOK_AGAIN,),
    ),
    "context_too_long": Meaning(
        _BAD,
        "context_too_long",
        _REQUEST,
        f"The conversation is longer than the model's context. {NO_QUOTA}",
        ("compact the conversation, or start a new one",),
    ),
    "request_too_large": Meaning(
        _BAD, "request_too_large", _REQUEST, f"The request was too large. {NO_QUOTA}", ("send less",)
    ),
    "moderation": Meaning(
        _BAD,
        "moderation",
        _REQUEST,
        "The provider refused the content of the request, not the account",
        (CORRECT,),
    ),
    "parameter": Meaning(
        _BAD,
        "parameter",
        _REQUEST,
        f"The model does not take a parameter of the request. {NO_QUOTA}",
        ("leave the parameter out, or use the name that the provider wants",),
    ),
    "bad_request": Meaning(
        _BAD, "invalid_request", _REQUEST, f"The request itself was wrong. {NO_QUOTA}", (CORRECT,)
    ),
    "setup_error": Meaning(
        _BAD,
        "setup",
        Scope.ENDPOINT,
        "The gateway is not set up to answer this; that says nothing about the lane",
        ("read the numbers elsewhere", ASK_OPERATOR),
    ),
    "usage_endpoint_throttled": Meaning(
        Verdict.UNKNOWN,
        "usage_endpoint",
        Scope.ENDPOINT,
        "Usage was read too often and is refused for a while. This says nothing about the lanes",
        ("wait: the last reading is kept with its age",),
    ),
    "misleading_reading": Meaning(
        Verdict.UNKNOWN,
        "misleading",
        Scope.ENDPOINT,
        "This endpoint shows nothing that is true of the account",
        ("allow quotaboard to try one request of one token",),
    ),
    "ambiguous_quota": Meaning(
        Verdict.UNKNOWN,
        "ambiguous_quota",
        _REQUEST,
        "One provider says this when money is missing and another when a free window is used up; "
        "nothing here tells which",
        ("look at the provider's billing page", OTHER_LANE),
    ),
}


def row(
    rule_id: str,
    meaning: str,
    when: Test,
    *,
    detail: Callable[[Answer, Context], Detail] | None = None,
    sentence: str | None = None,
    options: tuple[str, ...] | None = None,
    scope: Scope | None = None,
    proof: tuple[str, ...] = (),
) -> Rule:
    """A rule that gives an answer its meaning; what is not said is the meaning's own."""
    told = MEANINGS[meaning]
    return Rule(
        id=rule_id,
        verdict=told.verdict,
        reason=told.reason,
        scope=scope or told.scope,
        when=when,
        detail=detail,
        summary=_summary(sentence or told.sentence),
        options=told.options if options is None else options,
        proof=proof,
    )


def _summary(sentence: str) -> Callable[[Answer, Context, Detail], str]:
    def say(answer: Answer, _context: Context, detail: Detail) -> str:
        named = detail.reason if detail.reason and detail.reason[0].isdigit() else None
        text = sentence.replace(_A_WINDOW, f"The {named} window") if named else sentence
        said = f"{text}: “{answer.message}”." if answer.message else f"{text}."
        return f"{said} It ends {clock(detail.until)}." if detail.until else said

    return say
