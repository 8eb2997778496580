"""Alerts of a command without a screen: bell and notification go to stderr, where that is a terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress

from quotaboard.cli import diagnostics, masking, opening
from quotaboard.config.alerts import TerminalStyle
from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert
from quotaboard.poll.alerts.calling import Calling
from quotaboard.poll.alerts.terminal import BELL, way_of
from quotaboard.poll.live import Live
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble


class Ringer:
    """Takes the alerts that no pane has rung for, if it can ring itself; else they are left for a board."""

    def __init__(self, settings: AlertSettings) -> None:
        self._settings = settings
        self._under_way: set[asyncio.Task[None]] = set()

    def ring(self, live: Live) -> None:
        """Ring for what is new, in a running loop."""
        if not self._can_ring() or not (alerts := live.take_alerts()):
            return
        alerts = masking.hidden(alerts)
        if self._settings.bell:
            diagnostics.to_terminal(BELL)
        if self._settings.terminal is not TerminalStyle.OFF:
            task = asyncio.get_running_loop().create_task(self._notify(alerts))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        await asyncio.gather(*self._under_way)

    def _can_ring(self) -> bool:
        wanted = self._settings.bell or self._settings.terminal is not TerminalStyle.OFF
        return wanted and diagnostics.is_terminal()

    async def _notify(self, alerts: Sequence[Alert]) -> None:
        way = await asyncio.to_thread(way_of, self._settings.terminal, os.environ)
        if not isinstance(way, str):
            diagnostics.to_terminal(way.sequences(alerts))


async def tell_once(live: Live, store: Store, settings: AlertSettings, ringer: Ringer) -> None:
    """Say what is to be said now, and wait until everybody was told."""
    calling = Calling(settings, opening.place(), opening.now)
    with suppress(StoreTrouble):  # whoever asked has met it, and told of it
        calling.go(store)
    ringer.ring(live)
    await calling.finish()
    await ringer.finish()
