"""Limits: windows that are spent, and throttles that pass."""

from __future__ import annotations

import re

from quotaboard.domain.rules import Rule
from quotaboard.domain.verdict import Scope, Verdict
from quotaboard.providers.anthropic import facts, options, wording
from quotaboard.providers.common import say

_LIMITED = frozenset({429, 403})
_ORG_SPEND = re.compile(r"monthly (?:spend|spending) (?:limit|cap)", re.IGNORECASE)
_CONSOLE_WALL = re.compile(
    r"""
    (?:5-hour|five-hour|weekly|session|opus|sonnet|fable|claude|usage)\ (?:\d\ )?(?:(?:usage|weekly)\ )?
        limit\ (?:reached|hit|exceeded)\b
    | \b(?:hit|reached)\ your\ (?:(?!api\b|[\w'-]*\ ?spend)[\w'-]+\ ){0,3}?limits?\b
    | \byour\ 5-hour\ limit\ resets
    """,
    re.IGNORECASE | re.VERBOSE,
)
_RATE = r"exceed (?:your|the) (?:(?:account|organi[sz]ation|workspace)(?:'s)? )?rate limit"
_PER_MINUTE = re.compile(
    r"""
    per[- ]minute\ rate\ limit
    | (?:tokens?|requests?)\ per\ minute
    | \bper\ minute\b
    | concurrent\ (?:connections|requests)
    | (?:usage\ increase|acceleration)\ (?:rate|limit)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PER_DAY = re.compile(r"\bdaily rate limit|(?:tokens?|requests?) per day\b", re.IGNORECASE)

RULES = (
    Rule(
        id="anthropic.spent.meter",
        verdict=Verdict.SPENT,
        when=facts.meter_is_full,
        detail=facts.full_account_window,
        summary=wording.spent,
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY),
    ),
    Rule(
        id="anthropic.unknown.usage_throttled",
        verdict=Verdict.UNKNOWN,
        reason="usage_endpoint",
        scope=Scope.ENDPOINT,
        when=facts.usage_is_refused,
        summary=say(
            "Usage was read too often and is refused for a while. This says nothing about the lanes."
        ),
        options=("wait: the last reading is kept with its age",),
        proof=("an-e11",),
    ),
    Rule(
        id="anthropic.spent.window",
        verdict=Verdict.SPENT,
        statuses=_LIMITED,
        when=facts.limits_rejected,
        detail=facts.rejected_window,
        summary=wording.spent,
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY),
        proof=("an-h12", "an-h14", "an-h16", "an-h32"),
    ),
    Rule(
        id="anthropic.unfunded.paid_pool",
        verdict=Verdict.UNFUNDED,
        scope=Scope.CREDENTIAL,
        statuses=_LIMITED,
        when=facts.paid_pool_rejected,
        detail=facts.pool_detail,
        summary=wording.pool_empty,
        options=(options.OTHER_LANE, "raise the spend limit, or buy credits"),
        proof=("an-h29", "an-h37"),
    ),
    Rule(
        id="anthropic.unknown.window_reset",
        verdict=Verdict.UNKNOWN,
        reason="window_reset",
        statuses=_LIMITED,
        when=facts.rejection_is_over,
        summary=say(
            "The window that refused this request has reset since; "
            "how the lane is now is not known until it is asked again."
        ),
        options=("ask it again",),
    ),
    Rule(
        id="anthropic.spent.console",
        verdict=Verdict.SPENT,
        when=facts.both(facts.without_limits, facts.is_told(_CONSOLE_WALL), facts.is_refused_for_limits),
        says=_CONSOLE_WALL,
        detail=facts.spoken_window,
        summary=wording.spent,
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY),
        proof=("an-e42", "claude_cli:d_e429_rej"),
    ),
    Rule(
        id="anthropic.unfunded.organisation_spend",
        verdict=Verdict.UNFUNDED,
        reason="org_spend_cap_reached",
        scope=Scope.CREDENTIAL,
        says=_ORG_SPEND,
        when=facts.is_told(_ORG_SPEND),
        summary=say("The organisation's monthly spend limit has been reached."),
        options=(options.OTHER_LANE, "ask the administrator to raise the limit"),
    ),
    Rule(
        id="anthropic.gated.bare_429",
        verdict=Verdict.GATED,
        reason="bare_429",
        when=facts.is_bare_with_control,
        confirmed=facts.is_repeated,
        summary=wording.bare_429,
        options=options.AGAINST_A_GATE,
        proof=("an-e12", "an-h03"),
    ),
    Rule(
        id="anthropic.unknown.bare_429",
        verdict=Verdict.UNKNOWN,
        reason="bare_429",
        when=facts.is_bare,
        summary=say(
            "A bare 429 without limits: a burst, or this kind of request is refused. One answer cannot tell; "
            "a second look, and a lighter request on the same login, will."
        ),
        options=("look again in a minute", "try the same login with a small model and without tools"),
        proof=("an-e12", "an-h03", "an-h27"),
    ),
    Rule(
        id="anthropic.spent.day",
        verdict=Verdict.SPENT,
        reason="1d",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({429}),
        says=_PER_DAY,
        summary=say("The daily limit of this organisation is used up."),
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY),
    ),
    Rule(
        id="anthropic.throttled.per_minute",
        verdict=Verdict.THROTTLED,
        reason="per_minute",
        scope=Scope.MODEL,
        statuses=frozenset({429}),
        says=_PER_MINUTE,
        detail=facts.bucket_reset,
        summary=say("A per-minute limit of the organisation was hit. It frees itself within a minute or so."),
        options=("wait a minute", "send fewer or smaller requests at once", options.OTHER_LANE),
        proof=("an-e16",),
    ),
    Rule(
        id="anthropic.throttled.bucket",
        verdict=Verdict.THROTTLED,
        reason="per_minute",
        scope=Scope.MODEL,
        statuses=frozenset({429}),
        when=facts.bucket_empty,
        detail=facts.bucket_reset,
        summary=say("A per-minute limit of the organisation was hit. It frees itself within a minute or so."),
        options=("wait a minute", "send fewer or smaller requests at once", options.OTHER_LANE),
    ),
    Rule(
        id="anthropic.throttled.key_rate",
        verdict=Verdict.THROTTLED,
        reason="per_minute",
        scope=Scope.MODEL,
        statuses=frozenset({429}),
        says=re.compile(_RATE, re.IGNORECASE),
        when=facts.by_key,
        summary=say("A rate limit of this API key's organisation was hit."),
        options=("wait a minute", options.OTHER_LANE),
    ),
    Rule(
        id="anthropic.spent.account_rate",
        verdict=Verdict.SPENT,
        reason="window_unknown",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({429}),
        says=re.compile(_RATE, re.IGNORECASE),
        when=facts.without_limits,
        summary=wording.spent,
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY),
        proof=("an-e09",),
    ),
    Rule(
        id="anthropic.throttled.server",
        verdict=Verdict.THROTTLED,
        reason="server",
        scope=Scope.MODEL,
        statuses=frozenset({429}),
        says=re.compile(
            r"^rate limited\b|temporarily limiting requests|temporarily throttled", re.IGNORECASE
        ),
        summary=say("Anthropic is throttling for a moment. This is not your usage limit."),
        options=(options.ASKED_AGAIN,),
        proof=("an-e10", "an-e11"),
    ),
)
