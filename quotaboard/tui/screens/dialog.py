"""A question over the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from quotaboard.tui.draw.layout import TALL
from quotaboard.tui.draw.line import Line
from quotaboard.tui.screens.leaving import Leaving
from quotaboard.tui.widgets.lines import Lines, to_content


class Words(Lines):
    """Lines that come from a function."""

    def __init__(self, write: Callable[[int], Sequence[Line]]) -> None:
        super().__init__()
        self._write = write

    def draw(self, width: int) -> Sequence[Line]:
        return self._write(width)


class Confirm(Leaving[bool], ModalScreen[bool]):
    """Yes or no. Nothing happens before the key is pressed."""

    CSS_PATH = "dialog.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n,escape,q", "answer(False)", "no", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (TALL, "-tall")]  # noqa: RUF012 - as Textual has it

    def __init__(self, heading: Line, answers: Line, write: Callable[[int], Sequence[Line]]) -> None:
        super().__init__()
        self._heading = heading
        self._answers = answers
        self._write = write

    def compose(self) -> ComposeResult:
        box = VerticalScroll(Words(self._write), id="box", can_focus=False)
        # In the frame, where they are in sight however little room there is.
        box.border_title = to_content(self._heading, self.app)
        box.border_subtitle = to_content(self._answers, self.app)
        yield box

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - an action's argument
        self.leave(answer)
