"""What stands on the board when there is nothing on it."""

from __future__ import annotations

from quotaboard.domain.board import Board
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.nothing import nothing_afar, nothing_found, nothing_matches
from quotaboard.tui.widgets.lines import Lines


class Empty(Lines):
    """Nothing found, or nothing left by the filter."""

    def __init__(self, searched: tuple[str, ...]) -> None:
        super().__init__(name="empty")
        self._searched = searched
        self._filter = ""
        self._afar = False

    def show(self, board: Board, wanted: str, *, shown: bool) -> None:
        self._filter = wanted if board.credentials else ""
        self._afar = board.afar
        self.display = shown
        if shown:
            self.redraw()

    def draw(self, width: int) -> list[Line]:
        if self._filter:
            return nothing_matches(self._filter, width)
        return nothing_afar(width) if self._afar else nothing_found(self._searched, width)
