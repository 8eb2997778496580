"""A board that is left open: its texts change for ever, and what they took is given back."""

import functools
import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.cache import FIFOCache, LRUCache

from quotaboard.domain.board import CredentialView, LaneView
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.forgetting import forget
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW
from tests.tui.walking import settled

pytestmark = pytest.mark.usefixtures("paints_each_frame")

OURS = ("quotaboard", "rich", "textual")
ROUND = 8
MOST_LEFT = 300
"""Pieces of memory, after three rounds of some hundred texts each that were never shown before."""


class Days:
    """The fleet, looked at again and again as time goes by."""

    def __init__(self) -> None:
        self.now = NOW
        self._session = FakeSession(STATES["fleet"]())
        self.app = Quotaboard(self._session, clock=lambda: self.now)

    async def go_by(self) -> None:
        """Every age, count and countdown becomes another; then what was worked out is let go of."""
        for _ in range(ROUND):
            self.now += timedelta(hours=1, minutes=7)
            self._session.become(replace(self._session.shown, credentials=self._told_anew()))
            await settled(self.app)
            self.app.screen._on_timer_update()
            await settled(self.app)
        forget()

    def _told_anew(self) -> tuple[CredentialView, ...]:
        return tuple(
            replace(view, lanes=tuple(self._judged(lane) for lane in view.lanes))
            for view in self._session.shown.credentials
        )

    def _judged(self, lane: LaneView) -> LaneView:
        said = f"Überlastet: seit {self.now:%j %H:%M} wird nichts mehr bedient."
        return replace(lane, judgement=replace(lane.judgement, observed_at=self.now, summary=said))


def caches() -> dict[str, int]:
    """How many entries each cache has that the modules of a board keep, of functions and of methods."""
    held = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for whose, one in _with_methods(name, vars(module)):
                if isinstance(one, functools._lru_cache_wrapper):
                    held[whose] = one.cache_info().currsize
                elif isinstance(one, FIFOCache | LRUCache):
                    held[whose] = len(one)
    return held


def _with_methods(name: str, names: dict[str, object]) -> Iterator[tuple[str, object]]:
    for key, one in list(names.items()):
        yield f"{name}.{key}", one
        if isinstance(one, type):
            for method, code in list(vars(one).items()):
                plain = code.__func__ if isinstance(code, classmethod | staticmethod) else code
                yield f"{name}.{key}.{method}", plain


def blocks() -> int:
    """How many pieces of memory Python holds, without what it only has to be told to let go of."""
    gc.collect()
    return sys.getallocatedblocks()


async def test_what_is_shown_for_a_while_only_fills_no_cache_and_leaves_nothing_behind() -> None:
    days = Days()
    async with days.app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        for _ in range(3):
            await days.go_by()
        before, held = caches(), blocks()
        for _ in range(3):
            await days.go_by()
        left = blocks() - held
        grown = {name: size for name, size in caches().items() if size > before.get(name, 0) + 2}
    assert "rich.cells.cached_cell_len" in before
    assert grown == {}
    assert left < MOST_LEFT
