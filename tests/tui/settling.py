"""Waiting for a board in a test: until nothing is left to do, instead of for a while without work.

Textual's pilot sleeps in steps of 20 ms until the process has been quiet for one of them: at every key, and
longer on a busy machine. What is left to do can be seen: ready callbacks, timers that are nearly due,
and threads that somebody waits for.
"""

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

import pytest
import textual.app
import textual.pilot
import textual.screen
from rich.console import RenderableType
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.pilot import Pilot
from textual.screen import Screen

SOON = 0.02
"""A timer that is due within so many seconds of the start belongs to what is going on."""
AT_MOST = 10.0
FRAME = 0.001
"""Seconds from a change to its painting: a test need not wait for the 60 frames a second of a terminal."""

PAINT = Compositor.render_update
UNPAINTED: dict[Compositor, Callable[[], object]] = {}
"""What changed on a screen since it was last at rest, and how it is painted."""

PARSE = Stylesheet._parse_rules
PARSED: dict[tuple[Any, ...], list[RuleSet]] = {}
"""The same style sheets with the same colours give the same rules to each app."""


async def settle(_min_sleep: float = 0.0, _max_sleep: float = AT_MOST) -> None:
    """Until the loop has nothing to do that is not a matter of time, and what that changed is painted."""
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
        elif UNPAINTED:
            UNPAINTED.popitem()[1]()
            calm = 0


def _works(executor: ThreadPoolExecutor | None) -> bool:
    """Whether a thread has something to do for somebody who awaits it."""
    if executor is None:
        return False
    idle: Any = executor._idle_semaphore
    return bool(executor._work_queue.qsize() or len(executor._threads) > idle._value)


def _next_timer(loop: Any) -> float:
    return min((handle.when() for handle in loop._scheduled if not handle.cancelled()), default=math.inf)


def paint_later(
    self: Compositor,
    full: bool = False,
    screen_stack: list[Screen[Any]] | None = None,
    simplify: bool = False,
) -> RenderableType | None:
    if full:
        return PAINT(self, full, screen_stack, simplify)
    UNPAINTED[self] = partial(copy_context().run, paint, self, screen_stack)
    return None


def paint(compositor: Compositor, screen_stack: list[Screen[Any]] | None) -> None:
    screen = compositor.root
    if isinstance(screen, Screen) and screen.is_attached:
        screen.app._display(screen, PAINT(compositor, screen_stack=screen_stack))


async def all_settles(*_: object) -> bool:
    """Instead of asking each widget whether it has done what it was sent."""
    await settle()
    return True


def parsed_once(self: Stylesheet, css: str, read_from: CSSLocation, *rest: Any, **more: Any) -> list[RuleSet]:
    key = (css, read_from, rest, *more.items(), tuple(self._variables.items()))
    if (rules := PARSED.get(key)) is None:
        rules = PARSED[key] = PARSE(self, css, read_from, *rest, **more)
    return rules


@pytest.fixture(autouse=True)
def settles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pilot, "_wait_for_screen", all_settles)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", settle)
    monkeypatch.setattr(textual.app, "wait_for_idle", settle)
    monkeypatch.setattr(textual.screen, "UPDATE_PERIOD", FRAME)
    monkeypatch.setattr(Stylesheet, "_parse_rules", parsed_once)


@pytest.fixture(autouse=True)
def paints_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """No frame goes to a terminal, so those between two moments of rest are not painted either."""
    UNPAINTED.clear()
    monkeypatch.setattr(Compositor, "render_update", paint_later)


@pytest.fixture
def paints_each_frame(paints_at_rest: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a terminal; where the painting is what is looked at."""
    monkeypatch.setattr(Compositor, "render_update", PAINT)
