"""The panel under the cards: why the lane under the cursor is as it is, and what helps."""

from __future__ import annotations

from collections.abc import Sequence

from quotaboard.tui.draw.detail import Subject, detail_lines, subject_content
from quotaboard.tui.draw.line import EMPTY, Line
from quotaboard.tui.draw.page import Page
from quotaboard.tui.widgets.lines import Lines


class LaneDetail(Lines):
    """As tall as the layout says; what matters least goes first."""

    def __init__(self) -> None:
        super().__init__()
        self._subject: Subject | None = None
        self._page: Page | None = None

    def show(self, subject: Subject | None, page: Page) -> None:
        if self._page == page and _same(subject, self._subject):
            return
        self._subject, self._page = subject, page
        self.entitle(subject_content(subject), EMPTY)
        self.redraw()

    def draw(self, width: int) -> Sequence[Line]:
        height = self.content_size.height
        if self._subject is None or self._page is None or not height:
            return ()
        lines = detail_lines(self._subject, self._page.wide(width), height)
        return [*lines, *[EMPTY] * (height - len(lines))]

    def on_resize(self) -> None:
        self.redraw()


def _same(one: Subject | None, other: Subject | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.view is other.view and one.lane is other.lane and one.asking == other.asking
