"""Spans of time as people write them: `90s`, `2m`, `1h30m`, `7d`."""

import re
from datetime import timedelta

_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d{1,9})\s*([dhms])")
_WHOLE = re.compile(r"\s*(?:\d{1,9}\s*[dhms]\s*)+")


def parse_duration(text: str) -> timedelta | None:
    """The span that the text names, or None when it names none."""
    if not _WHOLE.fullmatch(text):
        return None
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(text))
    return timedelta(seconds=seconds) if seconds < timedelta.max.total_seconds() else None


def duration_text(span: timedelta) -> str:
    """The shortest text that `parse_duration` reads as this span."""
    seconds, parts = int(span.total_seconds()), []
    for unit, size in _SECONDS.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
