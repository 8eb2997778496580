"""Gates: refused for the shape of the request or its client, whatever the quota."""

from __future__ import annotations

import re

from quotaboard.domain.rules import Rule
from quotaboard.domain.verdict import Verdict
from quotaboard.providers.anthropic import facts, options, wording

_CLIENT_ERRORS = frozenset({400, 401, 402, 403, 429})
_EXTRA_USAGE = re.compile(
    r"""
    \bout\ of\ (?:(?:extra|paid|additional)\ )?usage(?:\ credits)?\b
    | \b(?:extra\ usage|usage\ credits)\ (?:is|are|has\ been|have\ been)\ (?:exhausted|used\ up|depleted)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_THIRD_PARTY = re.compile(
    r"""
    third[- ]party\ (?:apps?|applications?|clients?|harness(?:es)?|tools?|agents?|integrations?|usage
        |requests?)\b
        .{0,80}\b(?:draws?|drawn|counts?|counted|bill(?:s|ed)?|charged|extra\ usage|usage\ credits)
    | \b(?:draws?|drawn|billed)\ (?:now\ )?(?:from|to|against)\ your\ (?:extra\ usage|usage\ credits)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLIENT_ONLY = re.compile(
    r"""
    \bonly\ (?:be\ )?(?:authori[sz]ed|used|valid|allowed|permitted|available|intended|supported)\b
        .{0,30}\b(?:with|for|in|by|through|via|from)\ (?:use\ (?:with|in|by)\ )?
        (?:the\ )?(?:official\ )?claude\ code
    | \brestricted\ to\ (?:the\ )?(?:official\ )?claude\ code
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EXTRA_REQUIRED = re.compile(
    r"\b(?:extra usage|usage credits) (?:is|are|must be) (?:required|enabled|needed)\b", re.IGNORECASE
)

RULES = (
    Rule(
        id="anthropic.spent.paid_pool_empty",
        verdict=Verdict.SPENT,
        statuses=_CLIENT_ERRORS,
        says=_EXTRA_USAGE,
        when=facts.both(
            facts.is_told(_EXTRA_USAGE), lambda _answer, context: facts.account_window(context) is not None
        ),
        detail=facts.full_account_window,
        summary=wording.spent,
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY, options.ALLOW_EXTRA),
        proof=("an-e01",),
    ),
    Rule(
        id="anthropic.spent.out_until_reset",
        verdict=Verdict.SPENT,
        # The official client says so when a window is spent; a gate never resets.
        says=re.compile(
            r"\bout of (?:extra )?usage\b\W{0,4}(?:it )?resets? (?:in |at |on )?[\w\d]", re.IGNORECASE
        ),
        detail=facts.spoken_window,
        summary=wording.spent,
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY, options.ALLOW_EXTRA),
    ),
    Rule(
        id="anthropic.gated.out_of_extra_usage",
        verdict=Verdict.GATED,
        reason="out_of_extra_usage",
        statuses=_CLIENT_ERRORS,
        says=_EXTRA_USAGE,
        when=facts.is_gate(_EXTRA_USAGE),
        summary=wording.gated,
        options=options.AGAINST_A_GATE,
        proof=("an-e01", "an-e46"),
    ),
    Rule(
        id="anthropic.gated.third_party_apps",
        verdict=Verdict.GATED,
        reason="third_party_apps",
        statuses=_CLIENT_ERRORS,
        says=_THIRD_PARTY,
        when=facts.is_gate(_THIRD_PARTY),
        summary=wording.gated,
        options=options.AGAINST_A_GATE,
        proof=("an-e02", "an-e03"),
    ),
    Rule(
        id="anthropic.gated.client_only",
        verdict=Verdict.GATED,
        reason="client_only",
        statuses=_CLIENT_ERRORS,
        says=_CLIENT_ONLY,
        when=facts.is_gate(_CLIENT_ONLY),
        summary=wording.client_only,
        options=(options.OTHER_LANE, options.OFFICIAL, options.OWN_KEY),
        proof=("an-e04",),
    ),
    Rule(
        id="anthropic.gated.extra_usage_required",
        verdict=Verdict.GATED,
        reason="out_of_extra_usage",
        statuses=frozenset({400, 403}),
        says=_EXTRA_REQUIRED,
        when=facts.is_gate(_EXTRA_REQUIRED),
        summary=wording.gated,
        options=options.AGAINST_A_GATE,
    ),
)
