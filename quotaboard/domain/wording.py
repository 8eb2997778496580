"""Plain words for shares, moments and the paid pool: sentences that a tired person understands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from quotaboard.domain.reading import Overage, Window
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
