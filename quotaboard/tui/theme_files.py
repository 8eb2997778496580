"""Themes as TOML files, and every mistake in one named by file, key and reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from textual.color import Color, ColorParseError
from textual.theme import Theme

from quotaboard.tui.draw.palette import BASE, BOARD
from quotaboard.tui.theme import theme_of


class ThemeProblem(NamedTuple):
    """Why a theme file was not taken."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.reason}"


class Themes(NamedTuple):
    """What could be loaded, and what could not."""

    loaded: tuple[Theme, ...] = ()
    problems: tuple[ThemeProblem, ...] = ()


def bundled_folder() -> Traversable:
    """The themes that came with the package: beside the code when installed, at the root of a checkout."""
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
