"""The app: one session, the board on top of it, and what works on every screen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender

from quotaboard.config.keymap import shown_keys
from quotaboard.domain.board import Board
from quotaboard.poll.session import Session
from quotaboard.tui.draw.arrange import needs_first_run
from quotaboard.tui.draw.commands import universal
from quotaboard.tui.draw.foreign import in_ascii
from quotaboard.tui.draw.line import styled
from quotaboard.tui.keys import bindings_of
from quotaboard.tui.messages import CommandChosen
from quotaboard.tui.options import DEMO, Options
from quotaboard.tui.screens.board import BoardScreen
from quotaboard.tui.themed_app import ThemedApp
from quotaboard.tui.widgets.lines import ASCII

if TYPE_CHECKING:
    from quotaboard.tui.screens.first_run import Start

log = logging.getLogger(__name__)


class WholeCells(ScrollBarRender):
    """A bar for scrolling in ASCII: colour alone, without the blocks that fill a part of a cell."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class Quotaboard(ThemedApp):
    """The dashboard. It paints what is stored, then goes live."""

    TITLE = "quotaboard"
    # Textual does not load the CSS of a default screen, so the board's stands here.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/board.tcss"]
    # Ours has groups, and room for itself on the smallest pane.
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(universal())]

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], datetime],
        options: Options | None = None,
    ) -> None:
        super().__init__(options or Options())
        self.session = session
        self.clock = clock
        self.log_path = self.options.log_path
        self.set_class(self.options.ascii, ASCII)
        ScrollBar.renderer = WholeCells if self.options.ascii else ScrollBarRender
        self.keys = shown_keys(self.options.keymap)
        """How each command's key is written."""
        if self.options.keymap:
            self.set_keymap({command: ",".join(keys) for command, keys in self.options.keymap.items()})

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        if self.options.ascii:
            title, message = (in_ascii(styled(text)).plain for text in (title, message))
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def get_default_screen(self) -> Screen[None]:
        return BoardScreen(self.session, self.clock, self.options)

    def on_mount(self) -> None:
        if needs_first_run(board := self.session.board(self.clock())):
            self._open_first_run(board)

    # Commands that work everywhere

    async def action_command(self, name: str) -> None:
        await self.run_command(name)

    async def run_command(self, name: str) -> None:
        """Do it here, or let the board do it."""
        if (act := getattr(self, f"do_{name}", None)) is not None:
            act()
        elif isinstance(self.screen, BoardScreen):
            self.screen.run_command(name)

    @on(CommandChosen)
    async def do_what_was_clicked(self, event: CommandChosen) -> None:
        await self.run_command(event.command)

    def do_quit(self) -> None:
        self.exit()

    def do_palette(self) -> None:
        """Every command by name, and every credential and lane to go to."""
        from quotaboard.tui.draw.entries import palette_entries
        from quotaboard.tui.screens.chooser import Chooser  # brings the text input

        board = self.screen if isinstance(self.screen, BoardScreen) else None
        entries = palette_entries(self.keys, board.views if board else (), on_board=board is not None)

        def act(chosen: str | None) -> None:
            kind, _, value = (chosen or "").partition(" ")
            if kind == "do":
                self.call_later(self.run_command, value)
            elif kind == "go" and board is not None:
                board.go_to(value)

        self.push_screen(Chooser(entries, "what should be done?"), act)

    def do_help(self) -> None:
        from quotaboard.tui.screens.help import HelpScreen  # not before it is asked for
        from quotaboard.tui.screens.sheet import Sheet

        if not isinstance(self.screen, HelpScreen):
            hints = self.screen.FOOT if isinstance(self.screen, Sheet) else ()
            self.push_screen(HelpScreen(self.keys, hints))

    # First run

    def _open_first_run(self, board: Board) -> None:
        from quotaboard.tui.screens.first_run import FirstRun  # most runs are not the first

        key = self.keys["consent"]
        self.push_screen(
            FirstRun(board.credentials, offers_demo=self.options.offers_demo, key=key), self._start
        )

    def _start(self, choice: Start | None) -> None:
        if choice is None:
            return
        if choice.demo:
            self.exit(DEMO)
            return
        self.session.pause(False)  # it waited for this choice
        for name in choice.credentials:
            self.session.consent(name, True)
        if choice.credentials:
            self.session.refresh()


__all__ = ["Options", "Quotaboard"]
