"""One refresh for a command: ask everything that may be asked now, then stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from enum import Enum, auto

from quotaboard.config.values import Config
from quotaboard.domain.lane import Lane
from quotaboard.poll.advising import keep_advice
from quotaboard.poll.asking import PATIENCE, Patience
from quotaboard.poll.desk import Desk, open_desk
from quotaboard.poll.live import LEASE, RENEW_EVERY, lead, wish
from quotaboard.poll.place import Place
from quotaboard.poll.view import board_of
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble

Spare = Callable[[StoreTrouble], Store]
"""Gives a store to go on with when the other one failed."""

OTHERS_WAIT = 60.0
"""Seconds that another process, which holds the lease, is given to answer a wish."""

LOOK_AGAIN = 0.1


async def refresh(
    store: Store,
    config: Config,
    place: Place,
    clock: Callable[[], datetime],
    lanes: Sequence[str] | None = None,
    *,
    patience: Patience = PATIENCE,
    others_wait: float = OTHERS_WAIT,
    spare: Spare | None = None,
) -> bool:
    """Ask these lanes, or all. False when another process asks and did not get to it in time.

    Where the store fails, `spare` gives another to go on with; what was learnt by then is kept in it.
    """

    async def led(store: Store, spare: Spare | None) -> bool:
        turn = await _turn(store, lanes, clock, others_wait)
        if turn is not _Turn.OURS:
            return turn is _Turn.ANSWERED
        async with _leading(store, clock), open_desk(store, config, place, clock, patience) as desk:
            await _ask(store, desk, lanes, clock, spare)
            with suppress(StoreTrouble):  # the store that was asked for failed, and another was gone on with
                keep_advice(store, board_of(store, clock()))
        return True

    try:
        return await led(store, spare)
    except StoreTrouble as trouble:
        if spare is None:
            raise
        return await led(spare(trouble), None)


class _Turn(Enum):
    """Who asks: one process at a time does."""

    OURS = auto()
    ANSWERED = auto()
    """Another did, and what was wished is there."""
    OVER = auto()
    """Another did, and the wait for it was too long."""


async def _turn(
    store: Store, lanes: Sequence[str] | None, clock: Callable[[], datetime], others_wait: float
) -> _Turn:
    """Whether to ask; where another process does, it is told what is wished, and waited for."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + others_wait
    begun = clock()
    if lead(store, begun):
        return _Turn.OURS
    wished = {slot.key for slot in wish(store, lanes, begun)}
    while not lead(store, clock()):
        # Before the other has said who is watched, there is nothing to wish.
        wished = wished or {slot.key for slot in wish(store, lanes, begun)}
        if store.credentials.all() and _is_answered(store, wished, begun):
            return _Turn.ANSWERED
        if loop.time() >= deadline:
            return _Turn.OVER
        await asyncio.sleep(LOOK_AGAIN)
    return _Turn.OURS


async def look_around(store: Store, config: Config, place: Place, clock: Callable[[], datetime]) -> None:
    """Keep in the store who is there; nothing is asked. Another process that asks has done so already."""
    if lead(store, clock()):
        async with _leading(store, clock), open_desk(store, config, place, clock) as desk:
            await desk.take_over()


async def ask_lanes(
    store: Store,
    config: Config,
    place: Place,
    clock: Callable[[], datetime],
    lanes: Sequence[Lane],
    *,
    patience: Patience = PATIENCE,
    others_wait: float = OTHERS_WAIT,
) -> bool:
    """Ask these lanes, one request each and nothing else. False when another process did not in time."""
    loop = asyncio.get_running_loop()
    deadline, begun = loop.time() + others_wait, clock()
    ids = [lane.id for lane in lanes]
    wished = False
    while not lead(store, clock()):
        if not wished:
            wish(store, ids, begun)
            wished = True
        if _are_seen(store, lanes, begun):
            return True
        if loop.time() >= deadline:
            return False
        await asyncio.sleep(LOOK_AGAIN)
    async with _leading(store, clock), open_desk(store, config, place, clock, patience) as desk:
        await desk.take_over()
        await desk.ask(ids)
    return True


async def ask_open_desk(
    store: Store,
    desk: Desk,
    lanes: Sequence[Lane],
    clock: Callable[[], datetime],
    wish_for: Callable[[Sequence[str]], None],
) -> bool:
    """Let a desk at work ask these lanes, once it has read who uses them. False when it did not in time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(OTHERS_WAIT):
            await _so(lambda: desk.has_read)
            begun = clock()
            allowed = [lane for lane in lanes if desk.may_ask(lane)]
            wish_for([lane.id for lane in allowed])
            await _so(lambda: _are_seen(store, allowed, begun))
            return True
    return False


async def _so(condition: Callable[[], bool]) -> None:
    while True:
        if condition():
            return
        await asyncio.sleep(LOOK_AGAIN)


def _are_seen(store: Store, lanes: Sequence[Lane], begun: datetime) -> bool:
    """Each of these that may be asked was asked since."""
    slots = store.schedule.all()
    may = {known.credential.name for known in store.credentials.all() if known.consent and not known.trouble}
    asked = [slots.get(lane.id) for lane in lanes if lane.credential in may]
    return all(slot is not None and slot.last_at is not None and slot.last_at >= begun for slot in asked)


async def _ask(
    store: Store, desk: Desk, lanes: Sequence[str] | None, clock: Callable[[], datetime], spare: Spare | None
) -> None:
    await desk.take_over()
    desk.wish(wish(store, lanes, clock()))
    wanted = None if lanes is None else desk.holders(lanes)
    try:
        await desk.finish_due(wanted)
    except StoreTrouble as trouble:
        if spare is None:
            raise
        desk.move_to(spare(trouble))
        await desk.reread()
        desk.learn_the_rest()
        await desk.finish_due(wanted)


def _is_answered(store: Store, wished: set[str], begun: datetime) -> bool:
    """Each wish that can be granted was: the lane was seen since, or has another time to be asked."""
    slots, standings = store.schedule.all(), store.verdicts.all()
    asked = {
        lane.id
        for known in store.credentials.all()
        if known.consent and known.trouble is None
        for lane in store.lanes.all()
        if lane.credential == known.credential.name and lane.id in wished
    }
    for lane in asked:
        slot, standing = slots.get(lane), standings.get(lane)
        seen_at = standing.judgement.observed_at if standing else None
        moved = slot is not None and slot.next_at is not None and slot.next_at > begun
        if not moved and (seen_at is None or seen_at < begun):
            return False
    return True


@asynccontextmanager
async def _leading(store: Store, clock: Callable[[], datetime]) -> AsyncIterator[None]:
    """Keep the lease while slow servers are waited for, and give it back."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            lead(store, clock())

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(StoreTrouble):  # it runs out by itself
            store.leases.release(LEASE)
