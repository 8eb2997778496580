"""Themes: colours as data, from TOML files, and every mistake in one named by file, key and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.abc import Traversable
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import Theme

DARK = "quotaboard-dark"

BASE: dict[str, str] = {
    "primary": "#5ab4f0",
    "secondary": "#8b949e",
    "accent": "#c9b6ff",
    "foreground": "#c9d1d9",
    "background": "#121212",
    "surface": "#181a1d",
    "panel": "#22262b",
    "success": "#5ab4f0",
    "warning": "#f5d547",
    "error": "#f0523d",
}
"""Textual's own colours in the dark theme."""

BOARD: dict[str, str] = {
    "lane-open": "#5ab4f0",
    "lane-near": "#f5d547",
    "lane-paid": "#f0523d",
    "lane-blocked": "#f0523d",
    "gauge-ok": "#5ab4f0",
    "gauge-warn": "#f5d547",
    "gauge-over": "#f0523d",
    "gauge-stale": "#8b949e",
    "gauge-track": "#33393f",
    "model": "#c9d1d9",
    "faint": "#8b949e",
    "edge": "#3a4048",
    "here": "#c9b6ff",
    "cursor": "#3b3552",
}
"""The board's own colours in the dark theme, and what another theme falls back to.

They are here and not only in `themes/`, so that the first frame needs no file. Blue, yellow and red stay
apart in all three kinds of colour-blindness.
"""

MONO = "quotaboard-mono"
GREYS: dict[str, str] = {
    "lane-open": "#9a9a9a",
    "lane-near": "#c4c4c4",
    "lane-paid": "#ffffff",
    "lane-blocked": "#ffffff",
    "gauge-ok": "#9a9a9a",
    "gauge-warn": "#c4c4c4",
    "gauge-over": "#ffffff",
    "here": "#ffffff",
}
"""For NO_COLOR: red turned into grey would make the loudest words the faintest."""


@dataclass(frozen=True, slots=True)
class ThemeProblem:
    """Why a theme file was not taken."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Themes:
    """What could be loaded, and what could not."""

    loaded: tuple[Theme, ...] = ()
    problems: tuple[ThemeProblem, ...] = ()


def dark_theme() -> Theme:
    """The theme that needs no file."""
    return theme_of(DARK, BASE, BOARD, dark=True)


def grey_theme() -> Theme:
    """The theme without colour."""
    return theme_of(MONO, BASE, BOARD | GREYS, dark=True)


def theme_of(name: str, base: Mapping[str, str], board: Mapping[str, str], *, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=base["primary"],
        secondary=base.get("secondary"),
        accent=base.get("accent"),
        foreground=base.get("foreground"),
        background=base.get("background"),
        surface=base.get("surface"),
        panel=base.get("panel"),
        success=base.get("success"),
        warning=base.get("warning"),
        error=base.get("error"),
        dark=dark,
        variables=dict(board),
    )


def bundled_folder() -> Traversable:
    """The themes that came with the package: beside the code when installed, at the root of a checkout."""
    from importlib.resources import files  # 3 ms, and the first frame needs no file

    packaged = files("quotaboard") / "themes"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "themes"


def load_themes(folders: Iterable[Traversable | Path]) -> Themes:
    """Every theme in these folders; a later one of the same name wins."""
    loaded: dict[str, Theme] = {}
    problems: list[ThemeProblem] = []
    for folder in folders:
        if not folder.is_dir():
            continue
        files = (one for one in folder.iterdir() if one.name.endswith(".toml"))
        for file in sorted(files, key=lambda one: one.name):
            theme = read_theme(file)
            if isinstance(theme, Theme):
                loaded[theme.name] = theme
            else:
                problems.extend(theme)
    return Themes(tuple(loaded.values()), tuple(problems))


def read_theme(file: Traversable | Path) -> Theme | tuple[ThemeProblem, ...]:
    """One file, checked whole before any of it is used: a bad colour would stop the app only later."""
    import tomllib  # 4 ms, and the first frame needs no file

    name = str(file)
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return (ThemeProblem(name, "", f"cannot be read: {error}"),)
    except tomllib.TOMLDecodeError as error:
        return (ThemeProblem(name, "", f"is not TOML: {error}"),)
    problems = [ThemeProblem(name, key, reason) for key, reason in _problems_in(document)]
    if problems:
        return tuple(problems)
    board = BOARD | document.get("board", {})
    return theme_of(document["name"], document["base"], board, dark=document["dark"])


def _problems_in(document: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    known = ("name", "dark", "base", "board")
    yield from ((key, _unknown(key, known)) for key in document if key not in known)
    name = document.get("name")
    if not isinstance(name, str) or not name or not name.replace("-", "").isalnum():
        yield "name", "must be a word of letters, digits and hyphens"
    if not isinstance(document.get("dark"), bool):
        yield "dark", "must be true or false"
    yield from _problems_of("base", document.get("base"), BASE)
    yield from _problems_of("board", document.get("board", {}), BOARD)
    base = document.get("base")
    if isinstance(base, Mapping) and "primary" not in base:
        yield "base.primary", "is required"
    board = document.get("board", {})
    if document.get("dark") is False and isinstance(board, Mapping):
        # What a theme leaves out comes from the dark one, which nobody can read on white.
        yield from ((f"board.{key}", "is required in a light theme") for key in BOARD if key not in board)


def _problems_of(table: str, colours: object, known: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    if not isinstance(colours, Mapping):
        yield table, f"must be a table: write [{table}] and a colour per line"
        return
    for key, value in colours.items():
        if key not in known:
            yield f"{table}.{key}", _unknown(key, known)
        elif not isinstance(value, str) or not _is_colour(value):
            yield f"{table}.{key}", f"{value!r} is not a colour; write one such as #5ab4f0"


def _is_colour(value: str) -> bool:
    if value.startswith(("ansi_", "auto")):
        return False  # the terminal's own colours cannot be mixed, and turn black on black without colour
    try:
        Color.parse(value)
    except ColorParseError:
        return False
    return True


def _unknown(key: object, known: Iterable[str]) -> str:
    near = get_close_matches(str(key), list(known), n=1)
    return f"no such key; did you mean {near[0]}?" if near else "no such key"
