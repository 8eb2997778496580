"""An app that wears a theme: tried while one walks over a list, kept when confirmed, new when saved."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.reactive import Reactive
from textual.theme import Theme

from quotaboard.config.keymap import shown_keys
from quotaboard.tui.draw.palette import BOARD, BUILT_IN, DARK, DARK_PALETTE, Palette
from quotaboard.tui.options import Options
from quotaboard.tui.safe_app import SafeApp
from quotaboard.tui.theme import theme_of
from quotaboard.tui.wardrobe import Wardrobe, first_palette, no_such_theme

if TYPE_CHECKING:
    from quotaboard.tui.theme_files import ThemeProblem

THEME_LOOK = 1.0
"""Seconds between two looks for a theme that was saved."""


class ThemedApp(SafeApp):
    """A broken theme is named by file, key and reason, and what was worn before stays."""

    theme: Reactive[str] = Reactive(DARK)
    """From the class on, because every assignment parses all CSS again."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._worn: dict[str, Theme] = {DARK: theme_of(DARK_PALETTE)}
        super().__init__()
        without_colour = bool(os.environ.get("NO_COLOR"))
        first = first_palette(options.theme, options.theme_folders, without_colour=without_colour)
        self._wardrobe = Wardrobe(options.theme_folders, without_colour=without_colour)
        self._knows_first_theme = first is not None
        self._watches_themes = False
        self._wear(first or DARK_PALETTE)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return BOARD

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours and the user's. Textual's own lack our colours, and several lack contrast."""
        return self._worn

    def on_mount(self) -> None:
        if not self._knows_first_theme:
            self._look_for_first_theme()
        elif self.theme not in BUILT_IN:
            self._watch_saved_themes()

    def do_theme(self) -> None:
        """A list of themes that are put on while one walks over them; only the chosen one is remembered."""
        from quotaboard.tui.draw.entries import theme_entries
        from quotaboard.tui.screens.chooser import Chooser  # brings the text input

        self._tell_problems(self._wardrobe.open())
        self._watch_saved_themes()
        before = self.theme

        def act(chosen: str | None) -> None:
            self._try_theme(before if chosen is None else chosen)
            if chosen is not None and self.options.remember_theme is not None:
                self.options.remember_theme(chosen)

        entries = theme_entries(self._wardrobe.palettes[name] for name in self._wardrobe.names)
        self.push_screen(Chooser(entries, "which colours?", here=before, tries=self._try_theme), act)

    def _try_theme(self, name: str) -> None:
        self._wear(self._wardrobe.palettes[name])

    def _wear(self, palette: Palette) -> None:
        """Put a theme on, unless it is on already."""
        self._wardrobe.add(palette)
        if self.options.sixteen_colours:
            from quotaboard.tui.draw.colour import in_sixteen  # most terminals have more

            palette = in_sixteen(palette)
        theme = theme_of(palette)
        changed = self._worn.get(palette.name) != theme
        self._worn[palette.name] = theme
        if self.theme != palette.name:
            self.theme = palette.name
        elif changed:
            self.mutate_reactive(ThemedApp.theme)

    def _look_for_first_theme(self) -> None:
        """Its file may be called otherwise; else say that there is none."""
        self._tell_problems(self._wardrobe.open())
        if self.options.theme in self._wardrobe.palettes:
            self._try_theme(self.options.theme)
        else:
            key = shown_keys(self.options.keymap)["theme"]
            told = no_such_theme(self.options.theme, self._wardrobe.names)
            self.notify(f"{told} {key} shows them all.", severity="warning", markup=False)
        self._watch_saved_themes()

    def _tell_problems(self, problems: Iterable[ThemeProblem]) -> None:
        for problem in problems:
            self.notify(str(problem), title="theme not taken", severity="warning", markup=False)

    def _watch_saved_themes(self) -> None:
        """Notice it when a person saves a theme of their own; a look costs some microseconds."""
        if not self._watches_themes and self._wardrobe.watched:
            self._watches_themes = True
            self._wardrobe.watch()
            self.set_interval(THEME_LOOK, self.take_saved_themes)

    def take_saved_themes(self) -> None:
        """Put on the theme that was saved, if it is the one that is worn; a broken one leaves what was."""
        problems = self._wardrobe.look_again()
        if problems is None:
            return
        self._tell_problems(problems)
        wanted = self.options.theme
        mended = not self._knows_first_theme and wanted in self._wardrobe.palettes
        self._knows_first_theme |= mended
        self._try_theme(wanted if mended else self.theme)
