"""What stands on the board when there is nothing on it."""

from __future__ import annotations

from textual.content import Content

from quotaboard.domain.board import Board
from quotaboard.tui.text import shown, styled, wrapped
from quotaboard.tui.widgets.lines import Lines
from quotaboard.tui.words import FAINT


class Empty(Lines):
    """Nothing found, or nothing left by the filter."""

    def __init__(self, searched: tuple[str, ...]) -> None:
        super().__init__(name="empty")
        self._searched = searched
        self._filter = ""

    def show(self, board: Board, wanted: str, *, shown: bool) -> None:
        self._filter = wanted if board.credentials else ""
        self.display = shown
        if shown:
            self.redraw()

    def draw(self, width: int) -> list[Content]:
        return nothing_matches(self._filter, width) if self._filter else nothing_found(self._searched, width)


def nothing_matches(wanted: str, width: int) -> list[Content]:
    return wrapped(f"No credential and no lane contains “{shown(wanted)}”. Press esc to see all.", width)


def nothing_found(searched: tuple[str, ...], width: int) -> list[Content]:
    """What was searched, and the command that adds a key."""
    lines = wrapped("No credential was found.", width, "bold")
    if searched:
        lines += [Content(""), *wrapped("These places were searched:", width, FAINT)]
        lines += [line for place in searched for line in wrapped(f"  {shown(place)}", width)]
    lines += [Content(""), *wrapped("To add one, leave with q and run one of these:", width, FAINT)]
    for command, does in (
        ("quotaboard key set NAME", "keeps an API key or token in the system keyring"),
        ("quotaboard init", "searches again and writes the config"),
        ("quotaboard demo", "shows the board on a built-in provider"),
    ):
        if width >= 60:
            lines.append(Content.assemble("  ", (f"{command:<26}", "$here"), (does, FAINT)))
        else:
            lines += [styled(f"  {command}", "$here"), *wrapped(f"    {does}", width, FAINT)]
    return lines
