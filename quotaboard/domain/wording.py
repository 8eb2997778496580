"""Plain words for shares, moments and the paid pool: sentences that a tired person understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from quotaboard.domain.reading import Overage, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.windows import ACCOUNT_WINDOWS, fullest

UNTOLD = "not known"
"""The limiter itself could not tell."""

OVERAGE_REASONS = {
    "overage_not_provisioned": "not set up",
    "no_limits_configured": "not set up",
    "org_level_disabled": "off by the organisation",
    "org_level_disabled_until": "off until its limit resets",
    "org_spend_cap_reached": "at the organisation's cap",
    "out_of_credits": "out of credits",
    "seat_tier_level_disabled": "not for this seat",
    "seat_tier_zero_credit_limit": "not for this seat",
    "member_level_disabled": "off for this member",
    "member_zero_credit_limit": "off for this member",
    "group_zero_credit_limit": "off for this group",
    "org_service_level_disabled": "off for this service",
    "org_service_zero_credit_limit": "off for this service",
    "limit_reached": "at its limit",
    "off": "off",
    "fetch_error": UNTOLD,
    "unknown": UNTOLD,
}
"""The provider's reasons why extra usage cannot serve, as they follow `extra usage` or `which is`."""


VERDICT_MEANINGS: Mapping[Verdict, str] = {
    Verdict.OPEN: "serves on the plan or key",
    Verdict.NEAR_LIMIT: "serves, but a window that governs it is nearly used up",
    Verdict.PAID: "serves, and every request is billed to the paid pool",
    Verdict.SPENT: "a plan window or quota is used up",
    Verdict.GATED: "refused for what the request carries or who sends it, not for quota",
    Verdict.THROTTLED: "a per-minute limit or a server throttle: wait a moment",
    Verdict.UNFUNDED: "money: the balance is empty or a spending cap is reached",
    Verdict.NOT_ENTITLED: "the account's plan or credits do not include it",
    Verdict.UNAUTHORIZED: "the credential is missing, expired, invalid or revoked",
    Verdict.FORBIDDEN: "a policy of the organisation, scope or region says no",
    Verdict.NOT_FOUND: "no such model or endpoint",
    Verdict.BAD_REQUEST: "the request was malformed; it says nothing about quota",
    Verdict.UNAVAILABLE: "the network, the gateway or the provider is in trouble",
    Verdict.UNKNOWN: "never seen, too old, or not recognised",
}


def meaning(verdict: Verdict, reason: str | None) -> str:
    """What can be said of a verdict of which nothing else was kept."""
    means = VERDICT_MEANINGS[verdict]
    why = f" ({reason.replace('_', ' ')})" if reason else ""
    return f"{means[0].upper()}{means[1:]}{why}."


def percent(share: float) -> str:
    """`3 %`; a little more than nothing is never called nothing, and nearly full is never called full."""
    return "under 1 %" if 0 < share < 0.01 else f"{whole_points(share)} %"


def whole_points(share: float) -> int:
    """Of a hundred, rounded down: 99.6 % is not yet full. A card and a sentence say the same number."""
    points = int(share * 100 + 1e-9)  # a float such as 0.29 × 100 falls just short of 29
    return points if share >= 1 else min(points, 99)


def plan_use(windows: Iterable[Window]) -> str | None:
    """`Your plan is 3 % used`, by the fuller of its account windows; None when neither is known."""
    window = fullest(window for window in windows if window.name in ACCOUNT_WINDOWS)
    if window is None or window.utilization is None:
        return None
    return f"Your plan is {percent(window.utilization)} used"


def overage_words(overage: Overage | None) -> str | None:
    """`extra usage is off for the organisation`; None when nothing is known."""
    if overage is None or (overage.status is None and overage.reason is None and not overage.in_use):
        return None
    if overage.in_use:
        return "extra usage is being billed"
    if overage.can_serve:
        return "extra usage is on: beyond the plan, requests are billed"
    reason = OVERAGE_REASONS.get(overage.reason or "")
    return f"extra usage is {reason}" if reason else "extra usage is off"


def clock(moment: datetime) -> str:
    """A moment in UTC to the minute, as sentences carry it."""
    return moment.strftime("%a %d %b %H:%M UTC")
