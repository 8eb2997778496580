"""Keeps in the store which profiles each agent is advised, for whoever only has a few milliseconds."""

from __future__ import annotations

from quotaboard.domain.advice import may_go_to
from quotaboard.domain.board import Board
from quotaboard.store.glance import ADVISED
from quotaboard.store.store import Store


def keep_advice(store: Store, board: Board) -> None:
    """Written when it becomes another; no change that anybody is told of."""
    if not board.agents:
        return
    lines = ("\t".join((agent.id, *may_go_to(agent, board))) for agent in board.agents)
    store.notes.set(ADVISED, "\n".join(lines))
