"""The table of commands as Textual's bindings."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding

from quotaboard.tui.draw.commands import Command


def bindings_of(commands: Iterable[Command]) -> list[Binding]:
    """The keys as Textual wants them. Their ids are the keys of a user's keymap."""
    return [
        Binding(
            ",".join(command.keys),
            f"command('{command.id}')",
            command.label,
            tooltip=command.help,
            id=command.id,
        )
        for command in commands
    ]
