"""Histories for tests and for looking at: windows that fill and begin anew, lanes that close and open."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from quotaboard.domain.board import CredentialView
from quotaboard.domain.forecast import Use, WindowKey
from quotaboard.domain.history import Past, Trail, Turn, peaks, spark_span
from quotaboard.domain.reading import Window
from quotaboard.domain.verdict import Verdict

LENGTHS = {"5h": timedelta(hours=5), "7d": timedelta(days=7)}


def past_of(view: CredentialView, since: datetime, until: datetime, lane: str | None, points: int) -> Past:
    trails = tuple(
        Trail(window.name, window.model, window.seconds, tuple(uses(window, since, until, points)))
        for window in (one.sighting.window for one in view.windows)
    )
    return Past(since, until, trails, turns_of(view, since, until, lane))


def uses(window: Window, since: datetime, until: datetime, points: int) -> Iterator[Use]:
    """Each time it fills as far as now or less, faster at first."""
    length = LENGTHS.get(window.name.partition("_")[0], timedelta(days=7))
    share = window.utilization or 0.0
    for step in range(points):
        at = since + (until - since) * step / points
        ahead = (window.resets_at or until) - at
        times, left = divmod(ahead, length)
        spent = 1 - left / length
        now_spent = 1 - max((window.resets_at or until) - until, timedelta()) / length
        most = share if times == 0 else share * (0.55 + 0.4 * math.sin(times * 2.4) ** 2)
        done = min(spent / max(now_spent, 0.01), 1.0) if times == 0 else spent
        if not 2 < at.hour < 5:  # somebody sleeps
            yield Use(at, round(most * done**0.8, 2), at + left)


def turns_of(view: CredentialView, since: datetime, until: datetime, lane: str | None) -> tuple[Turn, ...]:
    turns = []
    for one in view.lanes:
        now = one.judgement
        if lane not in {None, one.lane.id} or now.observed_at is None:
            continue
        said = now.evidence
        evidence = f"{said.status or 200} {said.message or ''} {said.request_id or ''}".strip()
        for minutes, before, after in (
            (10, Verdict.OPEN, now.verdict),
            (32, Verdict.UNAVAILABLE, Verdict.OPEN),
            (34, Verdict.OPEN, Verdict.UNAVAILABLE),
            (1500, None, Verdict.OPEN),
        ):
            at = until - timedelta(minutes=minutes)
            if before is not after and at >= since:
                reason = now.reason if after is now.verdict else None
                told = evidence if after is now.verdict else "200"
                turns.append(Turn(one.lane.id, at, before, after, reason, now.rule, told))
    return tuple(sorted(turns, key=lambda turn: turn.at, reverse=True))


def sparks_of(
    view: CredentialView, now: datetime, count: int
) -> Mapping[WindowKey, tuple[float | None, ...]]:
    found = {}
    for one in view.windows:
        window = one.sighting.window
        since = now - spark_span(604_800 if window.name.startswith("7d") else None)
        found[window.name, window.model] = peaks(tuple(uses(window, since, now, 200)), since, now, count)
    return found
