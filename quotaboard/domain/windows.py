"""Rules over readings: which one counts, when it is too old, and what a credential's windows say together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from quotaboard.domain.reading import Balance, Overage, Reading, Sighting, Window

NEAR = 0.9
"""The share from which a window is near its limit when the provider gives no warning of its own."""

FASTEST = 10
"""How much faster than evenly a window can be used up: five hours' worth in half an hour."""

ACCOUNT_WINDOWS = ("5h", "7d")

SPEND = "spend"
"""The cap on what is paid beyond a plan."""
CAPS = ("key-cap", SPEND)
"""Windows that are made of money: when one is full, somebody has to pay or raise it."""

_PLAN_WINDOW = re.compile(r"\d+[hdw]|month|interval")


def merge(readings: Iterable[Reading]) -> tuple[Sighting, ...]:
    """The newest sighting of each window. One that a newer reading does not mention is kept with its age."""
    newest: dict[tuple[str, str | None], Sighting] = {}
    for reading in readings:
        for window in reading.windows:
            seen = Sighting(window, reading.observed_at, reading.origin)
            known = newest.get((window.name, window.model))
            if known is None or _newness(seen) > _newness(known):
                newest[window.name, window.model] = seen
    return tuple(sorted(newest.values(), key=_by_scope_and_length))


def latest_overage(readings: Iterable[Reading]) -> Overage | None:
    """The newest word on the paid pool."""
    told = [(reading.observed_at, reading.overage) for reading in readings if reading.overage is not None]
    # Of two words at the same moment the more alarming one counts, so that order does not matter.
    return max(told, key=lambda word: (word[0], bool(word[1].in_use), repr(word[1])))[1] if told else None


def latest_balance(readings: Iterable[Reading]) -> tuple[Balance, datetime] | None:
    """The newest word on prepaid money or a cap, and when it was said."""
    told = [(reading.balance, reading.observed_at) for reading in readings if reading.balance is not None]
    return max(told, key=lambda one: one[1]) if told else None


def is_cap(window: Window) -> bool:
    """A cap on all that the credential is used for; one on paid credits behind a plan has a scope."""
    return window.name in CAPS and window.model is None


def holds_back(window: Window) -> bool:
    """Whether requests are refused once it is full. Per-minute buckets and side limits do not count."""
    return window.model is not None or _PLAN_WINDOW.fullmatch(window.name) is not None


def current(window: Window, now: datetime) -> Window:
    """The window as it can be relied on now: once its reset has passed, its use is unknown and never full."""
    return (
        replace(window, utilization=None, status=None, threshold_passed=False)
        if window.has_reset(now)
        else window
    )


def could_be_full(sighting: Sighting, now: datetime) -> bool:
    """Whether a window that holds requests back could have filled up since it was seen.

    Where neither its length nor its use is known, it could.
    """
    window = sighting.window
    if not holds_back(window) or window.is_full():
        return False
    if window.has_reset(now):
        used, since = 0.0, window.resets_at or now
    else:
        used, since = window.utilization or 0.0, sighting.observed_at
    length = timedelta(seconds=window.seconds or 0)
    return length <= timedelta() or (now - since) * FASTEST >= length * (1 - used)


def blocking(windows: Sequence[Window], model: str | None = None) -> Window | None:
    """The full window that holds requests back longest, among those that govern the model."""
    full = [window for window in windows if window.is_full() and (model is None or window.governs(model))]
    return max(full, key=_reset_order, default=None)


def fullest(windows: Iterable[Window]) -> Window | None:
    """The window with the highest known use."""
    known = [window for window in windows if window.utilization is not None]
    return max(known, key=lambda window: window.utilization or 0.0, default=None)


def is_near(window: Window) -> bool:
    """Past the provider's own warning mark, or past ours."""
    if window.status == "allowed_warning" or window.threshold_passed or window.is_full():
        return True
    return window.utilization is not None and window.utilization >= NEAR


def _reset_order(window: Window) -> tuple[bool, float]:
    # An unknown reset could be the furthest, but a known one can be shown; so known resets win.
    return (window.resets_at is not None, window.resets_at.timestamp() if window.resets_at else 0.0)


def _newness(sighting: Sighting) -> tuple[datetime, bool, float, str]:
    """Of two sightings at the same moment the fuller one counts, so that order does not matter."""
    window = sighting.window
    used = -1.0 if window.utilization is None else window.utilization
    return (sighting.observed_at, window.is_full(), used, f"{sighting.origin} {window}")


def _by_scope_and_length(sighting: Sighting) -> tuple[bool, bool, int, str]:
    """The shortest first, those without a length of their own, such as caps, after them."""
    window = sighting.window
    return (window.model is not None, window.seconds is None, window.seconds or 0, window.name)
