"""Whether what is left of a lane's windows is enough for a run of some hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quotaboard.domain.board import WindowView
from quotaboard.domain.windows import is_near
from quotaboard.domain.wording import clock, percent

YOUNG = 0.1
"""A window of which less than this share of its time has passed has no average worth the name."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a run asks of a lane."""

    span: timedelta | None = None
    """How long it has to last."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """By window, the share that must be left: `{"5h": 0.4}`."""


@dataclass(frozen=True, slots=True)
class Endurance:
    """Whether it is enough, as far as is known."""

    enough: bool | None = None
    """None when it cannot be told, or nothing is asked."""
    sentence: str = ""
    """What follows a semicolon: `it lasts until it resets`; empty when there is nothing to say."""
    ends_at: datetime | None = None
    """When the first window will be empty, if that is within the span."""


def endurance(windows: Sequence[WindowView], need: Need, now: datetime) -> Endurance:
    """The judgement of the weakest window."""
    told = [_share(windows, name, share) for name, share in need.shares.items()]
    if need.span is not None:
        told += [_span(view, need.span, now) for view in windows if not view.stale]
    elif not told:
        return _at_leisure(windows)
    failing = [one for one in told if one.enough is False]
    if failing:
        return min(failing, key=lambda one: one.ends_at.timestamp() if one.ends_at else 0.0)
    unknown = [one for one in told if one.enough is None]
    if unknown:
        return unknown[0]
    if told:
        return told[0]
    return Endurance(None, "how much of it is left is not known")


def _at_leisure(windows: Sequence[WindowView]) -> Endurance:
    """What is foreseen when nobody asks for a span."""
    empty = [(view.forecast.empty_at, view) for view in windows if view.forecast and view.forecast.empty_at]
    if empty:
        at, view = min(empty, key=lambda one: one[0])
        name = view.sighting.window.name
        return Endurance(None, f"at the pace of late the {name} window is empty {clock(at)}", at)
    if windows and all(view.forecast and view.forecast.lasts_until_reset for view in windows):
        return Endurance(None, "it lasts past its reset")
    return Endurance()


def _share(windows: Sequence[WindowView], name: str, share: float) -> Endurance:
    view = next((one for one in windows if one.sighting.window.name == name), None)
    used = view.sighting.window.utilization if view is not None and not view.stale else None
    if used is None:
        return Endurance(None, f"how much of its {name} window is left is not known")
    left = max(1.0 - used, 0.0)
    # A provider tells whole percents: 0.6 used of 40 % needed is enough, whatever floats make of 1 - 0.6.
    enough = left >= share - 1e-9
    return Endurance(enough, f"{percent(left)} of its {name} window is left, of {percent(share)} needed")


def _span(view: WindowView, span: timedelta, now: datetime) -> Endurance:
    """Whether the window lasts for so long, or until it resets: after that it is empty again."""
    window, until = view.sighting.window, now + span
    name, resets_at = window.name, window.resets_at
    if window.is_full():
        return Endurance(False, f"its {name} window is used up", now)
    if view.forecast is not None and view.forecast.empty_at is not None:
        at = view.forecast.empty_at
        if at < until:
            return Endurance(False, f"at the pace of late the {name} window is empty {clock(at)}", at)
        return Endurance(True, f"its {name} window lasts longer than that")
    if view.forecast is not None:
        return Endurance(True, f"its {name} window lasts past its reset")
    if resets_at is not None and window.seconds and window.utilization is not None:
        length = timedelta(seconds=window.seconds)
        passed = length - (resets_at - now)
        if passed >= length * YOUNG and window.utilization > 0:
            return _by_average(name, window.utilization, passed, min(until, resets_at), now)
    if is_near(window):
        return Endurance(False, f"its {name} window is nearly used up", None)
    return Endurance(True, f"nothing says that its {name} window will not last")


def _by_average(name: str, used: float, passed: timedelta, end: datetime, now: datetime) -> Endurance:
    """At the average of the window so far; for what was watched too short for a forecast."""
    left = passed * ((1.0 - used) / used)
    if now + left < end:
        at = now + left
        return Endurance(False, f"at its average so far the {name} window is empty {clock(at)}", at)
    return Endurance(True, f"at its average so far the {name} window lasts")
