"""Moments and spans as providers write them: epoch numbers, ISO 8601, HTTP dates, `4m57s`, `4pm (UTC)`."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

_MILLISECONDS_FROM = 1e12
_NEAREST_EPOCH = 1e9
"""A smaller number is no moment: 0, -1, a count of seconds."""
_FURTHEST_EPOCH = 4e10
_SPAN = re.compile(
    r"(\d+(?:\.\d+)?)\s*(ms|d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d{1,2}),? (?:at )?)?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s?(?P<half>am|pm)(?:\s*\((?P<zone>[A-Za-z_/+-]+)\))?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOON = 12


def moment(value: object) -> datetime | None:
    """A reset or expiry in any of the forms seen; None when it is not set (null, 0, nonsense)."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_epoch(float(value))
    text = str(value).strip()
    try:
        return _from_epoch(float(text))
    except ValueError:
        return _from_iso(text) or _from_http_date(text)


def after(value: object, at: datetime) -> datetime | None:
    """`Retry-After`: seconds from `at`, or an HTTP date."""
    if value is None:
        return None
    try:
        seconds = float(str(value).strip())
    except ValueError:
        return _from_http_date(str(value).strip())
    if not math.isfinite(seconds) or not 0 <= seconds < _FURTHEST_EPOCH / 1000:
        return None
    return at + timedelta(seconds=seconds)


def span(text: str) -> timedelta | None:
    """A length such as `4m57s`, `5 hours 10 min` or `120ms`; None when there is none."""
    total = timedelta()
    for amount, unit in _SPAN.findall(text):
        total += timedelta(seconds=float(amount) * _unit_seconds(unit.lower()))
    return total or None


def clock_time(text: str, at: datetime) -> datetime | None:
    """The next `4pm (UTC)` or `Nov 25, 9pm (UTC)` after `at`; None without a zone, as it could be any."""
    found = _CLOCK.search(text)
    if found is None or found["zone"] is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # 4 ms, and only a console text needs it

    try:
        zone = ZoneInfo(found["zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    hour = int(found["hour"]) % _NOON + (_NOON if found["half"].lower() == "pm" else 0)
    local = at.astimezone(zone)
    try:
        moment_then = local.replace(hour=hour, minute=int(found["minute"] or 0), second=0, microsecond=0)
        if found["month"]:
            month = _MONTHS.index(found["month"][:3].lower()) + 1
            moment_then = moment_then.replace(month=month, day=int(found["day"]))
            if moment_then <= local - timedelta(days=180):
                moment_then = moment_then.replace(year=moment_then.year + 1)
            return moment_then.astimezone(UTC)
    except ValueError:
        return None
    return (moment_then if moment_then > local else moment_then + timedelta(days=1)).astimezone(UTC)


def _unit_seconds(unit: str) -> float:
    if unit == "ms":
        return 0.001
    return {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}[unit[0]]


def _from_epoch(number: float) -> datetime | None:
    if not math.isfinite(number):
        return None
    seconds = number / 1000 if number > _MILLISECONDS_FROM else number
    return datetime.fromtimestamp(seconds, UTC) if _NEAREST_EPOCH < seconds < _FURTHEST_EPOCH else None


def _from_iso(text: str) -> datetime | None:
    # Nanoseconds occur; Python reads up to microseconds.
    trimmed = re.sub(r"(\.\d{6})\d+", r"\1", text)
    try:
        parsed = datetime.fromisoformat(trimmed)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)


def _from_http_date(text: str) -> datetime | None:
    if not text[:3].isalpha():
        return None
    from email.utils import parsedate_to_datetime  # 6 ms, and such a date is rare

    try:
        parsed = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
