"""All credentials, one line each, for a screen that has no room for every card."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.roster import first_shown, roster_lines
from quotaboard.tui.messages import LanePointed
from quotaboard.tui.widgets.lines import Lines


class Roster(Lines):
    """The list. It shows as many lines as it is tall, and always the one under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._views: tuple[CredentialView, ...] = ()
        self._page: Page | None = None
        self._here: str | None = None
        self._busy = False
        self._limit = 1

    def show(
        self,
        views: Sequence[CredentialView],
        page: Page,
        here: str | None,
        *,
        limit: int,
        busy: bool,
    ) -> None:
        self._views, self._page, self._here = tuple(views), page, here
        self._limit, self._busy = max(limit, 1), busy
        self.redraw()

    def draw(self, width: int) -> tuple[Line, ...]:
        if self._page is None:
            return ()
        lines = roster_lines(self._views, self._page.wide(width), self._here, busy=self._busy)
        first = self._first()
        return tuple(lines[first : first + self._limit])

    def _first(self) -> int:
        names = [view.credential.name for view in self._views]
        return first_shown(names.index(self._here) if self._here in names else 0, len(names), self._limit)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        index = self._first() + offset.y if offset else len(self._views)
        if index < len(self._views):
            self.post_message(LanePointed(self._views[index].credential.name, None))
