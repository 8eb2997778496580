"""The bodies that tell of a ChatGPT plan: usage endpoint, app server, and an event of a rollout file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quotaboard.domain.reading import Window
from quotaboard.providers.base import Received
from quotaboard.providers.codex.windows import limit_windows, meters_of, scoped_windows
from quotaboard.providers.meters import Meters, mapping, number, objects, word
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.errors import error_facts

_USAGE = ("rate_limit", "rate_limit_reset_credits", "spend_control", "additional_rate_limits")
_ACCOUNT_LIMIT = "codex"


def account_meters(body: Mapping[str, Any], received: Received) -> Meters | None:
    """Any of the three; None for another body."""
    if "output" not in body and (
        "result" in body or (isinstance(body.get("error"), Mapping) and "id" in body)
    ):
        return rpc_meters(body, received.at)
    if isinstance(mapping(body.get("payload")).get("rate_limits"), Mapping):
        return rollout_meters(body, received.at)
    if any(name in body for name in _USAGE):
        return usage_meters(body, received.at)
    if "available_count" in body and "credits" in body:
        return Meters(notes=_banked(body.get("available_count"), objects(body.get("credits"))))
    return None


def usage_meters(body: Mapping[str, Any], at: datetime) -> Meters:
    """`/wham/usage`."""
    windows = (
        *limit_windows(mapping(body.get("rate_limit")), at),
        *scoped_windows(body.get("additional_rate_limits"), at),
        *limit_windows(mapping(body.get("code_review_rate_limit")), at, "Code review"),
    )
    banked = mapping(body.get("rate_limit_reset_credits")).get("available_count")
    return meters_of(body, windows, body.get("plan_type"), _banked(banked, ()))


def rpc_meters(body: Mapping[str, Any], at: datetime) -> Meters | None:
    """The app server's `account/rateLimits/read`.

    The account's windows stand there twice and are counted once.
    """
    result = mapping(body.get("result"))
    if "error" in body:
        return Meters(error=error_facts(body, at))
    limits = mapping(result.get("rateLimits"))
    by_id = mapping(result.get("rateLimitsByLimitId"))
    if not limits and not by_id:
        return None
    account = limits or mapping(by_id.get(_ACCOUNT_LIMIT))
    own = word(account.get("limitId")) or _ACCOUNT_LIMIT
    scoped: list[Window] = []
    for name, limit in by_id.items():
        if name not in (own, _ACCOUNT_LIMIT):
            told = mapping(limit)
            scoped += limit_windows(told, at, word(told.get("limitName")) or str(name))
    windows = (*limit_windows(account, at), *scoped)
    return meters_of(account, windows, account.get("planType"))


def rollout_meters(event: Mapping[str, Any], at: datetime) -> Meters:
    """A `token_count` event of a rollout file; what it says is as old as its timestamp."""
    limits = mapping(mapping(event.get("payload")).get("rate_limits"))
    said_at = moment(event.get("timestamp")) or at
    name = word(limits.get("limit_name"))
    return meters_of(limits, tuple(limit_windows(limits, said_at, name)), limits.get("plan_type"))


def _banked(count: object, grants: Any) -> tuple[str, ...]:
    banked = number(count)
    if not banked:
        return ()
    plural = "" if banked == 1 else "s"
    ends = [moment(grant.get("expires_at")) for grant in grants if grant.get("status") == "available"]
    known = sorted(end for end in ends if end is not None)
    until = f", the first until {known[0]:%Y-%m-%d}" if known else ""
    return (f"{banked:.0f} reset{plural} of the windows banked{until}; quotaboard never uses one.",)
