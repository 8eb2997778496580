"""Asking the providers once, for a command: how far it is on a terminal, and what went wrong in sentences."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from quotaboard.cli import diagnostics, opening
from quotaboard.config.values import Config
from quotaboard.poll import once
from quotaboard.poll.live import ONLY_THIS_RUN
from quotaboard.poll.place import Place
from quotaboard.store.opening import open_memory
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble

TICK = 0.2
"""Seconds between two looks at how far it is."""


def refresh(store: Store, config: Config, place: Place, lanes: Sequence[str] | None = None) -> Store:
    """Ask what may be asked now. The store that knows the answers: one in memory when this one failed."""
    spares: list[Store] = []

    def spare(trouble: StoreTrouble) -> Store:
        notice = f"{trouble.sentence} {ONLY_THIS_RUN}"
        spares.append(open_memory(notice, copied_from=store.path.parent if store.path else None))
        return spares[-1]

    in_time = True
    try:
        in_time = asyncio.run(_refresh(store, config, place, lanes, spare))
    except* StoreTrouble as troubles:  # one alone, or one of several looks
        diagnostics.error(_first(troubles).sentence)
    if not in_time:
        diagnostics.note("Another quotaboard is asking just now; this is what it has learnt so far.")
    return spares[-1] if spares else store


async def _refresh(
    store: Store, config: Config, place: Place, lanes: Sequence[str] | None, spare: once.Spare
) -> bool:
    asking = asyncio.create_task(once.refresh(store, config, place, opening.now, lanes, spare=spare))
    if sys.stderr.isatty():
        with suppress(StoreTrouble):  # whoever asks meets the same trouble, and is heard
            await _tell(asking, store)
    return await asking


async def _tell(asking: asyncio.Task[bool], store: Store) -> None:
    begun = opening.now()
    try:
        while not asking.done():
            diagnostics.progress(_how_far(store, begun))
            await asyncio.wait({asking}, timeout=TICK)
    finally:
        diagnostics.progress("")


def _how_far(store: Store, begun: datetime) -> str:
    lanes = store.lanes.all()
    standings = store.verdicts.all()
    seen = [standings[lane.id].judgement.observed_at for lane in lanes if lane.id in standings]
    known = sum(at is not None and at >= begun for at in seen)
    return f"Asking: {known} of {len(lanes)} lanes are known." if lanes else "Asking …"


def _first(group: BaseExceptionGroup[StoreTrouble]) -> StoreTrouble:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
