"""What the store knows of the time that lies behind: for the detail screen, sparklines and export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from quotaboard.domain.forecast import Use, WindowKey
from quotaboard.domain.history import Past, Trail, Turn, peaks, spark_span
from quotaboard.domain.reading import Sighting
from quotaboard.store.times import EPOCH, MILLISECOND, maybe_from_ms, to_ms

if TYPE_CHECKING:
    from quotaboard.store.store import Store

MOST_TURNS = 200


def past_of(
    store: Store,
    credential: str,
    since: datetime,
    until: datetime,
    *,
    lane: str | None = None,
    points: int | None = None,
) -> Past:
    """All windows of a credential, and how this lane (or all of its lanes) closed and opened.

    `points` thins each window to the last use in so many equal spans.
    """
    trails = tuple(
        Trail(
            sighting.window.name,
            sighting.window.model,
            sighting.window.seconds,
            tuple(_uses(store, credential, sighting, since, until, points)),
        )
        for sighting in store.readings.sightings(credential)
    )
    turns = tuple(turn for turn in turns_of(store, credential, since, lane=lane) if turn.at < until)
    return Past(since, until, trails, turns)


def turns_of(store: Store, credential: str, since: datetime, *, lane: str | None = None) -> list[Turn]:
    """Newest first. Of a lane that did not change in that time, the change before it."""
    lanes = [lane] if lane else [one.id for one in store.lanes.all() if one.credential == credential]
    turns: list[Turn] = []
    for name in lanes:
        found = store.verdicts.changes(name, since, limit=MOST_TURNS)
        found = found or store.verdicts.changes(name, limit=1)
        turns += [
            Turn(one.lane, one.at, one.before, one.after, one.reason, one.rule, one.evidence) for one in found
        ]
    return sorted(turns, key=lambda turn: turn.at, reverse=True)[:MOST_TURNS]


def sparks_of(
    store: Store, credential: str, now: datetime, count: int
) -> Mapping[WindowKey, tuple[float | None, ...]]:
    """The peaks of each window over its last day or week, in so many spans."""
    found: dict[WindowKey, tuple[float | None, ...]] = {}
    for sighting in store.readings.sightings(credential):
        window = sighting.window
        span = spark_span(window.seconds)
        uses = tuple(_uses(store, credential, sighting, now - span, now + MILLISECOND, count * 6))
        found[window.name, window.model] = peaks(uses, now - span, now + MILLISECOND, count)
    return found


def _uses(
    store: Store,
    credential: str,
    sighting: Sighting,
    since: datetime,
    until: datetime,
    points: int | None,
) -> list[Use]:
    window = sighting.window
    rows = store.readings.raw_history(
        credential,
        window.name,
        to_ms(since),
        to_ms(until),
        model=window.model,
        every_ms=max((until - since) // MILLISECOND // points, 1) if points else None,
    )
    resets: dict[int | None, datetime | None] = {}
    uses = []
    for at, share, resets_at, _status in rows:
        if share is None:
            continue
        if resets_at not in resets:
            resets[resets_at] = maybe_from_ms(resets_at)
        uses.append(Use(EPOCH + timedelta(milliseconds=at), share, resets[resets_at]))
    return uses
