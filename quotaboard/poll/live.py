"""The live session: asks when it is time, stores what it learns, then says that something changed.

One process asks, the one that holds the lease; the others follow the store. Wishes (a refresh) go through
the store too, so that whoever asks hears them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from quotaboard.config.values import Config
from quotaboard.domain.alert import Alert
from quotaboard.domain.board import Board
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.history import Past
from quotaboard.poll.view import board_of
from quotaboard.store.notes import ALERT_TROUBLE
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble, TroubleKind
from quotaboard.store.trouble import trouble as trouble_with

if TYPE_CHECKING:
    from quotaboard.domain.lane import Lane
    from quotaboard.poll.advising import Adviser
    from quotaboard.poll.alerts.calling import Calling
    from quotaboard.poll.desk import Desk
    from quotaboard.poll.place import Place
    from quotaboard.poll.switching import Switching

LEASE = "poll"
LEASE_SPAN = timedelta(seconds=30)
RENEW_EVERY = 10.0
"""Seconds, of a clock that nobody can set."""

LISTEN_EVERY = 1.0
"""Seconds between two looks at the store for what others put there. It costs microseconds."""

PATIENCE_WITH_A_LOCK = 5
"""So many turns a locked store is waited for before the session goes on in memory."""

LOST = (TroubleKind.GONE, TroubleKind.CORRUPT)
"""Trouble after which a store has to be begun anew, and by one process, or each pane would ask for itself."""

ONLY_THIS_RUN = "This run remembers what it sees only until it ends."

log = logging.getLogger(__name__)


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
        self._leads = False
        self._renew_at = 0.0
        self._wake = asyncio.Event()
        self._desk: Desk | None = None
        self._elsewhere = False
        self._trouble: str | None = None
        self._locked_turns = 0
        self._was_damaged = False
        self._shown: Board | None = None
        self._adviser: Adviser | None = None
        self._calling: Calling | None = None

    def board(self, now: datetime) -> Board:
        """What is known now. A store that cannot be read leaves what was shown last."""
        try:
            board = replace(
                board_of(self._store, now),
                muted=self._store.alerts.muted,
                alert_trouble=self._store.notes.get(ALERT_TROUBLE) or None,
            )
        except StoreTrouble as trouble:
            log.warning("the store cannot be read: %s", trouble)
            self._trouble = trouble.sentence
            board = replace(self._shown or Board(now), at=now)
        board = replace(
            board,
            watched_elsewhere=self._elsewhere,
            trouble=self._trouble or board.trouble,
            quiet_until=hours.end
            if (hours := self._config.alerts.quiet_hours) and hours.covers(now)
            else None,
        )
        self._shown = _at_rest(board) if self._paused and not self._elsewhere else board
        return self._shown

    def history(
        self, credential: str, since: datetime, until: datetime, *, lane: str | None = None, points: int = 400
    ) -> Past:
        """What the store knows of that time; a sentence where it cannot be read."""
        from quotaboard.poll.past import past_of  # not before somebody looks back

        try:
            return past_of(self._store, credential, since, until, lane=lane, points=points)
        except StoreTrouble as trouble:
            return Past(since, until, trouble=trouble.sentence)

    def sparks(
        self, credential: str, now: datetime, count: int
    ) -> Mapping[WindowKey, tuple[float | None, ...]]:
        from quotaboard.poll.past import sparks_of

        try:
            return sparks_of(self._store, credential, now, count)
        except StoreTrouble:  # the board says so already
            return {}

    def alerts(self) -> Sequence[Alert]:
        try:
            return self._store.alerts.log()
        except StoreTrouble:  # the board says so already
            return ()

    def take_alerts(self) -> Sequence[Alert]:
        """Nobody rings for what cannot be claimed: another pane could have rung for it."""
        try:
            return self._store.alerts.claim(now=self._clock())
        except StoreTrouble:
            return ()

    def mute(self, muted: bool) -> None:  # noqa: FBT001 - the protocol's
        try:
            self._store.alerts.mute(muted=muted)
        except StoreTrouble as trouble:
            self._trouble = trouble.sentence
        self._wake.set()

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
        try:
            slots = wish(self._store, lanes, self._clock())
        except StoreTrouble as trouble:
            self._trouble = trouble.sentence
            return
        if self._desk is not None and self._leads:
            self._desk.wish(slots)
        self._wake.set()

    def switching(self) -> Switching:
        """The way to switch agents, over the store that is in use now."""
        from quotaboard.poll.switching import Switching  # whoever switches pays for it

        return Switching(self._store, self._config, self._place, self._clock, asked_here=self._ask_here)

    async def _ask_here(self, lanes: Sequence[Lane]) -> bool | None:
        """The desk that is open asks these lanes, once it has read who uses them now."""
        desk = self._desk
        if desk is None or not self._leads:
            return None
        from quotaboard.poll.once import ask_open_desk

        self.reread()
        return await ask_open_desk(self._store, desk, lanes, self._clock, self.refresh)

    def reread(self) -> None:
        """Read the agents and credentials again at once, as after a switch."""
        if self._desk is not None and self._leads:
            self._desk.reread_soon()
        self._wake.set()

    def consent(self, credential: str, granted: bool) -> None:  # noqa: FBT001 - the protocol's
        try:
            self._store.credentials.consent(credential, granted=granted)
            if self._desk is not None and self._leads:
                self._desk.consents_changed()
        except StoreTrouble as trouble:
            self._trouble = trouble.sentence
        self._wake.set()

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask when it is time, until cancelled. A bug ends it, and is raised; expected trouble does not."""
        await _imported("quotaboard.poll.desk", "quotaboard.poll.alerts.calling", "quotaboard.poll.advising")
        async with AsyncExitStack() as stack:
            stack.callback(self._step_back)
            while True:
                await self._turn_whatever_the_store_does(stack, changed)

    async def _turn_whatever_the_store_does(self, stack: AsyncExitStack, changed: Callable[[], None]) -> None:
        try:
            await self._turn(stack, changed)
        except StoreTrouble as trouble:
            await self._do_without(trouble)
            changed()

    async def _turn(self, stack: AsyncExitStack, changed: Callable[[], None]) -> None:
        """One round: lead if nobody else does, else follow."""
        version = self._store.version()
        began = not self._leads
        leads = self._takes_the_lead()
        if leads:
            desk = self._desk or await self._open_desk(stack)
            calling = self._calling or self._open_calling(stack)
            adviser = self._adviser = self._adviser or self._open_adviser()
            if began:
                await desk.take_over()
                calling.begin()
            desk.raise_trouble()
            desk.learn_the_rest()
            await desk.keep_up()
            desk.start_due(self._teller(changed))
            adviser.turn(self._store, asyncio.get_running_loop().time())
            calling.turn(self._store)
        self._settle()
        if self._store.version() != version or began is leads:
            changed()
        resting = self._store.version()
        await self._rest(min(self._desk.rest(), LISTEN_EVERY) if leads and self._desk else LISTEN_EVERY)
        if not leads and self._store.version() != resting:
            changed()

    def _takes_the_lead(self) -> bool:
        """Whether this process asks. The lease is renewed now and then, and before anything is sent."""
        loop_time = asyncio.get_running_loop().time()
        if self._paused:
            self._step_back()
            held = self._store.leases.held(LEASE, LEASE_SPAN, now=self._clock())
            self._elsewhere = held is not None and held.holder != self._store.leases.holder
            return False
        due = self._leads and self._desk is not None and self._desk.is_due()
        if not self._leads or due or loop_time >= self._renew_at:
            if not self._store.is_in_place():
                raise trouble_with(TroubleKind.GONE, self._store.path)
            self._leads = lead(self._store, self._clock())
            self._renew_at = loop_time + RENEW_EVERY
            self._elsewhere = not self._leads
        return self._leads

    def _step_back(self) -> None:
        """Let another process ask."""
        if self._leads:
            self._leads = False
            with suppress(StoreTrouble):  # it runs out by itself
                self._store.leases.release(LEASE)

    def _teller(self, changed: Callable[[], None]) -> Callable[[], None]:
        def tell() -> None:
            self._wake.set()
            changed()

        return tell

    async def _open_desk(self, stack: AsyncExitStack) -> Desk:
        from quotaboard.poll.desk import open_desk  # imported in a thread before

        self._desk = await stack.enter_async_context(
            open_desk(self._store, self._config, self._place, self._clock)
        )
        return self._desk

    def _open_calling(self, stack: AsyncExitStack) -> Calling:
        from quotaboard.poll.alerts.calling import Calling  # imported in a thread before

        self._calling = Calling(self._config.alerts, self._place, self._clock)
        stack.push_async_callback(self._calling.stop)
        return self._calling

    def _open_adviser(self) -> Adviser:
        from quotaboard.poll.advising import Adviser  # imported in a thread before

        return Adviser(self._config, self._place, self._clock)

    def _settle(self) -> None:
        """The store works."""
        self._locked_turns, self._trouble = 0, None

    async def _do_without(self, trouble: StoreTrouble) -> None:
        """Wait for a store that is locked, begin anew where it is lost; go on in memory when it is worse."""
        log.warning("the store failed: %s", trouble)
        self._trouble = trouble.sentence
        self._locked_turns += 1
        if trouble.kind in LOST and self._opened_anew(trouble):
            return
        if trouble.kind is not TroubleKind.LOCKED or self._locked_turns > PATIENCE_WITH_A_LOCK:
            self._go_on_in_memory(trouble)
        else:
            await self._rest(LISTEN_EVERY)

    def _opened_anew(self, trouble: StoreTrouble) -> bool:
        """Whether the store is another one now, as after a start; after damage only once in a run."""
        from quotaboard.store.opening import open_anew  # most runs need no second store

        damaged = trouble.kind is TroubleKind.CORRUPT
        store = None if damaged and self._was_damaged else open_anew(self._store, now=self._clock())
        if store is None:
            return False
        self._was_damaged |= damaged
        self._move_to(store)
        return True

    def _go_on_in_memory(self, trouble: StoreTrouble) -> None:
        from quotaboard.store.opening import open_memory  # most runs need no second store

        if self._store.in_memory:
            raise trouble
        path = self._store.path
        notice = f"{trouble.sentence} {ONLY_THIS_RUN}"
        self._move_to(open_memory(notice, copied_from=path.parent if path else None))

    def _move_to(self, store: Store) -> None:
        self._step_back()
        self._store = store
        if self._desk is not None:
            self._desk.move_to(self._store)
        if self._calling is not None:
            self._calling.begin()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.02)):
                await self._wake.wait()
        self._wake.clear()


def lead(store: Store, now: datetime) -> bool:
    """Take the lease or renew it; False while another process asks. A store in memory is ours alone."""
    return store.in_memory or store.leases.acquire(LEASE, LEASE_SPAN, now=now)


def wish(store: Store, lanes: Sequence[str] | None, now: datetime) -> list[Slot]:
    """Move the slots of these lanes, or of all, to now. When they are asked, manners decide."""
    wanted = [lane.id for lane in store.lanes.all()] if lanes is None else list(lanes)
    known = store.schedule.all()
    slots = []
    for key in wanted:
        slot = known.get(key)
        slots.append(Slot(key, now, slot.failures if slot else 0, slot.last_at if slot else None))
    store.schedule.set(slots)
    return slots


def _at_rest(board: Board) -> Board:
    """Nothing is planned."""
    return replace(
        board,
        next_look_at=None,
        credentials=tuple(
            replace(view, lanes=tuple(replace(lane, next_look_at=None) for lane in view.lanes))
            for view in board.credentials
        ),
    )


async def _imported(*names: str) -> None:
    """Import in a thread: httpx and the sources take 100 ms that a first frame should not wait for."""
    for name in names:
        await asyncio.to_thread(import_module, name)
