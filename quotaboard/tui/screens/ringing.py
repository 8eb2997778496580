"""Rings for alerts on the board's terminal: a bell, a notification, and a word on what it does not show."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

from quotaboard.config.alerts import TerminalStyle
from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.tui.draw.foreign import shown

if TYPE_CHECKING:
    from quotaboard.poll.alerts.terminal import Way

TOASTED = (AlertKind.MARK, AlertKind.RUNS_OUT, AlertKind.EXPIRES)
"""That a lane off screen changed is said anyway."""

log = logging.getLogger(__name__)


class Ringing:
    """What the config allows of it."""

    def __init__(self, settings: AlertSettings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._environment = environment
        self._way: Way | str | None = None
        """How the terminal is notified, or why not; None until that was found out."""

    def ring(self, app: App[Any], alerts: Sequence[Alert]) -> None:
        """One bell however many alerts there are, and a notification for each."""
        if not alerts:
            return
        for alert in alerts:
            if alert.kind in TOASTED:
                app.notify(shown(alert.text), title=shown(alert.title), markup=False, severity="warning")
        if self._settings.bell:
            app.bell()
        if self._settings.terminal is not TerminalStyle.OFF and not app.is_headless:
            app.run_worker(self._notify(app, alerts), group="ring", exit_on_error=False)

    async def _notify(self, app: App[Any], alerts: Sequence[Alert]) -> None:
        from quotaboard.poll.alerts.terminal import way_of  # brings subprocess; most runs ring rarely

        if not isinstance(self._way, str):  # which panes tmux lets through may have been changed since
            self._way = await asyncio.to_thread(way_of, self._settings.terminal, self._environment)
        if isinstance(self._way, str):
            log.info("no notification by the terminal: %s", self._way)
            return
        driver = app._driver  # noqa: SLF001 - the only way to the terminal that no frame can come between
        if driver is not None:
            driver.write(self._way.sequences(alerts))
