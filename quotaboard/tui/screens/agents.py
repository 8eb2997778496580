"""The cursor on the strip of agents, over the board that shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from quotaboard.tui.screens.leaving import Leaving


class AgentWish(NamedTuple):
    """What a person wants of an agent."""

    agent: str
    command: str
    """`switch`, `undo` or `pane`."""


class AgentsScreen(Leaving[AgentWish | None], ModalScreen[AgentWish | None]):
    """None when it was left."""

    DEFAULT_CSS = "AgentsScreen { background: transparent; }"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "previous", show=False, id="up"),
        Binding("down,j", "step(1)", "next", show=False, id="down"),
        Binding("enter", "wish('pane')", "its pane", show=False),
        Binding("s", "wish('switch')", "switch", show=False, id="switch"),
        Binding("u", "wish('undo')", "undo", show=False, id="undo"),
        Binding("escape,a,q,tab", "leave", "back", show=False),
    ]

    def __init__(self, agents: Sequence[str], here: str, point: Callable[[str], None]) -> None:
        super().__init__()
        self._agents = list(agents)
        self._here = here
        self._point = point

    def action_step(self, by: int) -> None:
        """Down from the last one is back to the cards."""
        there = self._agents.index(self._here) + by
        if there >= len(self._agents):
            self.leave(None)
            return
        self._here = self._agents[max(there, 0)]
        self._point(self._here)

    def action_wish(self, command: str) -> None:
        self.leave(AgentWish(self._here, command))

    def action_leave(self) -> None:
        self.leave(None)

    def on_click(self) -> None:
        self.leave(None)
