"""The app: one session, the board on top of it, and what works on every screen."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.reactive import Reactive
from textual.screen import Screen
from textual.theme import Theme

from quotaboard.domain.board import Board
from quotaboard.poll.session import Session
from quotaboard.tui.draw.arrange import needs_first_run
from quotaboard.tui.draw.commands import COMMANDS, universal
from quotaboard.tui.draw.palette import BOARD, DARK, MONO
from quotaboard.tui.keys import bindings_of
from quotaboard.tui.messages import CommandChosen
from quotaboard.tui.options import DEMO, Options
from quotaboard.tui.safe_app import SafeApp
from quotaboard.tui.screens.board import BoardScreen
from quotaboard.tui.theme import dark_theme, grey_theme

if TYPE_CHECKING:
    from quotaboard.tui.screens.first_run import Start

log = logging.getLogger(__name__)


class Quotaboard(SafeApp):
    """The dashboard. It paints what is stored, then goes live."""

    TITLE = "quotaboard"
    # Textual does not load the CSS of a default screen, so the board's stands here.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/board.tcss"]
    ENABLE_COMMAND_PALETTE = True
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(universal())]

    theme: Reactive[str] = Reactive(DARK)
    """From the class on, because every assignment parses all CSS again."""

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], datetime],
        options: Options | None = None,
    ) -> None:
        self.options = options or Options()
        self._themes = {theme.name: theme for theme in (dark_theme(), grey_theme())}
        super().__init__()
        self.session = session
        self.clock = clock
        self.log_path = self.options.log_path
        self._chosen_theme = DARK
        self._choosing_theme = False
        self._start_theme = MONO if os.environ.get("NO_COLOR") else self.options.theme
        if self._start_theme == MONO:
            self.theme = MONO
        if self.options.ascii:
            self.add_class("-ascii")
        if self.options.keymap:
            self.set_keymap(dict(self.options.keymap))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return BOARD

    def get_default_screen(self) -> Screen[None]:
        return BoardScreen(self.session, self.clock, self.options.searched)

    def on_mount(self) -> None:
        if needs_first_run(board := self.session.board(self.clock())):
            self._open_first_run(board)
        if self._start_theme not in {DARK, MONO}:
            self._load_themes()
            self._use_theme(self._start_theme)

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
        self.action_command_palette()

    def do_help(self) -> None:
        from quotaboard.tui.screens.help import HelpScreen  # not before it is asked for

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def do_theme(self) -> None:
        """A list of themes that can be tried by walking through it."""
        self._load_themes()
        ours = sorted(self._themes)
        self._chosen_theme, self._choosing_theme = self.theme, True
        listed = [(name, partial(self._keep_theme, name), "") for name in ours]
        self.search_commands(listed, "which colours?")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        on_board = isinstance(screen, BoardScreen)
        for command in COMMANDS:
            if command.id == "palette" or not (on_board or command.everywhere):
                continue
            yield SystemCommand(f"{command.label}  ({command.key})", command.help, self._doing(command.id))

    def _doing(self, name: str) -> Callable[[], None]:
        def act() -> None:
            self.call_later(self.run_command, name)

        return act

    # Themes

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours and the user's. Textual's own lack our colours, and several lack contrast."""
        return self._themes

    def _load_themes(self) -> None:
        from quotaboard.tui.theme_files import bundled_folder, load_themes  # 8 ms; the first frame needs none

        found = load_themes((bundled_folder(), *self.options.theme_folders))
        self._themes |= {theme.name: theme for theme in found.loaded}
        for problem in found.problems:
            self.notify(str(problem), title="theme not taken", severity="warning", markup=False)

    def _use_theme(self, name: str) -> None:
        if name in self._themes:
            self.theme = name
        else:
            known = ", ".join(sorted(self._themes))
            self.notify(f"There is no theme {name}. There are {known}.", severity="warning", markup=False)

    def _keep_theme(self, name: str) -> None:
        self.theme = self._chosen_theme = name
        if self.options.remember_theme is not None:
            self.options.remember_theme(name)

    @on(CommandPalette.OptionHighlighted)
    def try_theme(self, event: CommandPalette.OptionHighlighted) -> None:
        if not self._choosing_theme:
            return
        name = str(event.highlighted_event.option.prompt).split("\n")[0].strip()
        if name in self._themes:
            self.theme = name

    @on(CommandPalette.Closed)
    def leave_theme(self, event: CommandPalette.Closed) -> None:
        if self._choosing_theme and not event.option_selected:
            self.theme = self._chosen_theme
        self._choosing_theme = False

    # First run

    def _open_first_run(self, board: Board) -> None:
        from quotaboard.tui.screens.first_run import FirstRun  # most runs are not the first

        self.push_screen(FirstRun(board.credentials, offers_demo=self.options.offers_demo), self._start)

    def _start(self, choice: Start | None) -> None:
        if choice is None:
            return
        if choice.demo:
            self.exit(DEMO)
            return
        for name in choice.credentials:
            self.session.consent(name, True)
        if choice.credentials:
            self.session.refresh()


__all__ = ["Options", "Quotaboard"]
