"""Gates: refused for the shape of the request or its client, whatever the quota."""

from __future__ import annotations

import re

from quotaboard.domain.rules import Rule
from quotaboard.domain.verdict import Verdict
from quotaboard.providers.anthropic import facts, options, wording

_CLIENT_ERRORS = frozenset({400, 401, 402, 403, 429})
_EXTRA_USAGE = re.compile(r"\bout of (?:extra |paid )?(?:usage|usage credits)\b", re.IGNORECASE)
_THIRD_PARTY = re.compile(
    r"third[- ]party (?:apps?|clients?|harness(?:es)?|tools?|applications?|usage)\b.{0,60}\b(?:draws?|counts?|bill(?:s|ed)?|use|extra usage|usage credits)"
    r"|\bdraws? from your (?:extra usage|usage credits)",
    re.IGNORECASE,
)
_CLIENT_ONLY = re.compile(
    r"only (?:be )?(?:authorized|authorised|used|valid|allowed|permitted)\b.{0,30}\b(?:with|for|in|by|through) (?:use (?:with|in) )?claude code",
    re.IGNORECASE,
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
        when=lambda answer, context: facts.account_window(context) is not None,
        detail=facts.full_account_window,
        summary=wording.spent,
        options=(options.WAIT, options.OTHER_LANE, options.OWN_KEY, options.ALLOW_EXTRA),
        proof=("design: differential diagnosis, last row",),
    ),
    Rule(
        id="anthropic.gated.out_of_extra_usage",
        verdict=Verdict.GATED,
        reason="out_of_extra_usage",
        statuses=_CLIENT_ERRORS,
        says=_EXTRA_USAGE,
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
        summary=wording.gated,
        options=options.AGAINST_A_GATE,
    ),
)
