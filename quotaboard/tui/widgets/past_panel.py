"""The last day of the credential under the cursor, where the cards leave room below."""

from __future__ import annotations

from collections.abc import Sequence

from quotaboard.domain.board import CredentialView
from quotaboard.domain.history import Past
from quotaboard.tui.draw.line import EMPTY, Line
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.past import panel_lines, panel_title
from quotaboard.tui.widgets.lines import Lines


class PastPanel(Lines):
    """As tall as the layout says; hidden for as long as nothing is known."""

    FRAME = 2
    PADDING = 2

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self._shown: tuple[CredentialView, Past, Page, int] | None = None
        self._lines: list[Line] = []

    def show(self, view: CredentialView | None, past: Past | None, page: Page, height: int) -> None:
        """`past` is None until it has been read: what was there stays."""
        if view is None or not height:
            self.display = False
            self._shown = None
            return
        if past is None:
            return
        # As of when it was read: else every tick would draw plots anew in which nothing can be seen to move.
        page = page._replace(now=past.until)
        if self._is_shown(view, past, page, height):
            return
        self._shown = (view, past, page, height)
        inner = page.wide(page.width - self.FRAME - self.PADDING)
        self._lines = panel_lines(view, past, inner, height - self.FRAME)
        self.display = bool(self._lines)
        if self._lines:
            self.styles.height = height
            self.entitle(panel_title(view, page), EMPTY)
            self.redraw()

    def _is_shown(self, view: CredentialView, past: Past, page: Page, height: int) -> bool:
        if self._shown is None:
            return False
        before = self._shown
        return before[0] is view and before[1] is past and before[2:] == (page, height)

    def draw(self, width: int) -> Sequence[Line]:
        return [one.cut(width) for one in self._lines]
