"""What is known at the moment of a request: read from the store, never asked of a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from quotaboard.domain.board import Board
from quotaboard.poll.view import board_of
from quotaboard.store.budget import Spent
from quotaboard.store.opening import open_store
from quotaboard.store.trouble import StoreTrouble, TroubleKind


@dataclass(frozen=True, slots=True)
class Known:
    """The board, and what looking has cost since the beginning, by credential."""

    board: Board
    spent: Mapping[str, Spent] = field(default_factory=dict)
    readable: bool = True
    """Whether the store could be read; one that is not there yet is an empty one."""


Ask = Callable[[], Known]


def known_in(folder: Path, clock: Callable[[], datetime]) -> Known:
    """What the store of that state folder knows now."""
    now = clock()
    try:
        with open_store(folder, now=now, readonly=True) as store:
            return Known(board_of(store, now), store.budget.ever_spent())
    except StoreTrouble as trouble:
        if trouble.kind is TroubleKind.MISSING:
            return Known(Board(at=now))
        return Known(Board(at=now, trouble=trouble.sentence), readable=False)
