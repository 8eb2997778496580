"""The Moonshot platform: prepaid money, yuan in China and dollars elsewhere. Errors come inside HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotaboard.domain.answer import ErrorFacts
from quotaboard.domain.reading import Balance
from quotaboard.providers.base import Received
from quotaboard.providers.meters import Meters, mapping, money, number
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import says

_DOLLARS = "moonshot.ai"
OWN_RULES = (
    row("moonshot.unauthorized.scode", "invalid_key", says(r"scode unauthorized"), proof=("mo-u03",)),
    row("moonshot.unavailable.engine", "overloaded", says(r"engine_overloaded")),
)


def balance_meters(body: Mapping[str, Any], received: Received) -> Meters | None:
    """What is available decides; cash beside a voucher may be negative."""
    data = mapping(body.get("data"))
    if "available_balance" not in data:
        return None
    if body.get("status") is False or number(body.get("code")):
        scode = str(body.get("scode") or "")
        return Meters(error=ErrorFacts(code=str(body.get("code")), message=scode, details={"scode": scode}))
    left = number(data["available_balance"])
    currency = "USD" if _DOLLARS in (received.url or "") else "CNY"
    return Meters(
        balance=Balance(
            remaining=money(data["available_balance"], currency),
            available=None if left is None else left > 0,
        )
    )


PROVIDER = Speaker(
    name="moonshot",
    title="Moonshot",
    host="https://api.moonshot.cn/v1",
    variable="MOONSHOT_BASE_URL",
    reading=Reading("moonshot", balance_meters),
    rules=(*OWN_RULES, *RULES),
    usage_urls=("users/me/balance",),
    key_starts=("sk-",),
)
