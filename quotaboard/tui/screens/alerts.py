"""What was alerted of, and how a person is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType

from quotaboard.config.values import AlertSettings
from quotaboard.poll.session import Session
from quotaboard.tui.draw.alerts import alert_lines
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.page import Page
from quotaboard.tui.screens.sheet import Hints, Sheet

LOOK_EVERY = 2.0
"""Seconds between two looks for a new one."""


class AlertsScreen(Sheet):
    """The log, newest first; `m` mutes here too."""

    HEADING = "alerts"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("m", "mute", "mute", show=False, id="mute")]
    FOOT: Hints = (("esc", "back"), ("↑ ↓", "scroll"), ("m", "mute or not"))

    def __init__(
        self,
        session: Session,
        clock: Callable[[], datetime],
        settings: AlertSettings,
        page: Page,
    ) -> None:
        super().__init__()
        self._session = session
        self._clock = clock
        self._settings = settings
        self._page = page
        self._known: object = None

    def on_mount(self) -> None:
        self.set_interval(LOOK_EVERY, self._look)

    def lines(self, width: int) -> Sequence[Line]:
        now = self._clock()
        page = self._page._replace(width=width, now=now)
        return alert_lines(self._session.alerts(), self._settings, self._session.board(now), page)

    def action_mute(self) -> None:
        self._session.mute(not self._session.board(self._clock()).muted)
        self.redraw()

    def _look(self) -> None:
        """Draw only what is new."""
        known = list(self._session.alerts()[:1])
        if known != self._known:
            self._known = known
            self.redraw()
