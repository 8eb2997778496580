"""Waiting for a board in a test: until nothing is left to do, instead of for a while without work.

Textual's pilot sleeps in steps of 20 ms until the process has been quiet for one of them: at every key, and
longer on a busy machine. What is left to do can be seen: ready callbacks, timers that are nearly due,
and threads that somebody waits for.
"""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import textual.app
import textual.pilot
import textual.screen

SOON = 0.02
"""A timer that is due within so many seconds of the start belongs to what is going on."""
AT_MOST = 10.0
FRAME = 0.001
"""Seconds from a change to its painting: a test need not wait for the 60 frames a second of a terminal."""


async def settle(_min_sleep: float = 0.0, _max_sleep: float = AT_MOST) -> None:
    """Until the loop has nothing to do that is not a matter of time."""
    loop: Any = asyncio.get_running_loop()
    began = loop.time()
    calm = 0
    while calm < 3 and loop.time() < began + AT_MOST:
        await asyncio.sleep(0)
        calm += 1
        if loop._ready:
            calm = 0
        elif _works(loop._default_executor):
            await asyncio.sleep(0.001)
            calm = 0
        elif (due := _next_timer(loop)) < began + SOON:
            await asyncio.sleep(max(due - loop.time(), 0.0))
            calm = 0


def _works(executor: ThreadPoolExecutor | None) -> bool:
    """Whether a thread has something to do for somebody who awaits it."""
    if executor is None:
        return False
    idle: Any = executor._idle_semaphore
    return bool(executor._work_queue.qsize() or len(executor._threads) > idle._value)


def _next_timer(loop: Any) -> float:
    return min((handle.when() for handle in loop._scheduled if not handle.cancelled()), default=math.inf)


@pytest.fixture(autouse=True)
def settles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textual.pilot, "wait_for_idle", settle)
    monkeypatch.setattr(textual.app, "wait_for_idle", settle)
    monkeypatch.setattr(textual.screen, "UPDATE_PERIOD", FRAME)
