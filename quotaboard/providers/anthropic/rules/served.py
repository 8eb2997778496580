"""Served: on the plan, near its end, or billed."""

from __future__ import annotations

from quotaboard.domain.rules import Rule
from quotaboard.domain.verdict import Verdict
from quotaboard.providers.anthropic import facts, options, wording

RULES = (
    Rule(
        id="anthropic.paid.overage_in_use",
        verdict=Verdict.PAID,
        reason="overage_in_use",
        when=facts.is_paid,
        summary=wording.paid,
        options=(options.OTHER_LANE, options.OFFICIAL, "turn extra usage off at claude.ai/settings/usage"),
        proof=("an-h18", "an-h20", "an-h36", "claude_cli:s_overage_in_use"),
    ),
    Rule(
        id="anthropic.near_limit.window",
        verdict=Verdict.NEAR_LIMIT,
        when=facts.is_near_limit,
        detail=facts.near_detail,
        summary=wording.near,
        options=("have another lane ready",),
        proof=("an-h11", "an-h30"),
    ),
    Rule(
        id="anthropic.open.served",
        verdict=Verdict.OPEN,
        when=facts.is_allowed,
        summary=wording.served,
        proof=("an-h01", "an-h04", "an-k01"),
    ),
)
