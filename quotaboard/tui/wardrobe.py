"""Which themes there are, and which one the board starts with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from quotaboard.config.suggestions import nearest
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.palette import BUILT_IN, MONO_PALETTE, Palette

if TYPE_CHECKING:
    from quotaboard.tui.theme_files import Marks, ThemeProblem


def first_palette(name: str, folders: tuple[Path, ...], *, without_colour: bool) -> Palette | None:
    """The theme to start with; None when there is no such one. Without colour only a grey one will do."""
    found = BUILT_IN.get(name)
    # A user's own file may be called as a built-in theme is.
    own = any((folder / f"{name}.toml").is_file() for folder in folders)
    if found is None or own:
        from quotaboard.tui.theme_files import bundled_folder, find_theme  # 8 ms; most boards need none

        found = find_theme(name, (bundled_folder(), *folders))
    if found is None or not without_colour:
        return found
    from quotaboard.tui.draw.colour import is_grey

    return found if is_grey(found) else MONO_PALETTE


def no_such_theme(name: str, known: Iterable[str]) -> str:
    """The sentence, with the nearest of those that there are."""
    return f'There is no theme "{shown(name)}".{nearest(name, known)}'


class Wardrobe:
    """The themes that can be put on: built in, shipped, and the user's own, read anew when one is saved."""

    def __init__(self, folders: tuple[Path, ...], *, without_colour: bool = False) -> None:
        self._folders = folders
        self._without_colour = without_colour
        self._marks: Marks = ()
        self._opened = False
        self.palettes: dict[str, Palette] = dict(BUILT_IN)
        self.places: Mapping[str, str] = {}
        """The file that each theme was read from."""

    @property
    def names(self) -> list[str]:
        """Those that can be worn, in order of name; without colour the grey ones."""
        if not self._without_colour:
            return sorted(self.palettes)
        from quotaboard.tui.draw.colour import is_grey

        return sorted(name for name, palette in self.palettes.items() if is_grey(palette))

    @property
    def watched(self) -> bool:
        """Whether a saved file would be noticed."""
        return bool(self._folders)

    def add(self, palette: Palette) -> None:
        self.palettes[palette.name] = palette

    def open(self) -> tuple[ThemeProblem, ...]:
        """Read every theme, unless that was done; what was wrong with some."""
        return () if self._opened else self._read()

    def look_again(self) -> tuple[ThemeProblem, ...] | None:
        """Read what a person has saved since; None when nothing was. A broken file leaves its old theme."""
        from quotaboard.tui.theme_files import marks_of

        marks = marks_of(self._folders)
        if marks == self._marks:
            return None
        before, self._marks = {mark[0]: mark for mark in self._marks}, marks
        saved = {mark[0] for mark in marks if before.get(mark[0]) != mark}
        return tuple(problem for problem in self._read() if problem.file in saved)

    def watch(self) -> None:
        """From now on, what is saved is new."""
        from quotaboard.tui.theme_files import marks_of

        self._marks = marks_of(self._folders)

    def _read(self) -> tuple[ThemeProblem, ...]:
        from quotaboard.tui.theme_files import bundled_folder, load_themes

        found = load_themes((bundled_folder(), *self._folders))
        self._opened = True
        self.palettes |= {palette.name: palette for palette in found.loaded}
        self.places = found.places
        return found.problems
