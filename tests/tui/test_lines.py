"""A line that changed is rendered alone, in the frame that is there, and what it replaced is let go."""

import gc
from dataclasses import replace

import pytest

from quotaboard.domain.verdict import Verdict
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.widgets.lines import Lines
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW
from tests.tui.walking import settled

pytestmark = pytest.mark.usefixtures("paints_each_frame")


class Board:
    """The fleet, the first lane of which becomes another."""

    def __init__(self) -> None:
        self._session = FakeSession(STATES["fleet"]())
        self.app = Quotaboard(self._session, clock=lambda: NOW)

    async def change(self, verdict: Verdict) -> None:
        first, *others = self._session.shown.credentials
        lane, *rest = first.lanes
        told = replace(lane, judgement=replace(lane.judgement, verdict=verdict))
        views = (replace(first, lanes=(told, *rest)), *others)
        self._session.become(replace(self._session.shown, credentials=views))
        await settled(self.app)
        self.app.screen._on_timer_update()
        await settled(self.app)

    def rows(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]


async def test_only_the_lines_that_changed_are_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    board, rendered = Board(), []
    whole = Lines.render_line

    def render_line(self: Lines, y: int) -> object:
        rendered.append((type(self).__name__, y))
        return whole(self, y)

    async with board.app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        await board.change(Verdict.OPEN)
        before = board.rows()
        monkeypatch.setattr(Lines, "render_line", render_line)
        await board.change(Verdict.NEAR_LIMIT)
        after = board.rows()
    changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert changed
    assert 0 < len(rendered) <= 2 * len(changed)


async def test_a_board_that_is_repainted_leaves_nothing_that_must_be_searched_for() -> None:
    board = Board()
    async with board.app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        for verdict in (Verdict.OPEN, Verdict.NEAR_LIMIT):
            await board.change(verdict)
        gc.collect()
        gc.disable()
        try:
            for number in range(10):
                await board.change(Verdict.OPEN if number % 2 else Verdict.NEAR_LIMIT)
            left = gc.collect()
        finally:
            gc.enable()
    assert left < 20
