"""The line in which the filter is typed."""

from __future__ import annotations

from textual import on
from textual.binding import Binding
from textual.widgets import Input

from quotaboard.tui.messages import FilterClosed, FilterTyped


class FilterLine(Input):
    """The board follows while one types; enter keeps the filter, esc drops it."""

    BINDINGS = [Binding("escape", "drop", "show all", show=False)]  # noqa: RUF012 - Textual reads it as is

    def __init__(self, text: str) -> None:
        super().__init__(text, placeholder="name, model, shape, word: gated tools", compact=True)
        self.cursor_blink = False

    def on_mount(self) -> None:
        self.focus()

    @on(Input.Changed)
    def tell(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(FilterTyped(event.value))

    @on(Input.Submitted)
    def keep(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(FilterClosed(kept=True))
        self.remove()

    def action_drop(self) -> None:
        self.post_message(FilterClosed(kept=False))
        self.remove()
