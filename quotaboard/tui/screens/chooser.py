"""A list over the board: type to find, walk to try, enter to choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from quotaboard.tui.draw.chooser import (
    Entry,
    Row,
    beyond,
    chooser_lines,
    first_row,
    matching,
    rows_of,
    stepped,
    window_start,
)
from quotaboard.tui.draw.line import EMPTY, Line
from quotaboard.tui.screens.leaving import Leaving
from quotaboard.tui.widgets.lines import Lines, to_content

Tries = Callable[[str], None]


class Rows(Lines):
    """The part of the list that is in sight."""

    class Clicked(Message):
        """A person clicked on a row."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__(name="rows")
        self._rows: Sequence[Row] = ()
        self._here = 0

    def show(self, rows: Sequence[Row], here: int) -> None:
        self._rows, self._here = rows, here
        self.redraw()

    def draw(self, width: int) -> list[Line]:
        height = self.content_size.height
        if not height:
            return []
        lines = chooser_lines(self._rows, self._here, width, height)
        return [*lines, *[EMPTY] * (height - len(lines))]

    def on_resize(self) -> None:
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        start = window_start(self._here, len(self._rows), self.content_size.height)
        self.post_message(self.Clicked(start + event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(Stepped(1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(Stepped(-1))


class Stepped(Message):
    """The wheel was turned."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step


class Chooser(Leaving[str | None], ModalScreen[str | None]):
    """The value that was chosen; None when it was left. `tries` is told of each row that is walked over."""

    CSS_PATH = "chooser.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "leave", "leave", show=False),
        Binding("down,ctrl+n,ctrl+j,tab", "step(1)", "next", show=False, priority=True),
        Binding("up,ctrl+p,ctrl+k,shift+tab", "step(-1)", "previous", show=False, priority=True),
        Binding("pagedown", "step(8)", "page down", show=False, priority=True),
        Binding("pageup", "step(-8)", "page up", show=False, priority=True),
    ]

    def __init__(
        self,
        entries: Sequence[Entry],
        asks: str,
        *,
        here: str | None = None,
        tries: Tries | None = None,
    ) -> None:
        super().__init__()
        self._entries = entries
        self._asks = asks
        self._tries = tries
        self.set_class(tries is not None, "-tries")
        self._rows = rows_of(matching(entries, ""), grouped=True)
        self._here = first_row(self._rows, here)
        self._box = Vertical(id="chooser")
        self._list = Rows()

    def compose(self) -> ComposeResult:
        field = Input(placeholder=self._asks, compact=True)
        field.cursor_blink = False
        with self._box:
            yield field
            yield self._list

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        """As tall as the list is, and never taller than the screen."""
        height = max(min(len(self._rows), self.app.size.height - 4), 1)
        self._list.styles.height = height
        self._list.show(self._rows, self._here)
        more = beyond(self._here, len(self._rows), height)
        self._box.border_subtitle = to_content(more, self.app)

    @on(Input.Changed)
    def narrow_down(self, event: Input.Changed) -> None:
        event.stop()
        typed = event.value.strip()
        found = matching(self._entries, typed)
        self._rows = rows_of(found, grouped=not typed)
        self._go(first_row(self._rows))

    @on(Input.Submitted)
    def choose(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose(self._here)

    @on(Rows.Clicked)
    def choose_clicked(self, event: Rows.Clicked) -> None:
        self._choose(event.row)

    @on(Stepped)
    def step_by_wheel(self, event: Stepped) -> None:
        self.action_step(event.step)

    def on_click(self, event: events.Click) -> None:
        """Beside the list: leave it."""
        if event.widget is self:
            self.leave(None)

    def action_leave(self) -> None:
        self.leave(None)

    def action_step(self, by: int) -> None:
        here, step = self._here, 1 if by > 0 else -1
        for _ in range(abs(by)):
            here = stepped(self._rows, here, step)
        self._go(here)

    def _go(self, here: int) -> None:
        self._here = here
        self._show()
        entry = self._rows[here].entry if here < len(self._rows) else None
        if entry is not None and self._tries is not None:
            self._tries(entry.value)

    def _choose(self, row: int) -> None:
        entry = self._rows[row].entry if 0 <= row < len(self._rows) else None
        if entry is not None:
            self.leave(entry.value)
