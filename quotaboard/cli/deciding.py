"""Telling what is decided by itself: a line of JSON each, and the hook."""

from __future__ import annotations

import asyncio
import os

from quotaboard.agents import facade
from quotaboard.cli import diagnostics, opening, output
from quotaboard.config.values import AutoSwitchSettings
from quotaboard.domain.agent import Refusal
from quotaboard.poll.auto_switching import AutoSwitch, Decided, has_moved
from quotaboard.poll.hook import run_hook
from quotaboard.poll.live import Live
from quotaboard.store.trouble import StoreTrouble

AT_LEAST_EVERY = 15.0
"""Seconds: rests and lanes that have been open for a while end without any news."""


class Deciding:
    """What `watch --auto-switch` does beside watching."""

    def __init__(self, live: Live, settings: AutoSwitchSettings, *, dry_run: bool) -> None:
        self._switching = live.switching()
        self._settings = settings
        self._auto = AutoSwitch(live.switching, settings, opening.now, dry_run=dry_run)
        self._news = asyncio.Event()

    def check(self) -> Refusal | None:
        """Whether the config names agents that are here."""
        around = self._switching.around()
        for name in self._settings.agents:
            found = facade.find_home(name, around)
            if isinstance(found, Refusal):
                return found
        return None

    def wake(self) -> None:
        """Something is new."""
        self._news.set()

    async def run(self, live: Live) -> None:
        """Decide whenever something is new, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(AT_LEAST_EVERY):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            await self.decide(live)

    async def decide(self, live: Live) -> None:
        """Decide once, and tell."""
        try:
            decided = await self._auto.consider()
        except StoreTrouble:
            return  # the poller meets the same trouble, and tells of it
        for one in decided:
            await self._tell(one, live)

    async def _tell(self, one: Decided, live: Live) -> None:
        document = one.document()
        output.record(document)
        if has_moved(one):
            live.reread()
            if one.lane is not None:
                live.refresh([one.lane])
        if self._settings.hook:
            trouble = await run_hook(self._settings.hook, document, os.environ)
            if trouble is not None:
                diagnostics.note(trouble)
