"""What a usage, quota, key or balance endpoint shows, and the small steps of reading it.

Units are the caller's to know.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from quotaboard.domain.answer import ErrorFacts
from quotaboard.domain.reading import Balance, Money, Overage, Window

HOUR, DAY, WEEK = 3600, 86_400, 604_800
FIVE_HOURS = 18_000
_MONTH = (28 * DAY, 31 * DAY)
_EXACT = 10
"""Digits of a share that are kept: a cap of 30 dollars shows a use of a millionth."""


@dataclass(frozen=True, slots=True)
class Meters:
    """What one answer shows of an account, without judging it."""

    windows: tuple[Window, ...] = ()
    overage: Overage | None = None
    balance: Balance | None = None
    plan: str | None = None
    account: str | None = None
    """The account or project that other readings are asked for by."""
    notes: tuple[str, ...] = ()
    """Sentences."""
    error: ErrorFacts | None = None
    """An error that came in the form of a reading."""


def mapping(value: object) -> Mapping[str, Any]:
    """The object that it is, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects in a list; whatever else is in it is passed over."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            yield item


def word(value: object) -> str | None:
    """A text that says something."""
    return value.strip() or None if isinstance(value, str) else None


def number(value: object) -> float | None:
    """A number, also one written as text; None for anything else, and for what is not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def money(amount: object, currency: str) -> Money | None:
    """An amount in major units, exactly as it was written; `0E-10` is nothing."""
    if number(amount) is None:
        return None
    try:
        exact = Decimal(str(amount).strip())
    except InvalidOperation:
        return None
    return Money(exact or Decimal(0), currency)


def from_percent(used: object) -> float | None:
    """A share from a percentage that is used."""
    read = number(used)
    return None if read is None or read < 0 else round(read / 100, _EXACT)


def from_percent_left(left: object) -> float | None:
    """A share from a percentage that remains; below nothing, more than all is used."""
    read = number(left)
    return None if read is None else round(1 - read / 100, _EXACT)


def from_share(used: object) -> float | None:
    """A share from a fraction that is used."""
    read = number(used)
    return None if read is None or read < 0 else round(read, _EXACT)


def from_share_left(left: object) -> float | None:
    """A share from a fraction that remains."""
    read = number(left)
    return None if read is None else round(1 - read, _EXACT)


def from_amounts(used: object, limit: object) -> float | None:
    """A share from two amounts of the same unit; None without a limit."""
    part, whole = number(used), number(limit)
    return None if part is None or whole is None or whole <= 0 else round(part / whole, _EXACT)


def from_amounts_left(left: object, limit: object) -> float | None:
    """A share from what remains of a limit."""
    part, whole = number(left), number(limit)
    return None if part is None or whole is None or whole <= 0 else round((whole - part) / whole, _EXACT)


def length_name(seconds: float) -> str:
    """What a window of that length is called: a little more or less than a usual length is that length."""
    if 17_000 <= seconds <= 19_000:
        return "5h"
    if abs(seconds - WEEK) <= WEEK / 100:
        return "7d"
    if _MONTH[0] <= seconds <= _MONTH[1]:
        return "30d"
    if seconds >= DAY and round(seconds) % DAY == 0:
        return f"{round(seconds) // DAY}d"
    return f"{max(1, round(seconds / HOUR))}h"


def window(
    seconds: float, used: float | None, resets_at: datetime | None = None, *, scope: str | None = None
) -> Window:
    """A window that is named by its length."""
    return Window(length_name(seconds), used, resets_at, model=scope, seconds=round(seconds))


def next_start(period: str | None, at: datetime) -> datetime | None:
    """When a daily, weekly or monthly cap starts anew: UTC midnight, Monday, the first."""
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "daily":
            return today + timedelta(days=1)
        case "weekly":
            return today + timedelta(days=7 - today.weekday())
        case "monthly":
            return (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        case _:
            return None
