"""The passive reading: what Claude Code itself last learned about the account, from its own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from quotaboard.domain.reading import Origin, Overage, Reading
from quotaboard.providers.anthropic.usage import usage_facts

TOO_OLD = timedelta(days=1)
"""Claude Code trusts its cache for an hour; here its age is shown, until it says nothing about today."""


def cached_reading(
    utilization: Mapping[str, object],
    fetched_at: datetime,
    now: datetime,
    overage_reason: str | None = None,
) -> Reading | None:
    """The body of the usage endpoint as Claude Code cached it; None when it says nothing, or is a day old.

    `overage_reason` is why the paid pool is off, which Claude Code keeps apart from it.
    """
    if not timedelta() <= now - fetched_at <= TOO_OLD:
        return None
    windows, overage = usage_facts(utilization)
    overage = _with_reason(overage, overage_reason)
    if not windows and overage is None:
        return None
    return Reading(fetched_at, Origin.CACHED, windows, overage)


def _with_reason(overage: Overage | None, reason: str | None) -> Overage | None:
    """A reason without a pool is a pool that is off; a pool that serves has outlived the reason."""
    if reason is None or (overage is not None and (overage.can_serve or overage.reason)):
        return overage
    return replace(overage, reason=reason) if overage else Overage(status="rejected", reason=reason)
