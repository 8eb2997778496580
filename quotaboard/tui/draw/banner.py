"""One line for what holds for the whole board: paused, no network, watched by another pane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from quotaboard.config.keymap import SHOWN
from quotaboard.domain.board import Board
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.words import FAINT

NETWORK_REASONS = frozenset({"dns", "connect", "timeout", "tls"})
ALARM = "$lane-near"


class Notice(NamedTuple):
    """A sentence and how loud it is."""

    text: str
    style: str = FAINT


def notices_of(
    board: Board,
    *,
    paused: bool,
    stopped: str | None,
    filtered: str | None,
    keys: Mapping[str, str] = SHOWN,
) -> tuple[Notice, ...]:
    """What must be said now, most pressing first. At most two, so that the lanes keep their room."""
    found: list[Notice] = []
    if stopped is not None:
        found.append(Notice(stopped, ALARM))
    if board.trouble is not None:
        found.append(Notice(shown(board.trouble), ALARM))
    if is_offline(board):
        found.append(Notice("no network: nothing answers; each lane keeps what was last seen", ALARM))
    if paused:
        found.append(Notice(f"paused: nothing is asked until you press {keys['pause']}", ALARM))
    if filtered is not None:
        found.append(Notice(filtered))
    if board.watched_elsewhere:
        found.append(Notice("watched by another quotaboard: it asks, this one reads along"))
    return tuple(found[:2])


def is_offline(board: Board) -> bool:
    """Every lane that was looked at is out of reach, for a reason that lies on the way there."""
    looked_at = False
    for view in board.credentials:
        for lane in view.lanes:
            judgement = lane.judgement
            if judgement.observed_at is None:
                continue
            looked_at = True
            if judgement.verdict is not Verdict.UNAVAILABLE or judgement.reason not in NETWORK_REASONS:
                return False
    return looked_at
