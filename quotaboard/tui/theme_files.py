"""Themes as TOML files, and every mistake in one named by file, key and reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from quotaboard.tui.draw.colour import APART, ON_CURSOR, READABLE, STATUS, WORDS, contrast, told_apart
from quotaboard.tui.draw.palette import BASE, BOARD, BUILT_IN, Palette

HEX = frozenset("0123456789abcdefABCDEF")
Marks = tuple[tuple[str, int, int], ...]
"""Names, times and sizes of a folder's files: another value after somebody has saved one."""


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

    loaded: tuple[Palette, ...] = ()
    problems: tuple[ThemeProblem, ...] = ()
    places: Mapping[str, str] = {}
    """The file of each loaded theme, by its name."""


def bundled_folder() -> Traversable:
    """The themes that came with the package: beside the code when installed, at the root of a checkout."""
    packaged = files("quotaboard") / "themes"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "themes"


def load_themes(folders: Iterable[Traversable | Path]) -> Themes:
    """Every theme in these folders; a later one of the same name wins."""
    loaded: dict[str, Palette] = {}
    problems: list[ThemeProblem] = []
    places: dict[str, str] = {}
    for folder in folders:
        for file in _theme_files(folder):
            theme = read_theme(file)
            if isinstance(theme, Palette):
                loaded[theme.name] = theme
                places[theme.name] = str(file)
            else:
                problems.extend(theme)
    return Themes(tuple(loaded.values()), tuple(problems), places)


def find_theme(name: str, folders: Iterable[Traversable | Path]) -> Palette | None:
    """One theme by its name, without reading the others where its file is called after it."""
    found = BUILT_IN.get(name)
    for folder in folders:
        for file in _theme_files(folder):
            if file.name == f"{name}.toml":
                theme = read_theme(file)
                found = theme if isinstance(theme, Palette) and theme.name == name else found
    return found


def marks_of(folders: Iterable[Path]) -> Marks:
    """What tells that a theme file was saved since; costs a few microseconds a file."""
    marks: list[tuple[str, int, int]] = []
    for folder in folders:
        for file in _theme_files(folder):
            try:
                told = Path(str(file)).stat()
            except OSError:  # removed meanwhile
                continue
            marks.append((str(file), told.st_mtime_ns, told.st_size))
    return tuple(marks)


def read_theme(file: Traversable | Path) -> Palette | tuple[ThemeProblem, ...]:
    """One file, checked whole before any of it is used: a bad colour would stop the app only later."""
    name = str(file)
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return (ThemeProblem(name, "", f"cannot be read: {error}"),)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return (ThemeProblem(name, "", f"is not TOML: {error}"),)
    problems = [ThemeProblem(name, key, reason) for key, reason in _problems_in(document)]
    if problems:
        return tuple(problems)
    base = {key: _whole(colour) for key, colour in document["base"].items()}
    board = BOARD | {key: _whole(colour) for key, colour in document.get("board", {}).items()}
    return Palette(document["name"], document["dark"], base, board)


def advice(palette: Palette) -> Iterator[tuple[str, str]]:
    """What is right but hard to read, or hard to tell apart, by key."""
    for key in WORDS:
        got = contrast(palette.board[key], palette.background)
        if got < READABLE:
            yield (
                f"board.{key}",
                f"has a contrast of {got:.1f} on the background; {READABLE} is needed to read it",
            )
    for key in ON_CURSOR:
        got = contrast(palette.board[key], palette.board["cursor"])
        if got < READABLE:
            yield "board.cursor", f"leaves {key} a contrast of {got:.1f}; {READABLE} is needed to read it"
    apart, eye = told_apart(tuple(palette.board[key] for key in STATUS))
    if apart < APART:
        keys = ", ".join(STATUS)
        yield "board", f"{keys} are only {apart:.0f} apart for {eye}; {APART:.0f} is easy to tell"


def _theme_files(folder: Traversable | Path) -> list[Traversable | Path]:
    try:
        found = [one for one in folder.iterdir() if one.name.endswith(".toml")] if folder.is_dir() else []
    except OSError:  # a folder that may not be listed has no themes for us
        return []
    return sorted(found, key=lambda one: one.name)


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
        if isinstance(base, Mapping) and "background" not in base:
            yield "base.background", "is required in a light theme"


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
    """Hexadecimal alone: a terminal's own colours cannot be mixed, and turn black on black without colour."""
    return len(value) in {4, 7} and value[0] == "#" and set(value[1:]) <= HEX


def _whole(colour: str) -> str:
    """`#5af` as `#55aaff`."""
    digits = colour[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _unknown(key: object, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only somebody who mistyped pays for it

    near = get_close_matches(str(key), list(known), n=1)
    return f"no such key; did you mean {near[0]}?" if near else "no such key"
