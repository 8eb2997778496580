"""Cursor: percent used of a billing cycle, and on-demand money in cents. Only its web session can read it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from quotaboard.domain.reading import Money, Overage, Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import Meters, from_amounts, from_percent, mapping, money, word
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

_CENTS = Decimal(100)


def summary_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`/api/usage-summary`."""
    if "billingCycleEnd" not in body or "individualUsage" not in body:
        return None
    own = mapping(body["individualUsage"])
    starts, ends = moment(body.get("billingCycleStart")), moment(body.get("billingCycleEnd"))
    used = from_percent(mapping(own.get("plan")).get("totalPercentUsed"))
    seconds = round((ends - starts).total_seconds()) if starts and ends else None
    windows = () if used is None else (Window("month", used, ends, seconds=seconds),)
    return Meters(
        windows,
        _on_demand(mapping(own.get("onDemand")), full=used is not None and used >= 1),
        plan=word(body.get("membershipType")),
    )


def _on_demand(told: Mapping[str, Any], *, full: bool) -> Overage | None:
    if not isinstance(told.get("enabled"), bool):
        return None
    share = from_amounts(told.get("used"), told.get("limit"))
    serves = told["enabled"] and (share is None or share < 1)
    return Overage(
        status="allowed" if serves else "rejected",
        reason=None if serves else "limit_reached" if told["enabled"] else "off",
        in_use=serves and full,
        utilization=share,
        used=_dollars(told.get("used")),
        limit=_dollars(told.get("limit")),
    )


def _dollars(cents: object) -> Money | None:
    amount = money(cents, "USD")
    return Money(amount.amount / _CENTS, "USD") if amount is not None else None


PROVIDER = Speaker(
    name="cursor",
    title="Cursor",
    host="https://cursor.com",
    reading=Reading("cursor", summary_meters),
    usage_urls=("https://cursor.com/api/usage-summary",),
    secret_header=("cookie", "WorkosCursorSessionToken="),
    probes=False,
)
