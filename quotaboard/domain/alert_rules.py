"""From what was remembered and what is seen now to what is said: a pure step, taken by whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from quotaboard.domain.alert import About, AlertKind
from quotaboard.domain.alert_memory import Remembered
from quotaboard.domain.alert_sights import NO, Sight, Topic, kind_of

SLACK = 0.05
"""A share must have fallen so far below a mark before passing it again is news."""

NOTHING_YET = {Topic.WINDOW: "0.0", Topic.FORECAST: NO, Topic.LOGIN: NO}
"""The state at the beginning of a stretch of time."""

NEWS_AT_FIRST_SIGHT = (Topic.FORECAST, Topic.LOGIN)
"""They are about what lies ahead. That a lane is blocked when it is first seen, the board says already."""

Memories = Mapping[str, Remembered]


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from one look at the board."""

    edges: Mapping[AlertKind, tuple[About, ...]]
    """What is to be said."""
    changed: Memories
    """What is to be remembered in the place of what was."""


def step(
    memories: Memories,
    sights: Iterable[Sight],
    now: datetime,
    *,
    wanted: Collection[AlertKind] = frozenset(AlertKind),
    held: Collection[AlertKind] = (),
) -> Step:
    """Kinds that are not wanted pass in silence. Those that are held are said later, if they are still so."""
    edges: dict[AlertKind, list[About]] = {}
    changed: dict[str, Remembered] = {}
    for sight in sights:
        was = _before(memories.get(sight.key), sight, now)
        if was is None:
            changed[sight.key] = Remembered(sight.state, now, ends_at=sight.ends_at)
            continue
        kind, becomes = _turn(was, sight, now, wanted, held)
        if kind is not None:
            edges.setdefault(kind, []).append(replace(sight.about, was=was.state, was_since=was.since))
        if becomes != memories.get(sight.key):
            changed[sight.key] = becomes
    return Step({kind: tuple(about) for kind, about in edges.items()}, changed)


def _before(known: Remembered | None, sight: Sight, now: datetime) -> Remembered | None:
    """What counts as the state before; None when there is none to compare with."""
    if known is None:
        first = sight.topic in NEWS_AT_FIRST_SIGHT
        return Remembered(NOTHING_YET[sight.topic], now) if first else None
    over = known.ends_at is not None and known.ends_at <= now
    return replace(known, state=NOTHING_YET[sight.topic], other=None, other_since=None) if over else known


def _turn(
    was: Remembered, sight: Sight, now: datetime, wanted: Collection[AlertKind], held: Collection[AlertKind]
) -> tuple[AlertKind | None, Remembered]:
    """What is said, and what is remembered from now on."""
    state = _steadied(was, sight)
    if state == was.state:
        return None, was.still(sight.ends_at)
    kind = kind_of(sight.topic, was.state, state)
    if kind is None or kind not in wanted or sight.said_otherwise:
        return None, was.turned(state, now, sight.ends_at, said=False)
    turning = was.turning(state, now)
    if kind in held or not turning.is_settled(now):
        return None, turning
    return kind, was.turned(state, now, sight.ends_at, said=True)


def _steadied(was: Remembered, sight: Sight) -> str:
    """A share that hovers about a mark stays past it."""
    share = sight.about.utilization
    if sight.topic is Topic.WINDOW and share is not None and float(sight.state) < float(was.state):
        return was.state if share >= float(was.state) - SLACK else sight.state
    return sight.state
