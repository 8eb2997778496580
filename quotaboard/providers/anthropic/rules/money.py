"""Money: spend caps, empty credit, and models or features that need it."""

from __future__ import annotations

import re

from quotaboard.domain.rules import Rule
from quotaboard.domain.verdict import Scope, Verdict
from quotaboard.providers.anthropic import facts, options, wording
from quotaboard.providers.common import say

_LONG_CONTEXT = re.compile(
    r"""
    (?:extra\ usage|usage\ credits)\ (?:(?:is|are)\ )?required\ (?:for|to\ use)\ (?:the\ )?
        (?:long[- ]context|1M)
    | long[- ]context\ (?:beta\ )?(?:is|are)\ not\ (?:yet\ )?(?:available|enabled)\ for\ this
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MODEL_CREDITS = re.compile(r"usage credits are required for (?:this model|[\w .-]*model)", re.IGNORECASE)
_FAST_MODE = re.compile(r"fast request rejected|\bfast mode\b", re.IGNORECASE)
_SPEND_CAP = re.compile(r"monthly API usage threshold", re.IGNORECASE)
_SPEND_LIMIT = re.compile(r"reached your (?:specified )?(?:\w+ )?API usage limits?", re.IGNORECASE)

RULES = (
    Rule(
        id="anthropic.unfunded.spend_cap",
        verdict=Verdict.UNFUNDED,
        reason="spend_cap",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({400, 403, 429}),
        codes=frozenset({"enforced_spend_limit_reached"}),
        says=_SPEND_CAP,
        detail=facts.dated_detail,
        summary=wording.dated(
            "The organisation has reached the monthly spend cap of its API tier. "
            "Retrying before that is useless."
        ),
        options=(options.OTHER_LANE, "ask Anthropic for a higher tier"),
        proof=("an-e08",),
    ),
    Rule(
        id="anthropic.unfunded.spend_limit",
        verdict=Verdict.UNFUNDED,
        reason="spend_limit",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({400, 403, 429}),
        says=_SPEND_LIMIT,
        detail=facts.dated_detail,
        summary=wording.dated(
            "A spend limit that the owner of the workspace or organisation set has been reached."
        ),
        options=(options.OTHER_LANE, "raise the limit in the Anthropic console"),
        proof=("an-e06", "an-e07"),
    ),
    Rule(
        id="anthropic.not_entitled.model",
        verdict=Verdict.NOT_ENTITLED,
        reason="credits_required",
        scope=Scope.MODEL,
        statuses=frozenset({400, 403, 429}),
        codes=frozenset({"credits_required"}),
        says=_MODEL_CREDITS,
        summary=say(
            "This model is served only from paid usage credits, and the account has none to use. "
            "Other models are not affected."
        ),
        options=(
            "choose another model",
            options.OTHER_LANE,
            "allow usage credits for this model: billed per token",
        ),
        proof=("an-e15",),
    ),
    Rule(
        id="anthropic.not_entitled.long_context",
        verdict=Verdict.NOT_ENTITLED,
        reason="long_context",
        scope=Scope.REQUEST,
        statuses=frozenset({400, 403, 429}),
        says=_LONG_CONTEXT,
        summary=say(
            "Only requests with the one-million-token context need paid usage here; "
            "the same model with its standard context keeps working."
        ),
        options=("use the model without the 1M context", options.ALLOW_EXTRA),
        proof=("an-e13",),
    ),
    Rule(
        id="anthropic.not_entitled.fast_mode",
        verdict=Verdict.NOT_ENTITLED,
        reason="fast_mode",
        scope=Scope.REQUEST,
        statuses=frozenset({400, 403, 429}),
        says=_FAST_MODE,
        summary=say(
            "Fast mode is billed separately and not available to this account; normal speed is not affected."
        ),
        options=("turn fast mode off",),
    ),
)
