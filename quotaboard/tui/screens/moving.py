"""What the board does with agents: which one is meant, and the screens for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual.app import App

from quotaboard.domain.board import AgentView, Board, LaneView
from quotaboard.poll.session import Session
from quotaboard.tui.draw.agents import Told, is_blocked, is_loud, told_of
from quotaboard.tui.draw.chooser import Entry
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.page import Page

if TYPE_CHECKING:
    from quotaboard.tui.screens.switch import SwitchScreen

LONG = 20
"""Seconds that a sentence stays which nobody can look up later."""


class Moving:
    """The way from the board to the switch screen."""

    def __init__(self, session: Session, clock: Callable[[], datetime], *, readonly: bool) -> None:
        self._session = session
        self._clock = clock
        self._readonly = readonly
        self._open: SwitchScreen | None = None

    @property
    def shows(self) -> bool:
        """Whether the switch screen is open, which tells what becomes of its agent."""
        return self._open is not None

    def renew(self, board: Board) -> None:
        """The screen that is open shows what is known now."""
        if self._open is not None and self._open.is_mounted:
            self._open.take(board)

    def look_behind(self, app: App[Any]) -> None:
        """Finish the undos whose time has come, and tell of what crashes left; off the event loop."""

        def look() -> list[str]:
            moves = self._session.switching()
            refusals = [] if self._readonly else moves.settle()
            left = [one.sentence for one in moves.recover()]
            return [*(one.sentence for one in refusals), *left]

        async def tell() -> None:
            for sentence in await asyncio.to_thread(look):
                app.notify(shown(sentence), markup=False, severity="warning", timeout=LONG)

        app.run_worker(tell(), group="behind", exit_on_error=False)

    def start(self, app: App[Any], board: Board, lane: LaneView | None, command: str) -> None:
        """`switch` or `undo` the agent that is meant; ask which when that is not plain."""
        from quotaboard.tui.screens.chooser import Chooser  # brings the text input

        meant = agent_meant(board, lane)
        if command == "undo":
            meant = self._moved_last(board, meant) or meant
        if meant is not None:
            self.open(app, board, meant.id, command)
            return

        def chosen(agent: str | None) -> None:
            if agent is not None:
                self.open(app, board, agent, command)

        app.push_screen(
            Chooser(agent_entries(board, Page(app.size.width, self._clock())), "which agent?"), chosen
        )

    def _moved_last(self, board: Board, meant: AgentView | None) -> AgentView | None:
        """Whose switch can be taken back: that of the agent that is meant, else the newest one."""
        moves = self._session.switching()
        moved = {one.id: at for one in board.agents if (at := moves.stands_since(one.id)) is not None}
        if meant is not None and meant.id in moved:
            return meant
        return max(
            (one for one in board.agents if one.id in moved), key=lambda one: moved[one.id], default=None
        )

    def open(self, app: App[Any], board: Board, agent: str, command: str) -> None:
        """The switch screen of this agent, which takes back the newest switch at once for `undo`."""
        from quotaboard.tui.screens.switch import SwitchScreen  # brings what reads agents

        found = next((one for one in board.agents if one.id == agent), None)
        if found is None:
            return
        self._open = SwitchScreen(
            found, board, self._session, self._clock, readonly=self._readonly, undo=command == "undo"
        )
        app.push_screen(self._open, self._closed)

    def _closed(self, _: None) -> None:
        self._open = None

    def pane(self, app: App[Any], agent: str) -> None:
        """The tmux pane of this agent."""
        from quotaboard.tui.screens.panes import show_pane

        show_pane(app, self._session.switching(), agent)


def agent_meant(board: Board, lane: LaneView | None) -> AgentView | None:
    """The only agent there is, or the only one on the lane under the cursor; None when that is not plain."""
    if len(board.agents) == 1:
        return board.agents[0]
    here = [one for one in board.agents if lane is not None and one.lane == lane.lane]
    return here[0] if len(here) == 1 else None


def agent_entries(board: Board, page: Page) -> list[Entry]:
    """The agents, those that cannot work first."""
    ordered = sorted(board.agents, key=lambda one: (not is_blocked(one), not is_loud(one)))
    return [Entry(one.id, shown(one.id), about=_about(told_of(one, board, page))) for one in ordered]


def _about(told: Told) -> str:
    return f"{told.word.plain} {told.reason}".strip()
