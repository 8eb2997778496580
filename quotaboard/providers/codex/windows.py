"""One shape out of four: usage endpoint, app server, rollout file and headers name the same things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from quotaboard.domain.reading import Balance, Overage, Window
from quotaboard.providers.meters import (
    FIVE_HOURS,
    WEEK,
    Meters,
    from_percent,
    length_name,
    mapping,
    money,
    number,
    objects,
    word,
)
from quotaboard.providers.moments import moment

CREDITS = "credits"
"""The unit of OpenAI's credits: neither dollars nor cents."""
_SLOTS = {"primary": FIVE_HOURS, "secondary": WEEK}
"""What a slot once meant: used only where the length is not told."""
_USED = ("used_percent", "usedPercent")
_RESETS = ("reset_at", "resets_at", "resetsAt")


def limit_windows(limits: Mapping[str, Any], at: datetime, scope: str | None = None) -> Iterator[Window]:
    """The windows of one limit, named by their length; one that is broken does not lose the other."""
    for slot in ("primary", "secondary", "tertiary"):
        told = mapping(limits.get(f"{slot}_window", limits.get(slot)))
        used = from_percent(_first(told, _USED))
        seconds = _seconds(told, slot)
        if used is None or seconds is None:
            continue
        yield Window(
            name=length_name(seconds),
            utilization=used,
            resets_at=_reset(told, at),
            model=scope,
            seconds=round(seconds) if _told_seconds(told) is not None else None,
        )


def scoped_windows(limits: object, at: datetime) -> Iterator[Window]:
    """`additional_rate_limits`: limits of single models, among which there may be junk."""
    for one in objects(limits):
        scope = word(one.get("limit_name")) or word(one.get("metered_feature"))
        yield from limit_windows(mapping(one.get("rate_limit")), at, scope)


def pool(
    limits: Mapping[str, Any], windows: tuple[Window, ...]
) -> tuple[Overage | None, Balance | None, Window | None]:
    """Credits behind the plan, what is left of them, and the spend cap of this member of a workspace."""
    credits_, spend = mapping(limits.get("credits")), mapping(limits.get("spend_control"))
    told = mapping(
        _first(spend, ("individual_limit",)) or _first(limits, ("individual_limit", "individualLimit"))
    )
    reached = _first(spend, ("reached",)) or _first(limits, ("spend_control_reached", "spendControlReached"))
    cap = _cap(told, reached=reached is True)
    if not credits_:
        return None, None, cap
    has = _first(credits_, ("has_credits", "hasCredits"))
    unlimited = credits_.get("unlimited") is True
    stopped = credits_.get("overage_limit_reached") is True or reached is True
    serves = (has is True or unlimited) and not stopped
    full = any(window.model is None and window.is_full() for window in windows)
    overage = Overage(
        status="allowed" if serves else "rejected",
        reason=None if serves else "limit_reached" if stopped else "out_of_credits",
        in_use=serves and full,
        utilization=cap.utilization if cap else None,
        resets_at=cap.resets_at if cap else None,
        used=money(told.get("used"), CREDITS),
        limit=money(told.get("limit"), CREDITS),
    )
    left = None if unlimited else money(credits_.get("balance"), CREDITS)
    return overage, Balance(remaining=left) if left is not None else None, cap


def meters_of(
    limits: Mapping[str, Any], windows: tuple[Window, ...], plan: object, notes: tuple[str, ...] = ()
) -> Meters:
    """The meters of an account: its windows, the pool behind them, and the member's cap."""
    overage, balance, cap = pool(limits, windows)
    if cap is not None and any(window.model is None for window in windows):
        cap = replace(cap, model=CREDITS)  # the plan serves without credits
    every = (*windows, cap) if cap is not None else windows
    return Meters(windows=every, overage=overage, balance=balance, plan=word(plan), notes=notes)


def _cap(told: Mapping[str, Any], *, reached: bool) -> Window | None:
    used = from_percent(_first(told, _USED))
    if used is None and not reached:
        return None
    return Window("spend", used, moment(_first(told, _RESETS)), status="rejected" if reached else None)


def _told_seconds(told: Mapping[str, Any]) -> float | None:
    seconds = number(told.get("limit_window_seconds"))
    minutes = number(_first(told, ("window_minutes", "windowDurationMins")))
    return seconds if seconds is not None else None if minutes is None else minutes * 60


def _seconds(told: Mapping[str, Any], slot: str) -> float | None:
    """Its length; None for a window of no length, which does not exist."""
    seconds = _told_seconds(told)
    if seconds is None:
        return _SLOTS.get(slot)
    return seconds if seconds > 0 else None


def _reset(told: Mapping[str, Any], at: datetime) -> datetime | None:
    ends = moment(_first(told, _RESETS))
    after = number(told.get("reset_after_seconds"))
    return ends or (None if after is None or after <= 0 else at + timedelta(seconds=after))


def _first(told: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((told[name] for name in names if told.get(name) is not None), None)
