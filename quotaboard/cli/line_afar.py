"""The rows of the line for a fleet: what the store gives at a glance, from the board of other machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotaboard.poll.asking import Patience
from quotaboard.store.times import maybe_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotaboard.domain.board import Board, WindowView
    from quotaboard.store.glance import AgentRow, LaneRow, WindowRow

BRIEFLY = Patience(connect=1.0, silence=2.0, whole=3.0)
"""A bar that is drawn every few seconds does not wait for a server that is slow."""


def lane_rows(board: Board) -> Iterator[LaneRow]:
    for view in board.lanes:
        lane, known = view.lane, view.judgement
        yield (
            *(lane.credential, lane.model, lane.shape, lane.client.value, known.verdict.value, known.reason),
            *(maybe_ms(known.until), to_ms(view.since or board.at), None, int(known.confirmed)),
            known.was.value if known.was else None,
        )


def window_rows(board: Board) -> Iterator[WindowRow]:
    """Of each credential those first that count for every model, the shortest before the others."""
    for view in board.credentials:
        for one in sorted(view.windows, key=_order):
            seen = one.sighting
            window, at = seen.window, to_ms(seen.observed_at)
            name = view.credential.name
            yield (name, window.name, window.utilization, maybe_ms(window.resets_at), at, window.model)


def agent_rows(board: Board) -> Iterator[AgentRow]:
    """What each sends now; what it could send is known on its own machine alone."""
    for view in board.agents:
        if (lane := view.lane) is not None:
            way = (lane.credential, lane.model, lane.shape, lane.client.value)
            yield (view.id, 1, view.active or "", *way, 1)


def _order(one: WindowView) -> tuple[bool, int, str]:
    window = one.sighting.window
    return (window.model is not None, window.seconds or 0, window.name)
