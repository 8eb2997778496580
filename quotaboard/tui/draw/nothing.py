"""What stands on the board when there is nothing on it."""

from __future__ import annotations

from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import EMPTY, Line, line, wrapped
from quotaboard.tui.draw.words import FAINT


def nothing_matches(wanted: str, width: int) -> list[Line]:
    return wrapped(f"No credential and no lane contains “{shown(wanted)}”. Press esc to see all.", width)


def nothing_afar(width: int) -> list[Line]:
    """Of a board of other machines, before the first of them was heard of."""
    lines = wrapped("No machine was heard of yet.", width, "bold")
    return [
        *lines,
        EMPTY,
        *wrapped("Each that runs `quotaboard serve`, and is scraped, shows here.", width, FAINT),
    ]


def nothing_found(searched: tuple[str, ...], width: int) -> list[Line]:
    """The commands that add a key, and what was searched."""
    lines = wrapped("No credential was found.", width, "bold")
    lines += [EMPTY, *wrapped("To add one, leave with q and run one of these:", width, FAINT)]
    for command, does in (
        ("quotaboard key set NAME", "keeps an API key or token in the system keyring"),
        ("quotaboard init", "searches again and writes the config"),
        ("quotaboard demo", "shows the board on a built-in provider"),
    ):
        if width >= 60:
            lines.append(line("  ", (f"{command:<26}", "$here"), (does, FAINT)))
        else:
            lines.append(line("  ", (command, "$here")))
    if searched:
        lines += [EMPTY, *wrapped("These places were searched:", width, FAINT)]
        lines += [line("  ", part) for place in searched for part in wrapped(shown(place), width - 2)]
    return lines
