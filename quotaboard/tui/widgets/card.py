"""A credential as a card: who it is, how full its windows are, and one word per lane."""

from __future__ import annotations

from typing import NamedTuple

from textual import events

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.card import FRAME, PADDING, card_drawing, subtitle_content, title_line
from quotaboard.tui.draw.gauge import NO_SPARKS, Sparks
from quotaboard.tui.draw.grid import Cursor
from quotaboard.tui.draw.jumping import NO_LABELS, Labels
from quotaboard.tui.draw.layout import MEDIUM
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.matrix import Drawing
from quotaboard.tui.draw.page import Page
from quotaboard.tui.messages import CommandChosen, LanePointed
from quotaboard.tui.widgets.lines import Lines


class Guise(NamedTuple):
    """How a card is to be drawn."""

    width: int
    """With its frame."""
    height: int | None = None
    """The lines inside its frame; None for as many as it has."""
    busy: bool = False
    brief: bool = False
    sparks: Sparks = NO_SPARKS
    labels: Labels = NO_LABELS


class Card(Lines):
    """One credential. The border is bright where the cursor is."""

    def __init__(self, view: CredentialView, page: Page) -> None:
        super().__init__()
        self._view = view
        self._page = page
        self._cursor: str | None = None
        self._guise = Guise(page.width)
        self._drawing = Drawing()
        self._drawn_for: int | None = None
        self._shown: object = None

    @property
    def credential(self) -> str:
        return self._view.credential.name

    def show(self, view: CredentialView, page: Page, cursor: Cursor | None, guise: Guise) -> None:
        here = cursor is not None and cursor.credential == view.credential.name
        lane = cursor.lane if cursor is not None and here else None
        shown = (page, here, lane, guise)
        if view is self._view and shown == self._shown:
            return
        self._shown = shown
        self._view, self._page, self._guise = view, page, guise
        self._cursor = lane
        self.set_class(here, "-here")
        narrow = page.width < MEDIUM
        self._draw_for(guise.width - PADDING - (0 if narrow else FRAME))
        room = guise.width - (2 if narrow else 6)
        self.entitle(title_line(view, self._drawing, room), subtitle_content(view))
        self.redraw()

    def draw(self, width: int) -> tuple[Line, ...]:
        if width != self._drawn_for:
            self._draw_for(width)
        return self._drawing.lines

    def _draw_for(self, width: int) -> None:
        guise = self._guise
        self._drawn_for = width
        self._drawing = card_drawing(
            self._view,
            self._page.wide(width),
            self._cursor,
            busy=guise.busy,
            brief=guise.brief,
            sparks=guise.sparks,
            labels=guise.labels,
            height=guise.height,
        )

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(CommandChosen("down"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(CommandChosen("up"))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        lane = self._drawing.at(offset.x, offset.y) if offset else None
        self.post_message(LanePointed(self.credential, lane, opened=event.chain > 1))
