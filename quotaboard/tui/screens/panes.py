"""Goes from the board to the pane of an agent."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from textual.app import App

from quotaboard.domain.agent import Activity, Refusal
from quotaboard.poll.session import Moves
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.tmux import go_to_pane


def show_pane(app: App[Any], moves: Moves, agent: str) -> None:
    """Go there, or say why not. Asking the system happens in a thread."""

    async def go() -> None:
        reason = await asyncio.to_thread(_gone_to, moves, agent)
        if reason is not None:
            app.notify(shown(reason), markup=False, severity="warning")

    app.run_worker(go(), group="pane", exclusive=True)


def _gone_to(moves: Moves, agent: str) -> str | None:
    running = moves.running(agent)
    if isinstance(running, Refusal):
        return running.sentence
    if running.activity is Activity.STOPPED:
        return f"{agent} does not run now, so it has no pane."
    if not running.pids:
        return f"Which process of {agent} runs cannot be told."
    return go_to_pane(running.pids, os.environ)
