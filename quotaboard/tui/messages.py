"""What happens on the screen, in the past tense; read from top to bottom it is the story of the board."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class BoardChanged(Message):
    """Something new was stored."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, BoardChanged)


@dataclass
class LanePointed(Message):
    """A person clicked on a credential, and perhaps on one of its lanes."""

    credential: str
    lane: str | None
    opened: bool = False
    """Clicked twice: wants the whole story."""


@dataclass
class AgentPointed(Message):
    """A person clicked on an agent."""

    agent: str


@dataclass
class CommandChosen(Message):
    """A person clicked on a command in the bar at the bottom."""

    command: str


@dataclass
class FilterTyped(Message):
    """The filter says something else now."""

    text: str


@dataclass
class FilterClosed(Message):
    """The filter line was left."""

    kept: bool
