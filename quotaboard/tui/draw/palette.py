"""The colours that need no file, and the names that every theme fills."""

from __future__ import annotations

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
