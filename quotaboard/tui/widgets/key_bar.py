"""The last line: the keys worth knowing now, from the table of commands."""

from __future__ import annotations

from textual import events

from quotaboard.tui.draw.commands import COMMANDS, Situation
from quotaboard.tui.draw.key_bar import keys_content, keys_in, label_of
from quotaboard.tui.draw.line import Line
from quotaboard.tui.messages import CommandChosen
from quotaboard.tui.widgets.lines import Lines


class KeyBar(Lines):
    """What does not fit is left out; help and quit never are."""

    def __init__(self) -> None:
        super().__init__()
        self._now = Situation()
        self._state: list[object] = []

    def show(self, now: Situation) -> None:
        # Most of what changes on the board changes nothing here.
        state: list[object] = [
            (command.refusal(now), label_of(command, now)) for command in COMMANDS if command.in_bar
        ]
        self._now = now
        if state != self._state:
            self._state = state
            self.redraw()

    def draw(self, width: int) -> tuple[Line, ...]:
        return (keys_content(self._now, width),)

    def on_click(self, event: events.Click) -> None:
        for key in keys_in(self._now, self.content_size.width):
            if 0 <= event.x - key.x < key.width:
                self.post_message(CommandChosen(key.command.id))
