"""The time that lies behind, for the board: detail screens that live while open, and sparklines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.app import App

from quotaboard.domain.board import Board, CredentialView
from quotaboard.domain.history import Past
from quotaboard.poll.session import Session
from quotaboard.tui.draw.detail import Subject, subject_of
from quotaboard.tui.draw.gauge import SPARK, Sparks
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.story import Asking

if TYPE_CHECKING:
    from quotaboard.tui.screens.lane import LaneScreen

SOON = timedelta(seconds=20)
LATELY_LASTS = timedelta(minutes=2)
SPARKS_LAST = timedelta(minutes=5)
"""So old a sparkline may be: it shows hours and days."""


class LookingBack:
    """Asks the session for what was, and knows which detail screen is open."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock
        self._open: LaneScreen | None = None
        self._made_at: dict[str, datetime] = {}
        self.sparks: dict[str, Sparks] = {}
        """By credential and window."""
        self._lately: tuple[str, Past] | None = None

    def open(self, app: App[str], subject: Subject, page: Page) -> None:
        """Show a lane, or a credential with all of its lanes."""
        from quotaboard.tui.draw.past import RANGES
        from quotaboard.tui.screens.lane import LaneScreen  # not before it is asked for

        name = subject.view.credential.name
        key = subject.lane.lane.id if subject.lane else None

        def look_back(number: int) -> Past:
            now = self._clock()
            return self._session.history(name, now - RANGES[number][1], now, lane=key)

        self._open = LaneScreen(subject, page, look_back)
        app.push_screen(self._open)

    def renew(self, board: Board, page: Page, asking: Asking) -> None:
        """Tell the detail screen, if one is open, what is known now."""
        screen = self._open
        if screen is None or not screen.is_attached:
            self._open = None
            return
        before = screen.subject
        name = before.view.credential.name
        view = next((one for one in board.credentials if one.credential.name == name), None)
        if view is None:
            return
        key = before.lane.lane.id if before.lane else None
        lane = next((one for one in view.lanes if one.lane.id == key), None)
        if before.lane is None or lane is not None:
            screen.take(subject_of(view, lane, board, page, asking), page)

    def lately(self, name: str) -> Past | None:
        """The last day of a credential, if that was read; it may be some minutes old."""
        return self._lately[1] if self._lately is not None and self._lately[0] == name else None

    def renew_lately(self, name: str) -> bool:
        """Read the last day of a credential; False when what was read is young enough."""
        from quotaboard.tui.draw.past import LATELY, RANGES

        now, known = self._clock(), self.lately(name)
        if known is not None and abs(now - known.until) < LATELY_LASTS:
            return False
        self._lately = (name, self._session.history(name, now - RANGES[LATELY][1], now))
        return True

    def renew_one_spark(self, views: Sequence[CredentialView]) -> bool:
        """Read the sparklines of one credential that lacks them or has old ones; False when none does."""
        now = self._clock()
        for view in views:
            name = view.credential.name
            made_at = self._made_at.get(name)
            if view.windows and (made_at is None or abs(now - made_at) >= SPARKS_LAST):
                found = self.sparks[name] = self._session.sparks(name, now, SPARK)
                # What is fetched from elsewhere may not be there yet.
                self._made_at[name] = now if found else now - SPARKS_LAST + SOON
                return True
        return False
