"""A credential as a card: who it is, how full its windows are, and one word per lane."""

from __future__ import annotations

from textual import events

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.card import card_drawing, subtitle_content, title_content
from quotaboard.tui.draw.gauge import NO_SPARKS, Sparks
from quotaboard.tui.draw.grid import Cursor
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.matrix import Drawing, Spot
from quotaboard.tui.draw.page import Page
from quotaboard.tui.messages import LanePointed
from quotaboard.tui.widgets.lines import Lines


class Card(Lines):
    """One credential. The border is bright where the cursor is."""

    def __init__(self, view: CredentialView, page: Page) -> None:
        super().__init__()
        self._view = view
        self._page = page
        self._cursor: str | None = None
        self._busy = False
        self._brief = False
        self._sparks = NO_SPARKS
        self._drawing = Drawing()

    @property
    def credential(self) -> str:
        return self._view.credential.name

    def show(
        self,
        view: CredentialView,
        page: Page,
        cursor: Cursor | None,
        *,
        busy: bool,
        brief: bool = False,
        sparks: Sparks = NO_SPARKS,
    ) -> None:
        here = cursor is not None and cursor.credential == view.credential.name
        self._view, self._page, self._busy, self._brief = view, page, busy, brief
        self._sparks = sparks
        self._cursor = cursor.lane if cursor is not None and here else None
        self.set_class(here, "-here")
        self.entitle(title_content(view), subtitle_content(view))
        self.redraw()

    def draw(self, width: int) -> tuple[Line, ...]:
        page = self._page.wide(width)
        self._drawing = card_drawing(
            self._view, page, self._cursor, busy=self._busy, brief=self._brief, sparks=self._sparks
        )
        return self._drawing.lines

    def spot(self, lane: str | None) -> Spot | None:
        """Where a lane is drawn, within the card's content."""
        return self._drawing.spot(lane)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        lane = self._drawing.at(offset.x, offset.y) if offset else None
        self.post_message(LanePointed(self.credential, lane, opened=event.chain > 1))
