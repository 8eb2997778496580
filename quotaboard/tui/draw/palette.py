"""The colours that need no file, and the names that every theme fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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
    "error": "#f5654f",
}
"""Textual's own colours in the dark theme."""

BOARD: dict[str, str] = {
    "lane-open": "#5ab4f0",
    "lane-near": "#f5d547",
    "lane-paid": "#f5654f",
    "lane-blocked": "#f5654f",
    "gauge-ok": "#5ab4f0",
    "gauge-warn": "#f5d547",
    "gauge-over": "#f5654f",
    "gauge-stale": "#8b949e",
    "gauge-track": "#33393f",
    "model": "#c9d1d9",
    "faint": "#8b949e",
    "edge": "#3a4048",
    "here": "#c9b6ff",
    "cursor": "#2d2b36",
}
"""The board's own colours in the dark theme, and what another dark theme falls back to.

They are here and not only in `themes/`, so that the first frame needs no file. Blue, yellow and red stay
apart in all three kinds of colour-blindness.
"""

MONO = "quotaboard-mono"
GREYS_BASE: dict[str, str] = {
    "primary": "#8a8a8a",
    "secondary": "#8c8c8c",
    "accent": "#ffffff",
    "foreground": "#d0d0d0",
    "background": "#121212",
    "surface": "#1a1a1a",
    "panel": "#262626",
    "success": "#8a8a8a",
    "warning": "#c2c2c2",
    "error": "#ffffff",
}
GREYS: dict[str, str] = {
    "lane-open": "#8a8a8a",
    "lane-near": "#c2c2c2",
    "lane-paid": "#ffffff",
    "lane-blocked": "#ffffff",
    "gauge-ok": "#8a8a8a",
    "gauge-warn": "#c2c2c2",
    "gauge-over": "#ffffff",
    "gauge-stale": "#8c8c8c",
    "gauge-track": "#3a3a3a",
    "model": "#d0d0d0",
    "faint": "#8c8c8c",
    "edge": "#444444",
    "here": "#ffffff",
    "cursor": "#1f1f1f",
}
"""For NO_COLOR: red turned into grey would make the loudest words the faintest."""


class Palette(NamedTuple):
    """A theme as data."""

    name: str
    dark: bool
    base: Mapping[str, str]
    """Some of the names in BASE, `primary` always."""
    board: Mapping[str, str]
    """All names in BOARD."""

    @property
    def background(self) -> str:
        return self.base.get("background", BASE["background"] if self.dark else "#ffffff")

    @property
    def foreground(self) -> str:
        return self.base.get("foreground", self.board["model"])


DARK_PALETTE = Palette(DARK, True, BASE, BOARD)
MONO_PALETTE = Palette(MONO, True, GREYS_BASE, GREYS)
BUILT_IN = {palette.name: palette for palette in (DARK_PALETTE, MONO_PALETTE)}
"""Known without a file."""
