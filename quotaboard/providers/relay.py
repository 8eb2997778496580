"""Any relay that speaks the OpenAI dialect: one-api, new-api, DeepAI and their like, by base URL and key.

Their billing endpoints count differently: one-api's usage in cents beside a limit in dollars, new-api in
units of quota whose rate each site may change. A share is safe to show, money is not always.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from quotaboard.domain.lane import Credential, Kind, Shape
from quotaboard.domain.reading import Balance, Money, Window
from quotaboard.providers.anthropic.limits import overage_in, windows_in
from quotaboard.providers.base import Provider, Received, Request
from quotaboard.providers.meters import Meters, from_amounts, mapping, money, number
from quotaboard.providers.openai.addresses import ANTHROPIC, address_of
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import asked_usage, both, refused

UNLIMITED = 100_000_000
"""What one-api writes for a key without a limit."""
QUOTA = "quota units"
_CENTS = Decimal(100)

OWN_RULES = (
    row(
        "relay.unknown.billing",
        "misleading_reading",
        both(
            asked_usage,
            lambda answer, _context: (
                refused(answer) and answer.status == 200 and answer.message == "record not found"
            ),
        ),
        sentence="The relay's billing endpoint has no record of this key; that says nothing about the lane",
        proof=("rl-s04",),
    ),
)


def billing_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """One-api's subscription and usage, and new-api's token usage."""
    data = mapping(body.get("data"))
    if data.get("object") == "token_usage":
        return _token_usage(data)
    if body.get("object") == "billing_subscription" or "hard_limit_usd" in body:
        limit = number(body.get("hard_limit_usd"))
        if limit is not None and limit >= UNLIMITED:
            return Meters(notes=("This key has no limit of its own.",))
        return Meters(balance=Balance(limit=money(body.get("hard_limit_usd"), "USD")))
    used = money(body.get("total_usage"), "USD")
    if used is not None:
        return Meters(balance=Balance(used=Money(used.amount / _CENTS, "USD")))
    return None


def suppliers_meters(headers: Mapping[str, str], _at: datetime) -> Meters:
    """The windows of a Claude plan behind it, where the relay passes its headers on."""
    return Meters(windows=windows_in(headers), overage=overage_in(headers))


def together(limit: Balance, used: Balance) -> Balance:
    """What is left, from one-api's two answers: the limit is what was granted in all."""
    if limit.limit is None or used.used is None:
        return limit if limit.limit is not None else used
    left = limit.limit.amount - used.used.amount
    return Balance(Money(left, limit.limit.currency), limit.limit, used=used.used, available=left > 0)


def _token_usage(data: Mapping[str, Any]) -> Meters:
    if data.get("unlimited_quota") is True:
        return Meters(
            balance=Balance(used=money(data.get("total_used"), QUOTA)),
            notes=("This key has no limit of its own.",),
        )
    left = number(data.get("total_available"))
    share = from_amounts(data.get("total_used"), data.get("total_granted"))
    balance = Balance(
        remaining=money(data.get("total_available"), QUOTA),
        limit=money(data.get("total_granted"), QUOTA),
        used=money(data.get("total_used"), QUOTA),
        available=None if left is None else left > 0,
    )
    return Meters(windows=() if share is None else (Window("key-cap", share),), balance=balance)


@dataclass(frozen=True, slots=True)
class Relay(Speaker):
    """Asked in the dialect that its address was pasted in."""

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        address = address_of(base_url)
        if address.dialect == ANTHROPIC:
            return messages_probe(credential, model, shape, address.root)
        return super(Relay, self).probe(credential, model, shape, base_url)


def messages_probe(credential: Credential, model: str, shape: Shape, root: str) -> Request:
    """The Messages API at somebody else's address: a plain key, and none of a subscription's headers."""
    from quotaboard.providers.anthropic.provider import PROVIDER as MESSAGES

    anthropic: Provider = MESSAGES
    return anthropic.probe(replace(credential, kind=Kind.API_KEY), model, shape, root.removesuffix("/v1"))


PROVIDER = Relay(
    name="relay",
    title="Relay",
    host="",
    variable="OPENAI_BASE_URL",
    reading=Reading("relay", billing_meters, suppliers_meters),
    rules=(*OWN_RULES, *RULES),
    usage_urls=("/api/usage/token/", "dashboard/billing/subscription", "dashboard/billing/usage", "models"),
    hides="Windows are not visible through this relay; its balance only where it has a billing endpoint.",
)
