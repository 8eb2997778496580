"""A page of text over the board: scrolls, says how much is left, and closes with esc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from quotaboard.tui.draw.line import Line, fit, line, styled
from quotaboard.tui.draw.words import FAINT
from quotaboard.tui.screens.leaving import Leaving
from quotaboard.tui.widgets.lines import Lines, to_content

Hints = tuple[tuple[str, str], ...]
CORNERS = 6
"""Cells of a frame's upper edge that its title leaves free."""


class Body(Lines):
    """The text of a sheet."""

    def draw(self, width: int) -> Sequence[Line]:
        sheet = self.screen
        return sheet.lines(width) if isinstance(sheet, Sheet) else ()

    def on_click(self, event: events.Click) -> None:
        sheet = self.screen
        if isinstance(sheet, Sheet):
            sheet.clicked(event, event.y)


class Foot(Lines):
    """How to move, and how to get back."""

    def __init__(self, hints: Hints) -> None:
        super().__init__()
        self._hints = hints

    def draw(self, width: int) -> Sequence[Line]:
        """Those that fit."""
        parts = [line((f" {key}", "$here"), (f" {does} ", FAINT)) for key, does in self._hints]
        while len(parts) > 1 and sum(part.width for part in parts) > width:
            parts.pop()
        return (fit(line(*parts), width),)

    def on_click(self, event: events.Click) -> None:
        if event.x < len(self._hints[0][0]) + len(self._hints[0][1]) + 2 and isinstance(self.screen, Sheet):
            self.screen.action_leave()


class Scroll(VerticalScroll):
    """Says in its border how many lines are below."""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.say_how_much_is_left()

    def watch_virtual_size(self) -> None:
        self.say_how_much_is_left()  # the text became longer or shorter

    def say_how_much_is_left(self) -> None:
        left = max(int(self.max_scroll_y) - round(self.scroll_y), 0)
        said = styled(f"↓ {left} more" if left else "", FAINT)
        subtitle = to_content(said, self.app)
        if self.border_subtitle != subtitle.markup:
            self.border_subtitle = subtitle


class Sheet(Leaving[None]):
    """Subclasses say what stands on it."""

    CSS_PATH = "sheet.tcss"
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,backspace", "leave", "back", show=False),
        Binding("j,down", "scroll('down')", "down", show=False, id="down"),
        Binding("k,up", "scroll('up')", "up", show=False, id="up"),
        Binding("space,pagedown,ctrl+d,ctrl+f", "scroll('page_down')", "page down", show=False),
        Binding("b,pageup,ctrl+u,ctrl+b", "scroll('page_up')", "page up", show=False),
        Binding("g,home", "scroll('home')", "top", show=False, id="first"),
        Binding("G,end", "scroll('end')", "bottom", show=False, id="last"),
    ]
    HEADING = ""
    FOOT: Hints = (("esc", "back"), ("↑ ↓", "scroll"))

    def lines(self, width: int) -> Sequence[Line]:
        """The text at a width."""
        raise NotImplementedError

    def heading(self) -> Line:
        return styled(self.HEADING, "bold")

    def clicked(self, event: events.Click, y: int) -> None:
        """A line of the text was clicked."""

    def compose(self) -> ComposeResult:
        yield Scroll(Body(), id="scroll")
        yield Foot(self.FOOT)

    def on_mount(self) -> None:
        self.call_after_refresh(self.query_one(Scroll).say_how_much_is_left)

    def on_resize(self, event: events.Resize) -> None:
        scroll = self.query_one(Scroll)
        # Textual cuts it as well, but with a sign that ASCII has not.
        scroll.border_title = to_content(self.heading().cut(max(event.size.width - CORNERS, 0)), self.app)
        self.call_after_refresh(scroll.say_how_much_is_left)

    def redraw(self) -> None:
        """The text may have changed."""
        if self.is_mounted:
            self.query_one(Body).redraw()
            self.call_after_refresh(self.query_one(Scroll).say_how_much_is_left)

    def action_leave(self) -> None:
        self.leave()

    def action_scroll(self, where: str) -> None:
        scroll = self.query_one("#scroll", VerticalScroll)
        getattr(scroll, f"scroll_{where}")(animate=False)
