"""The `x-ratelimit-*` headers of the dialect: buckets that refill by themselves, never a window of a plan.

The length of a bucket stands in no header, unless in its name; a provider may document it (`lengths`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from quotaboard.domain.reading import Window
from quotaboard.providers.meters import number
from quotaboard.providers.moments import moment, span

_BUCKET = re.compile(
    r"^x-ratelimit-(?:api_key-)?(?P<field>limit|remaining|reset)-(?:api_key-)?(?P<unit>requests|tokens|req)"
    r"(?:-(?P<per>minute|day|month))?$"
)
_PREFIX = {60: "1m_", 86_400: "1d_"}
_SECONDS = {"minute": 60, "day": 86_400}


def buckets(headers: Mapping[str, str], at: datetime, lengths: Mapping[str, int]) -> tuple[Window, ...]:
    """Each bucket with a real limit; -1 and 0 say nothing."""
    told: dict[tuple[str, str], dict[str, str]] = {}
    for name, value in headers.items():
        if found := _BUCKET.match(name):
            unit = "requests" if found["unit"] == "req" else found["unit"]
            told.setdefault((unit, found["per"] or ""), {})[found["field"]] = value
    windows = []
    for (unit, per), fields in told.items():
        limit, remaining = number(fields.get("limit")), number(fields.get("remaining"))
        if limit is None or remaining is None or limit <= 0 or remaining < 0:
            continue
        seconds = _SECONDS.get(per) or lengths.get(unit)
        windows.append(
            Window(
                name=f"{_PREFIX.get(seconds or 0, '')}{unit}",
                utilization=round(1 - remaining / limit, 10),
                resets_at=_reset(fields.get("reset"), at),
                seconds=seconds,
            )
        )
    return tuple(windows)


def _reset(told: str | None, at: datetime) -> datetime | None:
    """Go durations (`6m0s`, `120ms`), or a moment."""
    if told is None:
        return None
    length = span(told)
    if length is not None:
        return at + length
    seconds = number(told)
    if seconds is not None:
        return moment(seconds) if seconds > 1e9 else None
    return moment(told)
