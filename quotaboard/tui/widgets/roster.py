"""All credentials, one line each, for a screen that has no room for every card."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.jumping import NO_LABELS, Labels
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.memory import Memory
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.roster import (
    Columns,
    Kept,
    columns_of_one,
    is_blocked,
    list_lines,
    stretch_of,
    widest,
)
from quotaboard.tui.messages import CommandChosen, LanePointed
from quotaboard.tui.widgets.lines import Lines


class Roster(Lines):
    """The list. It shows as many lines as it is tall, and always the one under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._views: tuple[CredentialView, ...] = ()
        self._columns = Columns(0, 0)
        self._each: list[Columns] = []
        self._columns_of = Memory(columns_of_one)
        self._kept = Kept()
        self._blocked = Memory(is_blocked)
        self._page: Page | None = None
        self._here: str | None = None
        self._busy = False
        self._limit = 1
        self._labels = NO_LABELS

    def show(
        self,
        views: tuple[CredentialView, ...],
        page: Page,
        here: str | None,
        *,
        limit: int,
        busy: bool,
        labels: Labels = NO_LABELS,
    ) -> None:
        if views is not self._views:
            each = self._columns_of.all(views)
            if each != self._each:  # the very same for all but a few, which takes no time
                self._each, self._columns = each, widest(each)
        self._views, self._page, self._here = views, page, here
        self._limit, self._busy, self._labels = max(limit, 1), busy, labels
        self.redraw()

    def draw(self, width: int) -> list[Line]:
        if self._page is None:
            return []
        page = self._page.wide(width)
        circumstances = (page, self._here, self._columns, self._busy)
        return list_lines(
            self._views,
            page,
            self._here,
            self._limit,
            self._columns,
            busy=self._busy,
            labels=self._labels,
            kept=self._kept.under(circumstances, self._blocked.all(self._views)),
        )

    @property
    def in_sight(self) -> Sequence[CredentialView]:
        """The credentials whose lines are shown."""
        names = [view.credential.name for view in self._views]
        index = names.index(self._here) if self._here in names else 0
        part = stretch_of(index, len(names), self._limit)
        return self._views[part.first : part.first + part.length]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        seen = self.in_sight
        if offset is not None and offset.y < len(seen):
            self.post_message(LanePointed(seen[offset.y].credential.name, None))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(CommandChosen("next_card"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(CommandChosen("previous_card"))
