"""Accounts in every state that a person meets, with all their lanes."""

from dataclasses import replace
from decimal import Decimal

from quotaboard.domain.board import (
    Cost,
    CredentialView,
)
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Kind
from quotaboard.domain.reading import Balance, Money, Overage
from quotaboard.domain.verdict import Verdict
from tests.tui.pieces import (
    HAIKU,
    OPUS,
    SONNET,
    after,
    before,
    credential,
    judgement,
    lane,
    matrix,
    view,
    window,
    with_gates,
)

OFF = Overage(status="rejected", reason="org_level_disabled_until")

GATE_SENTENCE = (
    "Your plan is 3 % used; Anthropic refuses requests that carry tools from third-party clients on this "
    "account and would bill them as extra usage, which is off. Retrying, logging in again or changing the "
    "model will not help."
)

GATE_OPTIONS = (
    "Run this in Claude Code, which the plan still serves.",
    "Move the agent to another credential or provider.",
    "Turn on extra usage at claude.ai; every request is then billed by the token.",
)

GATE_MESSAGE = (
    "You're out of extra usage. Add more at claude.ai/settings/usage and keep going, or wait for your limits "
    "to reset."
)


def gate(*, confirmed: bool = True) -> Judgement:
    return judgement(
        Verdict.GATED,
        rule="anthropic.gated.out_of_extra_usage",
        reason="out_of_extra_usage",
        summary=GATE_SENTENCE,
        options=GATE_OPTIONS,
        confirmed=confirmed,
        evidence=Evidence(
            status=400,
            error_type="invalid_request_error",
            message=GATE_MESSAGE,
            request_id="req_011CVBk7fYq3mZt8sLhWnR2x",
            headers=(("x-should-retry", "false"),),
        ),
    )


def gated_max() -> CredentialView:
    rows = {HAIKU: "open gated official:open", SONNET: "open gated official:open"}
    lanes = with_gates(matrix("max", rows), gate())
    lanes = tuple(
        replace(one, next_look_at=after(minutes=30)) if one.judgement.verdict is Verdict.GATED else one
        for one in lanes
    )
    windows = (
        window("5h", 0.03, after(hours=1, minutes=48), lasts=True),
        window("7d", 0.0, after(days=4, hours=3), lasts=True),
    )
    return view(credential("max"), lanes, windows=windows, overage=OFF)


def spent_work() -> CredentialView:
    told = judgement(
        Verdict.SPENT,
        rule="anthropic.spent.window",
        reason="5h",
        until=after(hours=2),
        summary="The 5h window is used up (101 %). It opens again by itself at 16:12.",
        options=("Wait until 16:12.", "Move the agent to another credential."),
        evidence=Evidence(
            429,
            "rate_limit_error",
            "This request would exceed your account's rate limit. Please try again later.",
            "req_011CVBm2",
            (
                ("anthropic-ratelimit-unified-5h-status", "rejected"),
                ("anthropic-ratelimit-unified-5h-utilization", "1.01"),
                ("retry-after", "7200"),
            ),
        ),
    )
    lanes = matrix("work", {HAIKU: "spent spent official:unknown", SONNET: "spent spent official:unknown"})
    implied = replace(told, inferred_from=f"work/{HAIKU}/plain/direct")
    lanes = tuple(
        replace(one, judgement=told if number == 0 else implied)
        if one.judgement.verdict is Verdict.SPENT
        else one
        for number, one in enumerate(lanes)
    )
    windows = (
        window("5h", 1.01, after(hours=2), status="rejected"),
        window("7d", 0.42, after(days=3, hours=20), empty_at=after(days=1, hours=18, minutes=48)),
    )
    who = credential("work", "pro", source="hermes:work", found_in=("Hermes pool",))
    return view(who, lanes, windows=windows, overage=replace(OFF, reason="org_level_disabled"))


def paid_team() -> CredentialView:
    told = judgement(
        Verdict.PAID,
        rule="anthropic.paid.in_use",
        summary="It serves, and every request is billed to extra usage: the 5h window is used up.",
        options=("Wait for the reset at 15:10.", "Turn extra usage off to be refused instead of billed."),
        evidence=Evidence(200, headers=(("anthropic-ratelimit-unified-overage-in-use", "true"),)),
    )
    lanes = matrix("team", {SONNET: "paid paid", OPUS: "paid paid"})
    lanes = tuple(replace(one, judgement=told) for one in lanes)
    pool = Overage(
        status="allowed",
        in_use=True,
        utilization=0.42,
        used=Money(Decimal("21.07"), "USD"),
        limit=Money(Decimal(50), "USD"),
    )
    windows = (
        window("5h", 1.0, after(minutes=58), status="rejected"),
        window("7d", 0.77, after(days=2), lasts=True),
    )
    return view(credential("team", "team"), lanes, windows=windows, overage=pool)


def near_pro() -> CredentialView:
    lanes = matrix("nightly", {HAIKU: "near_limit near_limit", SONNET: "near_limit near_limit"})
    windows = (
        window("5h", 0.93, after(minutes=41), status="allowed_warning", empty_at=after(minutes=22)),
        window("7d", 0.61, after(days=5), lasts=True),
        window("7d_sonnet", 0.2, after(days=5), model="Sonnet", lasts=True),
    )
    return view(
        credential(
            "nightly",
            "max_5x",
            source="env:CLAUDE_CODE_OAUTH_TOKEN",
            found_in=("CLAUDE_CODE_OAUTH_TOKEN",),
            kind=Kind.SETUP_TOKEN,
        ),
        lanes,
        windows=windows,
        overage=Overage("rejected", "overage_not_provisioned"),
    )


def bare_429() -> CredentialView:
    told = judgement(
        Verdict.GATED,
        rule="anthropic.gated.bare_429",
        reason="bare_429",
        confirmed=False,
        summary="A 429 without any limit in it, while a smaller model is served: it looks like a refusal.",
        options=("Wait for the second look.",),
        evidence=Evidence(429, "rate_limit_error", "Error", "req_011CVC"),
    )
    lanes = with_gates(matrix("side", {HAIKU: "open open", SONNET: "gated gated", OPUS: "gated gated"}), told)
    windows = (window("5h", 0.09, after(hours=4), lasts=True), window("7d", 0.16, after(days=6), lasts=True))
    return view(
        credential("side", "max_5x"), lanes, windows=windows, overage=Overage("rejected", "out_of_credits")
    )


def expired() -> CredentialView:
    told = judgement(
        Verdict.UNAUTHORIZED,
        reason="expired",
        summary="The login has expired. Open Claude Code once; it renews its own login.",
        options=("Open Claude Code once.",),
        evidence=Evidence(401, "authentication_error", "OAuth token has expired.", "req_011CVD"),
    )
    lanes = tuple(lane("old", SONNET, shape, told) for shape in ("plain", "tools"))
    return view(
        credential("old", "pro", expires_at=before(hours=9)),
        lanes,
        trouble="The login expired 9 h ago: open Claude Code once.",
        tokens_today=0,
    )


def router() -> CredentialView:
    lanes = matrix("router", {"anthropic/claude-sonnet-4.6": "open open"}, provider="openrouter")
    who = credential(
        "router",
        None,
        provider="openrouter",
        kind=Kind.API_KEY,
        source="env:OPENROUTER_API_KEY",
        found_in=("OPENROUTER_API_KEY",),
        expires_at=None,
    )
    balance = Balance(Money(Decimal(5), "USD"), Money(Decimal(20), "USD"), "monthly")
    return view(who, lanes, balance=balance, tokens_today=12)


def fresh() -> CredentialView:
    lanes = matrix("spare", {HAIKU: "unknown unknown", SONNET: "unknown unknown"})
    who = credential(
        "spare", None, kind=Kind.API_KEY, source="keyring", found_in=("keyring",), expires_at=None
    )
    return view(who, lanes, consent=False, tokens_today=0, cost_per_day=Cost(40, 8, Decimal("0.0002")))


def serving(name: str, plan: str, five: float, seven: float) -> CredentialView:
    told = judgement(
        Verdict.OPEN, summary="It serves on the plan.", evidence=Evidence(200, request_id="req_011CVE")
    )
    lanes = tuple(
        replace(one, judgement=told)
        for one in matrix(name, {HAIKU: "open open official:open", SONNET: "open open official:open"})
    )
    windows = (
        window("5h", five, after(hours=3, minutes=5), lasts=True),
        window("7d", seven, after(days=2, hours=7), lasts=True),
    )
    return view(credential(name, plan), lanes, windows=windows, overage=OFF)
