"""Goes from the board to the pane of an agent, and asks to which one where it runs in several."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from textual.app import App

from quotaboard.domain.agent import Activity, Refusal
from quotaboard.poll.session import Moves
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.tmux import Pane, go_to_pane, panes_of


def show_pane(app: App[Any], moves: Moves, agent: str) -> None:
    """Go there, or say why not. Asking the system happens in a thread."""

    async def look() -> None:
        found = await asyncio.to_thread(_panes, moves, agent)
        if isinstance(found, str):
            _say(app, found)
        elif len(found) == 1:
            await _go(app, found[0].id)
        else:
            _ask(app, found, hidden=moves.hides_names)

    app.run_worker(look(), group="pane", exclusive=True)


def _panes(moves: Moves, agent: str) -> list[Pane] | str:
    running = moves.running(agent)
    if isinstance(running, Refusal):
        return running.sentence
    if running.activity is Activity.STOPPED:
        return f"{agent} does not run now, so it has no pane."
    if not running.pids:
        return f"Which process of {agent} runs cannot be told."
    return panes_of(running.pids, os.environ)


def _ask(app: App[Any], panes: list[Pane], *, hidden: bool) -> None:
    from quotaboard.tui.draw.entries import pane_entries
    from quotaboard.tui.screens.chooser import Chooser  # brings the text input

    def chosen(pane: str | None) -> None:
        if pane is not None:
            app.run_worker(_go(app, pane), group="pane", exclusive=True)

    app.push_screen(Chooser(pane_entries(panes, str(Path.home()), hidden=hidden), "which pane?"), chosen)


async def _go(app: App[Any], pane: str) -> None:
    if (reason := await asyncio.to_thread(go_to_pane, pane, os.environ)) is not None:
        _say(app, reason)


def _say(app: App[Any], sentence: str) -> None:
    app.notify(shown(sentence), markup=False, severity="warning")
