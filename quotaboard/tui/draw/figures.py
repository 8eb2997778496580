"""Numbers as people read them: shares, spans, moments, tokens and money."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from quotaboard.domain.board import Cost
from quotaboard.domain.reading import Money
from quotaboard.domain.wording import whole_points

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
CENT = Decimal("0.01")


def percent(share: float) -> str:
    """A share as a whole percentage, in as few signs as a cell wants."""
    return "<1 %" if 0 < share < 0.01 else f"{whole_points(share)} %"


def countdown(left: timedelta) -> str:
    """How long until a moment, to the minute."""
    if left <= timedelta(0):
        return "now"
    if left < MINUTE:
        return "<1m"
    minutes = left // MINUTE
    if left < HOUR:
        return f"{minutes}m"
    if left < DAY:
        return f"{minutes // 60}h {minutes % 60:02d}m"
    return f"{left // DAY}d {(left % DAY) // HOUR}h"


def age(since: timedelta) -> str:
    """How old something is, in its largest unit: `now`, `12m`, `3h`, `4d`."""
    if since < MINUTE:
        return "now"
    if since < HOUR:
        return f"{since // MINUTE}m"
    if since < 2 * DAY:
        return f"{since // HOUR}h"
    return f"{since // DAY}d"


def ago(since: timedelta) -> str:
    """How old something is, for a sentence."""
    return "just now" if since < MINUTE else f"{age(since)} ago"


def ahead(left: timedelta) -> str:
    """When something is due, for a sentence."""
    if left <= timedelta(0):
        return "now"
    return "in under a minute" if left < MINUTE else f"in {countdown(left)}"


def moment(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A moment in local time, as precise as it needs to be."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if abs(local - today) < WEEK:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b}"


def tokens(count: int) -> str:
    """A number of tokens with its unit."""
    return f"{count_of(count)} {'token' if count == 1 else 'tokens'}"


def count_of(count: int) -> str:
    """A number short enough for a header."""
    if count < 10_000:
        return str(count)
    if count < 1_000_000:
        return f"{count // 100 / 10:g}k"
    return f"{count // 100_000 / 10:g}M"


def money(value: Money) -> str:
    """An amount with the sign or code of its currency."""
    amount = value.amount.quantize(CENT, ROUND_HALF_UP)
    sign = SIGNS.get(value.currency.upper())
    if " " in value.currency:
        return f"{count_of(int(value.amount))} {value.currency}"  # units of a relay's own, not money
    minus = "-" if amount < 0 else ""
    return f"{minus}{sign}{abs(amount)}" if sign else f"{amount} {value.currency}"


def dollars(amount: Decimal) -> str:
    """What a look costs; often far less than a cent."""
    return "under $0.01" if 0 < amount < CENT else f"${amount.quantize(CENT, ROUND_HALF_UP)}"


def price(cost: Cost) -> str:
    """Tokens, and money where a price is known and worth a cent."""
    said = tokens(cost.tokens)
    return said if cost.usd is None or cost.usd < CENT else f"{said}, {dollars(cost.usd)}"


def full_price(cost: Cost) -> str:
    """Tokens, and money however little it is."""
    said = tokens(cost.tokens)
    return said if cost.usd is None else f"{said}, {dollars(cost.usd)}"
