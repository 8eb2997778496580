"""One refresh for a command: ask everything that may be asked now, then stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from quotaboard.config.values import Config
from quotaboard.poll.desk import open_desk
from quotaboard.poll.live import LEASE, LEASE_SPAN, asked_for
from quotaboard.poll.place import Place
from quotaboard.store.store import Store

OTHERS_WAIT = timedelta(seconds=60)
"""How long another process, which holds the lease, is given to answer a wish."""


async def refresh(
    store: Store,
    config: Config,
    place: Place,
    clock: Callable[[], datetime],
    lanes: Sequence[str] | None = None,
) -> bool:
    """Ask these lanes, or all. False when another process asks and did not get to it in time."""
    async with open_desk(store, config, place, clock) as desk:
        begun = clock()
        wanted = [lane.id for lane in store.lanes.all()] if lanes is None else list(lanes)
        known = store.schedule.all()
        store.schedule.set([asked_for(known.get(lane), lane, begun) for lane in wanted])
        if not store.leases.acquire(LEASE, LEASE_SPAN, now=clock()):
            return await _wait_for_others(store, wanted, begun, clock)
        try:
            await desk.finish_due()
        finally:
            store.leases.release(LEASE)
        return True


async def _wait_for_others(
    store: Store, wanted: Sequence[str], begun: datetime, clock: Callable[[], datetime]
) -> bool:
    while clock() - begun < OTHERS_WAIT:
        standings = store.verdicts.all()
        seen = [standings[lane].judgement.observed_at for lane in wanted if lane in standings]
        if all(moment is not None and moment >= begun for moment in seen):
            return True
        await asyncio.sleep(0.2)
    return False
