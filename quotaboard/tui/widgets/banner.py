"""One line for what holds for the whole board: paused, no network, watched by another pane."""

from __future__ import annotations

from quotaboard.tui.draw.banner import Notice
from quotaboard.tui.draw.line import Line, fit, styled
from quotaboard.tui.widgets.lines import Lines


class Banner(Lines):
    """The notices, a line each; no line when there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._notices: tuple[Notice, ...] = ()

    def show(self, notices: tuple[Notice, ...]) -> None:
        if notices != self._notices:
            self._notices = notices
            self.display = bool(notices)
            self.redraw()

    def draw(self, width: int) -> tuple[Line, ...]:
        return tuple(fit(styled(f" {notice.text}", notice.style), width) for notice in self._notices)
