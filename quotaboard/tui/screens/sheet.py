"""A page of text over the board: scrolls, and closes with esc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen

from quotaboard.tui.draw.foreign import in_ascii
from quotaboard.tui.draw.line import Line, fit, line, styled
from quotaboard.tui.draw.words import FAINT
from quotaboard.tui.widgets.lines import Lines, to_content


class Body(Lines):
    """The text of a sheet."""

    def draw(self, width: int) -> Sequence[Line]:
        sheet = self.screen
        return sheet.lines(width) if isinstance(sheet, Sheet) else ()


class Foot(Lines):
    """How to move, and how to get back."""

    def draw(self, width: int) -> Sequence[Line]:
        said = line((" esc", "$here"), (" back  ", FAINT), ("↑ ↓", "$here"), (" scroll", FAINT))
        return (fit(said, width),)


class Sheet(Screen[None]):
    """Subclasses say what stands on it."""

    CSS_PATH = "sheet.tcss"
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,backspace", "leave", "back", show=False),
        Binding("j,down", "scroll('down')", "down", show=False),
        Binding("k,up", "scroll('up')", "up", show=False),
        Binding("g,home", "scroll('home')", "top", show=False),
        Binding("G,end", "scroll('end')", "bottom", show=False),
    ]
    HEADING = ""

    def lines(self, width: int) -> Sequence[Line]:
        """The text at a width."""
        raise NotImplementedError

    def heading(self) -> Line:
        return styled(self.HEADING, "bold")

    def compose(self) -> ComposeResult:
        scroll = VerticalScroll(Body(), id="scroll")
        ascii_only = self.app.has_class("-ascii")
        scroll.border_title = to_content(in_ascii(self.heading()) if ascii_only else self.heading())
        yield scroll
        yield Foot()

    def action_leave(self) -> None:
        self.dismiss()

    def action_scroll(self, where: str) -> None:
        scroll = self.query_one("#scroll", VerticalScroll)
        getattr(scroll, f"scroll_{where}")(animate=False)
