"""The themes that need no file."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

from quotaboard.tui.draw.palette import BASE, BOARD, DARK, GREYS, MONO


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
