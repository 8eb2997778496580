"""Keeps what other programs read: which profiles each agent is advised, and the advisory file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from quotaboard.config.values import Config
from quotaboard.domain.advice import may_go_to
from quotaboard.domain.board import Board
from quotaboard.domain.holding import Policy
from quotaboard.poll.place import Place
from quotaboard.poll.snapshots import SnapshotFile
from quotaboard.poll.view import board_of
from quotaboard.store.glance import ADVISED
from quotaboard.store.store import Store

AT_MOST_EVERY = 1.0
"""Seconds. It takes a whole board, and others look at it now and then."""


class Adviser:
    """Keeps both up to date while somebody asks."""

    def __init__(self, config: Config, place: Place, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._file = _advisory_file(config, place)
        self._version: int | None = None
        """Of the store, when both were written."""
        self._next_at = 0.0

    def turn(self, store: Store, at: float) -> None:
        """Write what has become another; `at` is the time of the loop. Raises StoreTrouble."""
        version = store.version()
        if version == self._version or at < self._next_at:
            return
        if self._file is not None or store.agents.all():
            board = board_of(store, self._clock())
            keep_advice(store, board)
            if self._file is not None:
                self._file.update(board)
        self._version, self._next_at = version, at + AT_MOST_EVERY


def keep_advice(store: Store, board: Board) -> None:
    """For whoever only has a few milliseconds. No change that anybody is told of."""
    if not board.agents:
        return
    lines = ("\t".join((agent.id, *may_go_to(agent, board))) for agent in board.agents)
    store.notes.set(ADVISED, "\n".join(lines))


def _advisory_file(config: Config, place: Place) -> SnapshotFile | None:
    path = config.snapshot.path
    if path is None:
        return None
    home = str(place.home)
    expanded = path.replace("~", home, 1) if path == "~" or path.startswith("~/") else path
    return SnapshotFile(Path(expanded), Policy(stale_after=config.poll.stale_after))
