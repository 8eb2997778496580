"""Telling of alerts beyond the terminal: the desktop and the hook, while nobody waits for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping

from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert
from quotaboard.poll.alerts.desktop import Desktop
from quotaboard.poll.hook import run_hook

GRACE = 0.5
"""Seconds that a command under way is left at the end."""

log = logging.getLogger(__name__)


class Telling:
    """What is told to whom, as the config says."""

    def __init__(
        self,
        settings: AlertSettings,
        environment: Mapping[str, str],
        complain: Callable[[str], None],
        desktop: Desktop | None = None,
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._complain = complain
        self._desktop = desktop or Desktop()
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, alerts: Iterable[Alert]) -> None:
        """Tell of these, in the background."""
        for alert in alerts:
            task = asyncio.get_running_loop().create_task(self.tell(alert))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def tell(self, alert: Alert) -> None:
        """Tell of one. `complain` is given what went wrong, or nothing when all went well."""
        told = []
        if self._settings.desktop:
            told.append(self._desktop.tell(alert))
        if self._settings.hook:
            told.append(run_hook(self._settings.hook, alert.document(), self._environment))
        troubles = [trouble for trouble in await asyncio.gather(*told) if trouble is not None]
        for trouble in troubles:
            log.warning("an alert was not told: %s", trouble)
        if told:
            self._complain(" ".join(troubles))

    async def finish(self) -> None:
        """Wait until everybody has been told."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def stop(self) -> None:
        """Whoever is just being told may hear the end, if that is near."""
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way, timeout=GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
