"""The words of `[alerts]`: marks such as `90%`, quiet hours such as `22:00-07:00`, and the kinds."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum

from quotaboard.config.suggestions import nearest
from quotaboard.domain.alert import AlertKind, QuietHours

_MARK = re.compile(r"\s*(\d{1,3}(?:\.\d{1,3})?)\s*%\s*")
_HOURS = re.compile(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)\s*")


class TerminalStyle(StrEnum):
    """How a terminal is asked to notify."""

    AUTO = "auto"
    """As the terminal that is found wants it; not at all where none is known to understand."""
    OSC9 = "osc9"
    """iTerm2, WezTerm, Ghostty and others."""
    OSC777 = "osc777"
    """foot, urxvt and others."""
    KITTY = "kitty"
    """kitty's own, OSC 99."""
    OFF = "off"


def parse_mark(text: str) -> float | None:
    """The share that is meant, or None when it is none between 1 % and 100 %."""
    found = _MARK.fullmatch(text)
    share = float(found[1]) / 100 if found else 0.0
    return share if 0.01 <= share <= 1 else None


def mark_text(share: float) -> str:
    return f"{share * 100:.6g}%"


def mark_trouble(text: str) -> str | None:
    return None if parse_mark(text) is not None else 'must be a share from "1%" to "100%", such as "90%".'


def parse_quiet_hours(text: str) -> QuietHours | None:
    """The span that is meant, or None when it is none."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    begin, begin_minute, end, end_minute = map(int, found.groups())
    start, stop = time(begin, begin_minute), time(end, end_minute)
    return None if start == stop else QuietHours(start, stop)


def quiet_hours_trouble(text: str) -> str | None:
    if parse_quiet_hours(text) is not None:
        return None
    return 'must be two different times of day such as "22:00-07:00", in local time.'


def kind_trouble(kind: str) -> str | None:
    known = [one.value for one in AlertKind]
    if kind in known:
        return None
    return f"must be one of {', '.join(known)}.{nearest(kind, known)}"
