"""Providers that the config declares: a known dialect at another address, and where its numbers stand.

A path to a number is made of names and list positions with dots between, `data.limits.0.used`;
`[type=TOKENS]` picks the first object of a list that has that value. The unit of a number is always said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from quotaboard.domain.lane import Credential, Shape
from quotaboard.domain.reading import Balance, Money, Window
from quotaboard.providers.base import Provider, Received, Request
from quotaboard.providers.meters import (
    Meters,
    from_amounts,
    from_amounts_left,
    from_percent,
    from_percent_left,
    from_share,
    from_share_left,
    mapping,
    money,
    number,
    objects,
    word,
)
from quotaboard.providers.moments import moment, span
from quotaboard.providers.openai.addresses import ANTHROPIC, address_of
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import BEARER, Speaker
from quotaboard.providers.relay import messages_probe

_PICKED = re.compile(r"^(?P<key>[^\[]*)\[(?P<name>[^=\]]+)=(?P<value>[^\]]*)\]$")
_BEFORE_KEY = {"bearer": BEARER, "x-api-key": ("x-api-key", ""), "api-key": ("api-key", "")}
_MODELS = "models"


def at_path(body: object, path: str | None) -> Any:
    """What stands at a path; None where nothing does."""
    if not path:
        return None
    value = body
    for part in path.split("."):
        picked = _PICKED.match(part)
        if picked is not None:
            within = mapping(value).get(picked["key"]) if picked["key"] else value
            value = next(
                (one for one in objects(within) if str(one.get(picked["name"])) == picked["value"]), None
            )
        elif isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = mapping(value).get(part)
    return value


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Where a usage body of a declared provider has its numbers."""

    windows: Sequence[Mapping[str, Any]]
    balance: Mapping[str, Any]
    plan: str | None

    def read(self, body: Mapping[str, Any], received: Received) -> Meters | None:
        windows = tuple(
            shown for table in self.windows if (shown := _window(table, body, received.at)) is not None
        )
        balance = _balance(self.balance, body)
        plan = word(at_path(body, self.plan))
        return Meters(windows, balance=balance, plan=plan) if windows or balance or plan else None


@dataclass(frozen=True, slots=True)
class Declared(Speaker):
    """A provider of the config."""

    messages: bool = False
    """It speaks the Messages API."""

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        if self.messages:
            return messages_probe(credential, model, shape, address_of(base_url).root)
        return super(Declared, self).probe(credential, model, shape, base_url)


def declared_provider(name: str, table: Mapping[str, Any]) -> Provider:
    """The provider that a checked `[providers.NAME]` describes."""
    usage = word(table.get("usage"))
    numbers = _Numbers(
        windows=tuple(objects(table.get("windows"))),
        balance=mapping(table.get("balance")),
        plan=word(table.get("plan")),
    )
    return Declared(
        name=name,
        title=word(table.get("title")) or name,
        host=str(table["base_url"]).rstrip("/"),
        reading=Reading(name, numbers.read),
        rules=RULES,
        default_models=tuple(table.get("models", ())),
        usage_urls=(usage,) if usage else (_MODELS,),
        secret_header=_BEFORE_KEY[str(table.get("auth", "bearer"))],
        hides=None if numbers.windows else "Windows are not visible through this relay.",
        messages=table.get("dialect") == ANTHROPIC,
    )


def _window(table: Mapping[str, Any], body: Mapping[str, Any], at: datetime) -> Window | None:
    used = _share(table, body)
    if used is None:
        return None
    name = str(table["name"])
    length = span(name) if name[:1].isdigit() else None
    return Window(
        name=name,
        utilization=used,
        resets_at=_reset(table, body, at),
        model=word(table.get("scope")),
        seconds=round(length.total_seconds()) if length else None,
    )


def _share(table: Mapping[str, Any], body: Mapping[str, Any]) -> float | None:
    used, left = at_path(body, table.get("used")), at_path(body, table.get("remaining"))
    limit = at_path(body, table.get("limit"))
    match table.get("unit"):
        case "percent":
            return from_percent(used) if used is not None else from_percent_left(left)
        case "fraction":
            return from_share(used) if used is not None else from_share_left(left)
        case _:
            return from_amounts(used, limit) if used is not None else from_amounts_left(left, limit)


def _reset(table: Mapping[str, Any], body: Mapping[str, Any], at: datetime) -> datetime | None:
    told = at_path(body, table.get("resets_at"))
    if table.get("resets_in") is None:
        return moment(told)
    seconds = number(at_path(body, table["resets_in"]))
    return None if seconds is None or seconds < 0 else at + timedelta(seconds=seconds)


def _balance(table: Mapping[str, Any], body: Mapping[str, Any]) -> Balance | None:
    currency = str(table.get("currency", "USD"))
    divisor = Decimal(str(table.get("divide_by", 1)))
    amounts = [
        _amount(at_path(body, table.get(key)), currency, divisor) for key in ("remaining", "limit", "used")
    ]
    left, limit, used = amounts
    if left is None and limit is not None and used is not None:
        left = Money(limit.amount - used.amount, currency)
    if left is None and limit is None and used is None:
        return None
    available = at_path(body, table.get("available"))
    if not isinstance(available, bool):
        available = None if left is None else left.amount > 0
    return Balance(left, limit, used=used, available=available)


def _amount(value: object, currency: str, divisor: Decimal) -> Money | None:
    read = money(value, currency)
    return Money(read.amount / divisor, currency) if read is not None else None
