"""CommandCode: amounts used of a cap, in a window of five hours and one of a week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotaboard.domain.reading import Balance, Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import FIVE_HOURS, WEEK, Meters, from_amounts, mapping, money
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

_WINDOWS = {"fiveHour": ("5h", FIVE_HOURS), "weekly": ("7d", WEEK)}


def credit_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`/alpha/billing/credits`."""
    limits = body.get("windowLimits")
    if not isinstance(limits, Mapping):
        return None
    windows = []
    for slot, (name, seconds) in _WINDOWS.items():
        told = mapping(limits.get(slot))
        used = from_amounts(told.get("used"), told.get("cap"))
        if used is not None:
            windows.append(Window(name, used, moment(told.get("resetAt")), seconds=seconds))
    left = money(mapping(body.get("credits")).get("monthlyCredits"), "credits")
    return Meters(windows=tuple(windows), balance=Balance(remaining=left, period="monthly") if left else None)


PROVIDER = Speaker(
    name="commandcode",
    title="CommandCode",
    host="https://api.commandcode.ai/v1",
    reading=Reading("commandcode", credit_meters),
    usage_urls=("/alpha/billing/credits",),
)
