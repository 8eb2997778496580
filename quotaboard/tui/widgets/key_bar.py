"""The last line: the keys worth knowing now, from the table of commands."""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.content import Content

from quotaboard.tui.commands import COMMANDS, Command, Situation
from quotaboard.tui.messages import CommandChosen
from quotaboard.tui.text import fit, styled
from quotaboard.tui.widgets.lines import Lines
from quotaboard.tui.words import FAINT

GAP = 2
ALWAYS = ("help", "quit")
TOGGLED = {"pause": "go on", "zoom": "unzoom"}


class Key(NamedTuple):
    """A command in the bar, and the cells it takes."""

    command: Command
    label: str
    x: int

    @property
    def width(self) -> int:
        return len(self.command.key) + 1 + len(self.label)


class KeyBar(Lines):
    """What does not fit is left out; help and quit never are."""

    def __init__(self) -> None:
        super().__init__()
        self._now = Situation()

    def show(self, now: Situation) -> None:
        self._now = now
        self.redraw()

    def draw(self, width: int) -> tuple[Content, ...]:
        return (bar_content(self._now, width),)

    def on_click(self, event: events.Click) -> None:
        for key in keys_in(self._now, self.content_size.width):
            if 0 <= event.x - key.x < key.width:
                self.post_message(CommandChosen(key.command.id))


def keys_in(now: Situation, width: int) -> list[Key]:
    """The commands that fit, in the order of the table, with help and quit at the end."""
    kept = [command for command in COMMANDS if command.in_bar and command.id in ALWAYS]
    room = width - 1 - sum(_width(command, now) + GAP for command in kept)
    chosen: list[Command] = []
    for command in COMMANDS:
        if not command.in_bar or command.id in ALWAYS:
            continue
        room -= _width(command, now) + GAP
        if room < 0:
            break
        chosen.append(command)
    keys: list[Key] = []
    x = 1
    for command in (*chosen, *kept):
        keys.append(Key(command, label_of(command, now), x))
        x += _width(command, now) + GAP
    return keys


def bar_content(now: Situation, width: int) -> Content:
    parts: list[Content] = [Content(" ")]
    for key in keys_in(now, width):
        refused = key.command.refusal(now) is not None
        parts.append(styled(key.command.key, FAINT if refused else "$here"))
        parts.append(styled(f" {key.label}{'':{GAP}}", FAINT))
    return fit(Content.assemble(*parts), width)


def label_of(command: Command, now: Situation) -> str:
    toggled = (command.id == "pause" and now.paused) or (command.id == "zoom" and now.zoomed)
    return TOGGLED[command.id] if toggled else command.label


def _width(command: Command, now: Situation) -> int:
    return len(command.key) + 1 + len(label_of(command, now))
