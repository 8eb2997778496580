"""How the board is to look and behave. Known without Textual, so that asking costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from quotaboard.config.values import AlertSettings
from quotaboard.tui.draw.palette import DARK

DEMO = "demo"
"""What the board is left with when a person asked for the demo."""


class Options(NamedTuple):
    """How the board is to look and behave."""

    ascii: bool = False
    theme: str = DARK
    theme_folders: tuple[Path, ...] = ()
    """A user's own themes; the bundled ones are always known."""
    keymap: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Other keys, by command id."""
    offers_demo: bool = False
    searched: tuple[str, ...] = ()
    """Where credentials were looked for, for the screen that says that none was found."""
    log_path: Path | None = None
    remember_theme: Callable[[str], None] | None = None
    readonly: bool = False
    """No agent is switched."""
    line_mode: bool = False
    """One to three lines in place of the board."""
    alerts: AlertSettings = AlertSettings()
    """How the terminal is to ring, and what is said of it."""
    played: str = ""
    """`demo` or `replay`, said on the screen; empty for what is real."""
    sixteen_colours: bool = False
    """The terminal has no more; the board finds that out when it is opened."""
