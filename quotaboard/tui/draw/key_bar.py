"""The last line: the keys worth knowing now, from the table of commands."""

from __future__ import annotations

from typing import NamedTuple

from quotaboard.tui.draw.commands import COMMANDS, Command, Situation
from quotaboard.tui.draw.line import Line, cells, fit, line, styled
from quotaboard.tui.draw.words import FAINT

GAP = 2
ALWAYS = ("help", "quit")
TOGGLED = {"pause": "go on", "zoom": "unzoom"}


class Key(NamedTuple):
    """A command in the bar, and the cells it takes."""

    command: Command
    text: str
    """How its key is written."""
    label: str
    x: int

    @property
    def width(self) -> int:
        return cells(self.text) + 1 + cells(self.label)


def keys_in(now: Situation, width: int) -> list[Key]:
    """The commands that fit, in the order of the table, with help and quit at the end."""
    kept = [command for command in COMMANDS if command.in_bar and command.id in ALWAYS]
    room = width - 1 - sum(_width(command, now) + GAP for command in kept)
    chosen: list[Command] = []
    for command in COMMANDS:
        if not command.in_bar or command.id in ALWAYS or (command.for_agents and not now.agents):
            continue
        if now.afar and command.refusal(now) is not None:
            continue  # on other machines' board it will never work
        room -= _width(command, now) + GAP
        if room < 0:
            break
        chosen.append(command)
    keys: list[Key] = []
    x = 1
    for command in (*chosen, *kept):
        keys.append(Key(command, now.keys[command.id], label_of(command, now), x))
        x += _width(command, now) + GAP
    return keys


def keys_content(now: Situation, width: int) -> Line:
    parts: list[Line] = [styled(" ")]
    for key in keys_in(now, width):
        refused = key.command.refusal(now) is not None
        parts.append(styled(key.text, FAINT if refused else "$here"))
        parts.append(styled(f" {key.label}{'':{GAP}}", FAINT))
    return fit(line(*parts), width)


def label_of(command: Command, now: Situation) -> str:
    toggled = (command.id == "pause" and now.paused) or (command.id == "zoom" and now.zoomed)
    return TOGGLED[command.id] if toggled else command.label


def _width(command: Command, now: Situation) -> int:
    return cells(now.keys[command.id]) + 1 + cells(label_of(command, now))
