"""What other programs are told: an advisory document, by which lanes may be avoided and nobody is steered."""

from __future__ import annotations

from datetime import datetime

from quotaboard.domain.board import Board, LaneView
from quotaboard.domain.document import Document, moment
from quotaboard.domain.holding import Policy, holds_until

SCHEMA = "quotaboard.snapshot/1"


def snapshot(board: Board, policy: Policy) -> Document:
    """Every lane with its verdict, and until when that may be believed. It holds no secret."""
    lanes = [_lane(view, policy, board.at) for view in board.lanes]
    seen = [view.judgement.observed_at for view in board.lanes if view.judgement.observed_at]
    ends = [end for view in board.lanes if (end := _fresh_until(view, policy, board.at)) is not None]
    return {
        "schema": SCHEMA,
        "observed_at": moment(max(seen, default=None)),
        "written_at": moment(board.at),
        "fresh_until": moment(min(ends, default=board.at)),
        "lanes": lanes,
        "agents": [
            {"name": agent.id, "active": agent.active, "lane": agent.lane.id if agent.lane else None}
            for agent in board.agents
        ],
    }


def kernel(document: Document) -> object:
    """What is news in it: verdicts, not when they were seen."""
    told = ("id", "verdict", "reason", "confidence", "until")
    return ([[lane[key] for key in told] for lane in document["lanes"]], document["agents"])


def _lane(view: LaneView, policy: Policy, now: datetime) -> Document:
    lane, judgement = view.lane, view.judgement
    return {
        "id": lane.id,
        "credential": lane.credential,
        "provider": lane.provider,
        "model": lane.model,
        "shape": lane.shape,
        "client": lane.client.value,
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
        "blocked": judgement.blocked,
        "confidence": _confidence(view),
        "until": moment(judgement.until),
        "observed_at": moment(judgement.observed_at),
        "fresh_until": moment(_fresh_until(view, policy, now)),
    }


def _confidence(view: LaneView) -> str:
    """`observed`, `inferred` from a neighbour or a meter, `suspected`, or `none`."""
    judgement = view.judgement
    if judgement.observed_at is None or judgement.stale:
        return "none"
    if not judgement.confirmed:
        return "suspected"
    inferred = judgement.inferred_from is not None or judgement.rule.startswith(("meters.", "forecast."))
    return "inferred" if inferred else "observed"


def _fresh_until(view: LaneView, policy: Policy, now: datetime) -> datetime | None:
    """None for what is not known: there is nothing in it to believe."""
    until = None if view.judgement.stale else holds_until(view.judgement, policy)
    return until if until is not None and until > now else None
