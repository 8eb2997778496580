"""Calling a person, for whoever asks: rounds, then the desktop and the hook. The panes ring by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert
from quotaboard.poll.alerts.rounds import Rounds
from quotaboard.poll.alerts.telling import Telling
from quotaboard.poll.place import Place
from quotaboard.poll.view import board_of
from quotaboard.store.notes import ALERT_TROUBLE
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble


class Calling:
    """Goes round when that is due, and tells what is found."""

    def __init__(self, settings: AlertSettings, place: Place, clock: Callable[[], datetime]) -> None:
        self._rounds = Rounds(settings)
        self._telling = Telling(settings, place.environment, self._note)
        self._clock = clock
        self._store: Store | None = None

    def begin(self) -> None:
        """Another process may have asked until now, or the store is another one."""
        self._rounds.forget()

    def turn(self, store: Store) -> None:
        """One turn of whoever asks; most cost next to nothing. Raises StoreTrouble."""
        if self._rounds.is_due(store.version(), asyncio.get_running_loop().time()):
            self.go(store)

    def go(self, store: Store) -> list[Alert]:
        """Say what is to be said now."""
        at = asyncio.get_running_loop().time()
        self._store = store
        alerts = self._rounds.go(store, board_of(store, self._clock()), at)
        self._telling.start(alerts)
        return alerts

    def _note(self, trouble: str) -> None:
        """For whoever looks at the alerts, or asks the doctor."""
        if self._store is not None:
            with suppress(StoreTrouble):  # it is in the log
                self._store.notes.set(ALERT_TROUBLE, trouble)

    async def finish(self) -> None:
        await self._telling.finish()

    async def stop(self) -> None:
        await self._telling.stop()
