"""Calling a person, for whoever asks: rounds, then the desktop and the hook. The panes ring by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert
from quotaboard.poll.alerts.rounds import Rounds
from quotaboard.poll.alerts.telling import Telling
from quotaboard.poll.place import Place
from quotaboard.poll.view import board_of
from quotaboard.store.store import Store


class Calling:
    """Goes round when that is due, and tells what is found."""

    def __init__(self, settings: AlertSettings, place: Place, clock: Callable[[], datetime]) -> None:
        self._rounds = Rounds(settings)
        self._telling = Telling(settings, place.environment)
        self._clock = clock

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
        alerts = self._rounds.go(store, board_of(store, self._clock()), at)
        self._telling.start(alerts)
        return alerts

    async def finish(self) -> None:
        await self._telling.finish()

    async def stop(self) -> None:
        await self._telling.stop()
