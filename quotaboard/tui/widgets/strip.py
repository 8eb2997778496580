"""One to three lines in place of the board."""

from __future__ import annotations

from collections.abc import Sequence

from quotaboard.domain.board import Board, CredentialView
from quotaboard.tui.draw.header import Pulse, Tally
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.strip import strip_lines
from quotaboard.tui.widgets.lines import Lines


class BoardStrip(Lines):
    """For a pane that is as low as a status bar."""

    def __init__(self) -> None:
        super().__init__(name="strip")
        self._told: tuple[Board, Sequence[CredentialView], Page, Pulse, int, Tally] | None = None

    def show(
        self,
        board: Board,
        views: Sequence[CredentialView],
        page: Page,
        pulse: Pulse,
        height: int,
        tally: Tally,
    ) -> None:
        self._told = (board, views, page, pulse, height, tally)
        self.redraw()

    def draw(self, width: int) -> list[Line]:
        if self._told is None:
            return []
        board, views, page, pulse, height, tally = self._told
        return strip_lines(board, views, page.wide(width), pulse, height, tally=tally)
