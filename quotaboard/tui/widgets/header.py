"""The first line: what is wrong in numbers, and what looking costs."""

from __future__ import annotations

from quotaboard.domain.board import Board
from quotaboard.tui.draw.header import Pulse, Tally, header_content
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.page import Page
from quotaboard.tui.widgets.lines import Lines


class HeaderLine(Lines):
    """One line; counts on the left, what comes next on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._board: Board | None = None
        self._page: Page | None = None
        self._pulse = Pulse()
        self._tally = Tally()

    def show(self, board: Board, page: Page, pulse: Pulse, tally: Tally) -> None:
        self._board, self._page, self._pulse, self._tally = board, page, pulse, tally
        self.redraw()

    def draw(self, width: int) -> tuple[Line, ...]:
        if self._board is None or self._page is None:
            return ()
        return (header_content(self._board, self._page.wide(width), self._pulse, self._tally),)
