"""A theme as Textual wants it."""

from __future__ import annotations

from textual.theme import Theme

from quotaboard.tui.draw.palette import Palette


def theme_of(palette: Palette) -> Theme:
    base = palette.base
    return Theme(
        name=palette.name,
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
        dark=palette.dark,
        variables=dict(palette.board),
    )
