"""A session over a whole fleet: it asks Prometheus, and nobody else. Nothing can be done from here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar

from quotaboard.domain.alert import Alert
from quotaboard.domain.board import Board
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.history import Past
from quotaboard.poll.asking import Patience, open_client
from quotaboard.poll.fleet import looking_back
from quotaboard.poll.fleet.asking import fleet_now
from quotaboard.poll.fleet.prometheus import PATIENCE, Prometheus, Trouble
from quotaboard.poll.place import Place
from quotaboard.poll.session import Moves

EVERY = 15.0
"""Seconds between two questions; Prometheus itself seldom asks more often."""

PAST_LASTS = timedelta(minutes=1)
SPARKS_LAST = timedelta(minutes=5)
WAITING = "Prometheus is asked for this time."
MOST_PASTS = 32

Answer = TypeVar("Answer")
Wanted = tuple[str, timedelta, str | None, int]
"""A credential, how far back, a lane, and how many points."""


class FleetSession:
    """Speaks the protocol of `quotaboard.poll.session.Session`."""

    def __init__(self, address: str, place: Place, clock: Callable[[], datetime]) -> None:
        self._address = address
        self._place = place
        self._clock = clock
        self._board = Board(clock(), afar=True)
        self._server: Prometheus | None = None
        self._busy = False
        self._wake = asyncio.Event()
        self._pasts: dict[Wanted, Past] = {}
        self._wanted: dict[Wanted, None] = {}
        self._sparks: dict[str, dict[WindowKey, tuple[float | None, ...]]] = {}
        self._spark_count = 0
        self._sparks_at: datetime | None = None

    async def ask_once(self, patience: Patience = PATIENCE) -> Board | Trouble:
        """The board as it is now, for a command that shows it and ends."""
        async with open_client(self._place.environment) as client:
            return await fleet_now(Prometheus(self._address, client, self._clock, patience), self._clock())

    async def look_back_once(
        self,
        board: Board,
        credentials: Sequence[str],
        lane: str | None,
        since: datetime,
        until: datetime,
        points: int,
    ) -> dict[str, Past]:
        """How these went, with this lane or all of theirs, up to the first that cannot be told."""
        known = next((view.lane for view in board.lanes if view.lane.id == lane), None)
        lengths = _lengths(board)
        pasts: dict[str, Past] = {}
        async with open_client(self._place.environment) as client:
            server = Prometheus(self._address, client, self._clock)
            for name in credentials:
                past = await looking_back.past_of(
                    server, name, since, until, lengths, lane=known, points=points
                )
                pasts[name] = past
                if past.trouble is not None:
                    break
        return pasts

    def board(self, now: datetime) -> Board:
        return replace(self._board, at=now)

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask now and then, and when somebody looks back, until cancelled."""
        async with open_client(self._place.environment) as client:
            self._server = Prometheus(self._address, client, self._clock)
            loop = asyncio.get_running_loop()
            due = loop.time()
            while True:
                if loop.time() >= due:
                    due = loop.time() + EVERY
                    await self._during(self._renew(self._server))
                    changed()
                if await self._during(self._look_back(self._server)):
                    changed()
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(due - loop.time(), 0.02)):
                        await self._wake.wait()
                self._wake.clear()

    def history(
        self, credential: str, since: datetime, until: datetime, *, lane: str | None = None, points: int = 400
    ) -> Past:
        """What was asked for before; another question is put, and `changed` is called when it is answered."""
        wanted = (credential, until - since, lane, points)
        known = self._pasts.get(wanted)
        if known is None or until - known.until > PAST_LASTS:
            self._wanted[wanted] = None
            self._wake.set()
        return known or Past(since, until, trouble=WAITING)

    def sparks(
        self, credential: str, now: datetime, count: int
    ) -> Mapping[WindowKey, tuple[float | None, ...]]:
        if count != self._spark_count or self._sparks_at is None or now - self._sparks_at > SPARKS_LAST:
            self._spark_count, self._sparks_at = count, None
            self._wake.set()
        return self._sparks.get(credential, {})

    @property
    def paused(self) -> bool:
        return False

    @property
    def busy(self) -> bool:
        return self._busy

    def refresh(self, lanes: Sequence[str] | None = None) -> None:
        """Looks are taken on the machines themselves."""

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the protocol's
        """Nobody is asked but Prometheus."""

    def consent(self, credential: str, granted: bool) -> None:  # noqa: FBT001 - the protocol's
        """It is given on the machine whose tokens are spent."""

    def alerts(self) -> Sequence[Alert]:
        """They are given on the machines themselves."""
        return ()

    def take_alerts(self) -> Sequence[Alert]:
        return ()

    def mute(self, muted: bool) -> None:  # noqa: FBT001 - the protocol's
        """There are none to hold back."""

    def switching(self) -> Moves:
        return _nobody_moves()

    def reread(self) -> None:
        """There is nothing here to read."""

    async def _renew(self, server: Prometheus) -> None:
        now = self._clock()
        found = await fleet_now(server, now)
        if isinstance(found, Trouble):
            self._board = replace(self._board, trouble=found.sentence)
        else:
            self._board = found

    async def _look_back(self, server: Prometheus) -> bool:
        """Answer what was asked for; False when there was nothing."""
        now = self._clock()
        wanted, self._wanted = list(self._wanted), {}
        lanes, lengths = {view.lane.id: view.lane for view in self._board.lanes}, _lengths(self._board)
        for one in wanted:
            credential, span, lane, points = one
            known = lanes.get(lane) if lane else None
            self._pasts[one] = await looking_back.past_of(
                server, credential, now - span, now, lengths, lane=known, points=points
            )
        while len(self._pasts) > MOST_PASTS:
            del self._pasts[next(iter(self._pasts))]
        if self._spark_count and self._sparks_at is None and self._board.credentials:
            self._sparks = await looking_back.sparks_of(server, now, self._spark_count, lengths)
            self._sparks_at = now
            return True
        return bool(wanted)

    async def _during(self, asking: Coroutine[Any, Any, Answer]) -> Answer:
        self._busy = True
        try:
            return await asking
        finally:
            self._busy = False


def _lengths(board: Board) -> looking_back.Lengths:
    return {
        (view.credential.name, (window.sighting.window.name, window.sighting.window.model)): (
            window.sighting.window.seconds
        )
        for view in board.credentials
        for window in view.windows
    }


def _nobody_moves() -> NoReturn:
    raise NotImplementedError("the board offers no switch of agents on other machines")
