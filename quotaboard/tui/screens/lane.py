"""Everything that is known about one lane, or about a credential with all of its lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from quotaboard.domain.history import Past
from quotaboard.tui.draw.detail import Subject, laid_out, subject_content
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import EMPTY, Line, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.past import RANGES, past_lines, tabs, tabs_content
from quotaboard.tui.draw.story import (
    OUTLOOK,
    credential_paragraphs,
    evidence_text,
    header_paragraph,
    headlines,
    paragraphs,
    sentence,
    ways_out,
)
from quotaboard.tui.draw.words import FAINT
from quotaboard.tui.screens.sheet import Sheet

WIDEST = 100
"""Longer lines are hard to read."""
LOOK_BACK = Callable[[int], Past]


class LaneScreen(Sheet):
    """The whole story; `y` copies its evidence, `1` to `4` choose how far to look back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy", show=False),
        *(Binding(str(number), f"range({number - 1})", show=False) for number in range(1, len(RANGES) + 1)),
        Binding("left,h,left_square_bracket", "step(-1)", "shorter", show=False, priority=True),
        Binding("right,l,right_square_bracket", "step(1)", "longer", show=False, priority=True),
    ]
    FOOT = (("esc", "back"), ("↑ ↓", "scroll"), ("← →", "range"), ("y", "copy"))

    def __init__(self, subject: Subject, page: Page, look_back: LOOK_BACK) -> None:
        super().__init__()
        self._subject = subject
        self._page = page
        self._look_back = look_back
        self._range = 0
        self._past = look_back(0)
        self._tabs_at = 0

    def heading(self) -> Line:
        return subject_content(self._subject)

    def take(self, subject: Subject, page: Page) -> None:
        """Something new is known."""
        self._subject, self._page = subject, page
        self._past = self._look_back(self._range)
        self.redraw()

    @property
    def subject(self) -> Subject:
        return self._subject

    def lines(self, width: int) -> Sequence[Line]:
        page = self._page.wide(width)
        height = 8 if self.app.size.height >= 30 else 5 if self.app.size.height >= 16 else 3
        above = why_lines(self._subject, page.wide(min(width, WIDEST)))
        self._tabs_at = len(above)
        return [
            *above,
            tabs_content(self._range, page),
            *past_lines(self._subject.view, self._subject.lane, self._past, page, (self._range, height)),
            EMPTY,
            *story_lines(self._subject, page.wide(min(width, WIDEST))),
        ]

    def clicked(self, event: events.Click, y: int) -> None:
        """A range can be clicked."""
        if y == self._tabs_at:
            for tab in tabs(self.size.width):
                if 0 <= event.x - tab.x < tab.width:
                    self.action_range(tab.number)

    def action_range(self, number: int) -> None:
        self._range = number
        self._past = self._look_back(number)
        self.redraw()

    def action_step(self, by: int) -> None:
        self.action_range(min(max(self._range + by, 0), len(RANGES) - 1))

    def action_copy(self) -> None:
        if self._subject.lane is not None:
            self.app.copy_to_clipboard(evidence_text(self._subject.lane))
            self.app.notify("The evidence was sent to the clipboard.", markup=False)


def why_lines(subject: Subject, page: Page) -> list[Line]:
    """Verdict, sentence, and what helps."""
    view, lane, width = subject.view, subject.lane, page.width
    lines: list[Line] = []
    if lane is not None:
        lines += headlines(lane, page)
        lines += wrapped(sentence(lane), width)
        lines += [*laid_out(ways_out(lane), width), EMPTY]
    if view.trouble is not None:
        lines += [*wrapped(shown(view.trouble), width, "$lane-near"), EMPTY]
    return lines


def story_lines(subject: Subject, page: Page) -> list[Line]:
    """Evidence, next looks, and the credential: where it was found, and what looking at it costs."""
    view, lane, width = subject.view, subject.lane, page.width
    lines: list[Line] = []
    if lane is not None:
        # The windows above have told the outlook, each its own.
        said = [one for one in paragraphs(lane, view, page, subject.asking) if one.label != OUTLOOK]
        lines += laid_out(said, width)
        lines += [*laid_out(header_paragraph(lane), width), EMPTY]
    if view.windows:
        origins = sorted({str(window.sighting.origin).replace("_", " ") for window in view.windows})
        lines += [styled(f"windows read from: {', '.join(origins)}", FAINT), EMPTY]
    return [*lines, *laid_out(credential_paragraphs(view, page), width)]
