"""What several looks write at the same moment goes into the store as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble

T = TypeVar("T")


class Together:
    """Does the work of one turn of the loop in one transaction: a commit costs more than what a look writes.

    Whoever brings work goes on once it is committed, so that nothing is sent or told before it is kept.
    """

    def __init__(self, store: Store, tasks: asyncio.TaskGroup) -> None:
        self._store = store
        self._tasks = tasks
        self._brought: list[Callable[[], Any]] = []
        self._turn: asyncio.Task[list[Any] | StoreTrouble] | None = None

    async def do(self, work: Callable[[], T]) -> T:
        """What the work gives. Raises StoreTrouble where the store failed: nothing of the turn is kept."""
        place = len(self._brought)
        self._brought.append(work)
        if self._turn is None:
            self._turn = self._tasks.create_task(self._do_all())
        # Whoever stops waiting leaves the others' work alone, and its own is done too.
        given = await asyncio.shield(self._turn)
        if isinstance(given, StoreTrouble):
            raise given
        done: T = given[place]
        return done

    async def _do_all(self) -> list[Any] | StoreTrouble:
        await asyncio.sleep(0)  # in a board under Python 3.12 it begins before others could bring theirs
        brought, self._brought, self._turn = self._brought, [], None
        try:
            with self._store.at_once():
                return [work() for work in brought]
        except StoreTrouble as trouble:
            return trouble
