"""A session without a network: it shows the board it was given and remembers what it was asked for."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from quotaboard.domain.alert import Alert
from quotaboard.domain.board import Board
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.history import Past
from tests.tui.fake_moves import FakeMoves
from tests.tui.pasts import past_of, sparks_of


class FakeSession:
    """Speaks the protocol of `quotaboard.poll.session.Session`."""

    def __init__(self, board: Board, *, busy: bool = False) -> None:
        self.shown = board
        self.busy = busy
        self.paused = False
        self.refreshed: list[tuple[str, ...] | None] = []
        self.consented: list[tuple[str, bool]] = []
        self.fails_with: Exception | None = None
        self.remembers = False
        """Whether there is a past to show."""
        self.changed: Callable[[], None] | None = None
        self.moves = FakeMoves(lambda: self.shown)
        self.reread_often = 0
        self.said: list[Alert] = []
        """The log of alerts."""
        self.unrung: list[Alert] = []
        """Those that no pane has rung for yet."""

    def board(self, now: datetime) -> Board:
        return replace(self.shown, at=now)

    async def run(self, changed: Callable[[], None]) -> None:
        self.changed = changed
        if self.fails_with is not None:
            raise self.fails_with
        await asyncio.Event().wait()

    def become(self, board: Board) -> None:
        """Something new was stored."""
        self.shown = board
        if self.changed is not None:
            self.changed()

    def history(
        self, credential: str, since: datetime, until: datetime, *, lane: str | None = None, points: int = 400
    ) -> Past:
        view = next((one for one in self.shown.credentials if one.credential.name == credential), None)
        if view is None or not self.remembers:
            return Past(since, until)
        return past_of(view, since, until, lane, points)

    def sparks(
        self, credential: str, now: datetime, count: int
    ) -> Mapping[WindowKey, tuple[float | None, ...]]:
        view = next((one for one in self.shown.credentials if one.credential.name == credential), None)
        return sparks_of(view, now, count) if view is not None and self.remembers else {}

    def alerts(self) -> Sequence[Alert]:
        return self.said

    def take_alerts(self) -> Sequence[Alert]:
        taken, self.unrung = self.unrung, []
        return taken

    def mute(self, muted: bool) -> None:
        self.shown = replace(self.shown, muted=muted)

    def refresh(self, lanes: Sequence[str] | None = None) -> None:
        self.refreshed.append(None if lanes is None else tuple(lanes))

    def pause(self, paused: bool) -> None:
        self.paused = paused

    def consent(self, credential: str, granted: bool) -> None:
        self.consented.append((credential, granted))
        credentials = tuple(
            replace(view, consent=granted) if view.credential.name == credential else view
            for view in self.shown.credentials
        )
        self.shown = replace(self.shown, credentials=credentials)

    def switching(self) -> FakeMoves:
        return self.moves

    def reread(self) -> None:
        self.reread_often += 1
