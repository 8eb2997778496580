"""Everything that is known about one lane and its credential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from quotaboard.tui.draw.detail import Subject, laid_out, subject_content
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.gauge import gauge_line, label_width
from quotaboard.tui.draw.line import EMPTY, Line, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.story import (
    credential_paragraphs,
    evidence_text,
    header_paragraph,
    headline,
    paragraphs,
    sentence,
    ways_out,
)
from quotaboard.tui.draw.words import FAINT
from quotaboard.tui.screens.sheet import Sheet

WIDEST = 100
"""Longer lines are hard to read."""


class LaneScreen(Sheet):
    """The whole story; `y` copies its evidence."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", "copy", show=False)]

    def __init__(self, subject: Subject, page: Page) -> None:
        super().__init__()
        self._subject = subject
        self._page = page

    def heading(self) -> Line:
        return subject_content(self._subject)

    def lines(self, width: int) -> Sequence[Line]:
        return story_lines(self._subject, self._page.wide(min(width, WIDEST)))

    def action_copy(self) -> None:
        if self._subject.lane is not None:
            self.app.copy_to_clipboard(evidence_text(self._subject.lane))
            self.app.notify("The evidence was sent to the clipboard.", markup=False)


def story_lines(subject: Subject, page: Page) -> list[Line]:
    """Verdict, what helps, evidence; then the credential with its windows."""
    view, lane, width = subject.view, subject.lane, page.width
    blank = EMPTY
    lines: list[Line] = []
    if lane is not None:
        lines += [headline(lane, page), blank]
        if said := sentence(lane):
            lines += [*wrapped(said, width), blank]
        if helps := laid_out(ways_out(lane), width):
            lines += [*helps, blank]
        lines += laid_out(paragraphs(lane, view, page, subject.asking), width)
        lines += [*laid_out(header_paragraph(lane), width), blank]
    if view.trouble is not None:
        lines += [*wrapped(shown(view.trouble), width, "$lane-near"), blank]
    if view.windows:
        label = label_width(view.windows)
        lines += [gauge_line(window, page.wide(min(width, 72)), label) for window in view.windows]
        origins = sorted({str(window.sighting.origin).replace("_", " ") for window in view.windows})
        lines += [styled(f"windows read from: {', '.join(origins)}", FAINT), blank]
    return [*lines, *laid_out(credential_paragraphs(view, page), width)]
