"""What is to be said now: whoever asks goes round whenever something is new, and once a minute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.domain.alert_memory import Remembered
from quotaboard.domain.alert_rules import Step, step
from quotaboard.domain.alert_sights import sights_of
from quotaboard.domain.alert_words import alerts_of
from quotaboard.domain.board import Board
from quotaboard.store.store import Store

GATHER = 3.0
"""Seconds between two rounds: what closes at once, closes in several answers."""

LATER = 15.0
"""Seconds until what waits to be said is looked at again."""

TICK = 60.0
"""Seconds after which what needs no news is noticed: an expiry that comes near, the end of quiet hours."""

REST = timedelta(minutes=1)
"""One kind is said at most once in this time; what comes meanwhile is said together."""


class Rounds:
    """Decides, over the store that is in use, what nobody has said yet."""

    def __init__(self, settings: AlertSettings, zone: tzinfo | None = None) -> None:
        self._settings = settings
        self._rules = settings.rules
        self._zone = zone
        self._known: Mapping[str, Remembered] | None = None
        self._seen: int | None = None
        self._went_at: float | None = None
        self._patience = TICK

    def is_due(self, version: int, at: float) -> bool:
        """`at`: seconds of a clock that nobody can set."""
        if self._went_at is None:
            return True
        rested = at - self._went_at
        return rested >= self._patience or (rested >= GATHER and version != self._seen)

    def go(self, store: Store, board: Board, at: float) -> list[Alert]:
        """What is to be said now. It is stored first, so that it is never said twice."""
        self._went_at = at
        now = board.at
        sights = list(sights_of(board, self._rules))
        held = self._held(store, now)

        def decided(known: Mapping[str, Remembered]) -> Step:
            return step(known, sights, now, wanted=self._rules.kinds, held=held)

        def say(known: Mapping[str, Remembered]) -> tuple[list[Alert], Mapping[str, Remembered]]:
            found = decided(known)
            self._known = {**known, **found.changed}
            return alerts_of(found.edges, board, self._zone), found.changed

        if self._known is None:
            self._known = store.alerts.memories()
        alerts = store.alerts.say(say) if decided(self._known).changed else []
        waiting = any(one.other is not None for one in self._known.values())
        self._patience = LATER if waiting and len(held) < len(AlertKind) else TICK
        self._seen = store.version()
        return alerts

    def forget(self) -> None:
        """Another process may have said something since, or the store is another one."""
        self._known = None
        self._went_at = None

    def _held(self, store: Store, now: datetime) -> frozenset[AlertKind]:
        hours = self._settings.quiet_hours
        if store.alerts.muted or (hours is not None and hours.covers(now, self._zone)):
            return frozenset(AlertKind)
        said = store.alerts.last_said()
        return frozenset(kind for kind, at in said.items() if timedelta() <= now - at < REST)
