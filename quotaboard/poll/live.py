"""The live session: asks when it is time, stores what it learns, then says that something changed.

One process asks, the one that holds the lease; the others follow the store. Wishes (a refresh) go through the store
too, so that whoever asks hears them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from quotaboard.config.values import Config
from quotaboard.domain.board import Board
from quotaboard.poll.view import board_of
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble

if TYPE_CHECKING:
    from quotaboard.poll.desk import Desk
    from quotaboard.poll.place import Place

LEASE = "poll"
LEASE_SPAN = timedelta(seconds=30)
RENEW_EVERY = timedelta(seconds=10)
FOLLOW_EVERY = 1.0
"""Seconds between two looks at the store by a process that does not ask. It costs microseconds."""


class Live:
    """A session over the real store, sources and providers."""

    def __init__(
        self,
        store: Store,
        config: Config,
        place: Place,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._config = config
        self._place = place
        self._clock = clock
        self._paused = False
        self._wake = asyncio.Event()
        self._desk: Desk | None = None
        self._elsewhere = False
        self._trouble: str | None = None

    def board(self, now: datetime) -> Board:
        board = board_of(self._store, now)
        next_look_at = None if self._paused else board.next_look_at
        return replace(
            board,
            watched_elsewhere=self._elsewhere,
            trouble=self._trouble or board.trouble,
            next_look_at=next_look_at,
        )

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def busy(self) -> bool:
        return self._desk is not None and self._desk.busy

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the protocol's
        self._paused = paused
        self._wake.set()

    def refresh(self, lanes: Sequence[str] | None = None) -> None:
        """Move the slots of these lanes to now, where whoever holds the lease finds them."""
        now = self._clock()
        wanted = [lane.id for lane in self._store.lanes.all()] if lanes is None else list(lanes)
        known = self._store.schedule.all()
        slots = [asked_for(known.get(lane), lane, now) for lane in wanted]
        self._store.schedule.set(slots)
        self._wake.set()

    def consent(self, credential: str, granted: bool) -> None:  # noqa: FBT001 - the protocol's
        self._store.credentials.consent(credential, granted=granted)
        if self._desk is not None:
            self._desk.reread()
        self._wake.set()

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask when it is time, until cancelled."""
        await _imported("quotaboard.poll.desk")
        from quotaboard.poll.desk import open_desk

        async with AsyncExitStack() as stack:
            stack.callback(self._store.leases.release, LEASE)
            self._desk = await stack.enter_async_context(
                open_desk(self._store, self._config, self._place, self._clock)
            )
            changed()
            while True:
                try:
                    await self._turn(self._desk, changed)
                except StoreTrouble as trouble:
                    self._trouble = trouble.sentence
                    changed()
                    await self._rest(FOLLOW_EVERY * 10)

    async def _turn(self, desk: Desk, changed: Callable[[], None]) -> None:
        """One round: lead if nobody else does, else follow."""
        leads = not self._paused and self._store.leases.acquire(LEASE, LEASE_SPAN, now=self._clock())
        if self._elsewhere == leads and not self._paused:
            self._elsewhere = not leads
            changed()
        version = self._store.version()
        if leads:
            desk.start_due(changed, self._wake)
            await self._rest(min(desk.rest(), RENEW_EVERY.total_seconds()))
        else:
            await self._rest(FOLLOW_EVERY)
        self._trouble = None
        if self._store.version() != version:
            desk.follow(leads)
            changed()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0.02)):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()


def asked_for(slot: Slot | None, key: str, now: datetime) -> Slot:
    return Slot(key, now, slot.failures if slot else 0, slot.last_at if slot else None)


async def _imported(*names: str) -> None:
    """Import in a thread: httpx and the sources take 100 ms that a first frame should not wait for."""
    for name in names:
        await asyncio.to_thread(import_module, name)
