"""When a refusal ends, and which window it is about: from fields of the body, else from its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from quotaboard.providers.meters import next_start, number
from quotaboard.providers.moments import after, moment, span

BEIJING = timezone(timedelta(hours=8))
_LONGEST = timedelta(days=400)
_LENGTHS = (
    (re.compile(r"\b5[- ]?h(?:ou)?rs?\b|\bfive[- ]hours?\b|\bsession\b|5 ?小时", re.IGNORECASE), "5h"),
    (re.compile(r"\bweek(?:ly)?\b|\b7[- ]days?\b|\bseven[- ]days?\b|每周", re.IGNORECASE), "7d"),
    (re.compile(r"\bmonth(?:ly)?\b|\b30[- ]days?\b|\bbilling cycle\b|每月", re.IGNORECASE), "month"),
    (re.compile(r"\bdaily\b|\bper[- _]day\b|PerDay|\btoday\b|\b24[- ]hours?\b", re.IGNORECASE), "1d"),
)
_ISO = re.compile(
    r"(?:reset|again|available|until|resume)\w*\s*(?:at|on|:|in)?:?\s*"
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:reset\w*|try(?:ing)? again|retry\w*|wait|available)\W+(?:\w+\W+){0,3}?(?:in|after|for)\s+"
    r"((?:\d+(?:\.\d+)?\s*[a-z]+[\s,]*(?:and\s+)?)+)",
    re.IGNORECASE,
)
_WALL_CLOCK = re.compile(r"will reset at|将在|重置", re.IGNORECASE)
"""Z.ai's sentence, the only one that names a wall clock without its zone."""
_CAP = re.compile(r"\((daily|weekly|monthly) limit\)", re.IGNORECASE)


def resets_told(told: Mapping[str, object], words: str, at: datetime) -> dict[str, object]:
    """`until`, when the refusal ends (ISO 8601), and `window`, the length of what is used up, where told."""
    ends = _field(told, at) or _worded(words, at)
    found: dict[str, object] = {}
    if ends is not None and ends - at < _LONGEST:
        found["until"] = ends.astimezone(UTC).isoformat()
    if length := window_told(words):
        found["window"] = length
    return found


def window_told(words: str) -> str | None:
    """The length that a sentence names: the earliest named one, for what follows may be advice."""
    hits = [(found.start(), name) for pattern, name in _LENGTHS if (found := pattern.search(words))]
    return min(hits)[1] if hits else None


def _field(told: Mapping[str, object], at: datetime) -> datetime | None:
    for name in ("resets_at", "reset_at", "x-ratelimit-reset"):
        if (ends := moment(told.get(name))) is not None:
            return ends
    seconds = number(told.get("resets_in_seconds"))
    if seconds is not None and seconds >= 0:
        return after(seconds, at)
    delay = told.get("retry_delay")
    if "PerDay" in str(told.get("quotas", "")):
        return None  # the delay is that of the shortest of several quotas, and the longest decides
    if isinstance(delay, str) and (length := span(delay)) is not None:
        return at + length
    return after(told.get("retry-after"), at)


def _worded(words: str, at: datetime) -> datetime | None:
    if found := _ISO.search(words):
        written = found[1].replace(" ", "T")
        zone = (found[2] or "").upper()
        if zone in ("Z", "UTC") or (not zone and "T" in found[1]):
            return moment(written + "+00:00")
        if zone:
            return moment(written + found[2])
        local = moment(written) if _WALL_CLOCK.search(words) else None
        return local.replace(tzinfo=BEIJING).astimezone(UTC) if local else None
    if found := _AFTER.search(words):
        length = span(found[1])
        return at + length if length is not None else None
    if found := _CAP.search(words):
        return next_start(found[1].lower(), at)
    return None
