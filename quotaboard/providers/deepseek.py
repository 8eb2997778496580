"""DeepSeek: prepaid money in one or two currencies, as text. `is_available` decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotaboard.domain.reading import Balance
from quotaboard.providers.base import Received
from quotaboard.providers.meters import Meters, money, objects
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker


def balance_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """Of several currencies the largest amount is shown: a zero beside it is no empty account."""
    if not isinstance(body.get("balance_infos"), list):
        return None
    amounts = [
        amount
        for one in objects(body["balance_infos"])
        if (amount := money(one.get("total_balance"), str(one.get("currency") or "USD"))) is not None
    ]
    available = body.get("is_available")
    return Meters(
        balance=Balance(
            remaining=max(amounts, key=lambda amount: amount.amount, default=None),
            available=available if isinstance(available, bool) else None,
        )
    )


PROVIDER = Speaker(
    name="deepseek",
    title="DeepSeek",
    host="https://api.deepseek.com/v1",
    variable="DEEPSEEK_BASE_URL",
    reading=Reading("deepseek", balance_meters),
    default_models=("deepseek-chat",),
    usage_urls=("/user/balance",),
    key_starts=("sk-",),
)
