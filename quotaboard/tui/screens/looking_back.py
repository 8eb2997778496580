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
        self._lately: tuple[CredentialView, Past, datetime] | None = None
        """With the moment when it was read."""

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

    def lately(self, view: CredentialView) -> Past | None:
        """The last day of a credential, if that was read; it may be some minutes old."""
        if self._lately is None or self._lately[0].credential.name != view.credential.name:
            return None
        return self._lately[1]

    def is_lately_due(self, view: CredentialView) -> bool:
        """Whether the last day was not read yet, or long ago, or before a verdict became another."""
        if self._lately is None or self.lately(view) is None:
            return True
        seen, _, read_at = self._lately
        return abs(self._clock() - read_at) >= LATELY_LASTS or _turns(view) != _turns(seen)

    def renew_lately(self, view: CredentialView) -> None:
        """Read the last day of a credential."""
        from quotaboard.tui.draw.past import LATELY, RANGES

        now = self._clock()
        past = self._session.history(view.credential.name, now - RANGES[LATELY][1], now)
        self._lately = (view, past, now)

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


def _turns(view: CredentialView) -> tuple[tuple[str, datetime | None], ...]:
    """Since when each lane has stood as it does."""
    return tuple((lane.lane.id, lane.since) for lane in view.lanes)
