"""The status as text: aligned columns, a verdict word in each cell, and the reasons below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from quotaboard.domain.board import Board, CredentialView, LaneView, WindowView
from quotaboard.domain.lane import Client
from quotaboard.domain.figures import ago, countdown, percent
from quotaboard.domain.words import found_words, lane_word, overage_words, plan_words, shown, window_words


def status_lines(board: Board) -> Iterator[str]:
    """Every credential with its windows and lanes, then why those that do not serve do not."""
    for number, view in enumerate(board.credentials):
        if number:
            yield ""
        yield " · ".join(part for part in (view.credential.name, plan_words(view.credential), found_words(view.credential)) if part)
        if view.trouble:
            yield f"  {shown(view.trouble)}"
        for window in view.windows:
            yield f"  {_window_line(window, board.at)}"
        if words := overage_words(view.overage):
            yield f"  {words}"
        yield from (f"  {line}" for line in _matrix(view))
    yield from _reasons(board)


def lane_lines(view: LaneView, now: datetime) -> Iterator[str]:
    """One lane in full."""
    judgement = view.judgement
    seen = f", seen {ago(now - judgement.observed_at)}" if judgement.observed_at else ""
    yield f"{view.lane.id}: {lane_word(judgement)}{seen}"
    yield shown(judgement.summary)
    for number, option in enumerate(judgement.options, 1):
        yield f"  {number}. {shown(option)}"


def _window_line(view: WindowView, now: datetime) -> str:
    window = view.sighting.window
    used = "not known" if window.utilization is None else percent(window.utilization)
    resets = ""
    if window.resets_at is not None and window.resets_at > now:
        resets = f"resets in {countdown(window.resets_at - now)}"
    age = f"seen {ago(now - view.sighting.observed_at)}" if view.stale else ""
    return f"{window_words(window):<14}{used:>10}   {'   '.join(part for part in (resets, age) if part)}".rstrip()


def _matrix(view: CredentialView) -> Iterator[str]:
    columns = list(dict.fromkeys((lane.lane.shape, lane.lane.client) for lane in view.lanes))
    models = list(dict.fromkeys(lane.lane.model for lane in view.lanes))
    if not models:
        return
    cells = {(lane.lane.model, lane.lane.shape, lane.lane.client): lane_word(lane.judgement) for lane in view.lanes}
    width = max(map(len, models))
    heads = [shape if client is Client.DIRECT else client.value for shape, client in columns]
    widths = [max(len(head), 8) for head in heads]
    yield f"{'':<{width}}   " + "  ".join(f"{head:<{w}}" for head, w in zip(heads, widths, strict=True)).rstrip()
    for model in models:
        row = [cells.get((model, *column), "") for column in columns]
        yield f"{model:<{width}}   " + "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip()


def _reasons(board: Board) -> Iterator[str]:
    """Each different reason once, with the lanes that it holds for."""
    told: dict[str, list[LaneView]] = {}
    for lane in board.lanes:
        if lane.judgement.blocked or lane.judgement.verdict == "paid":
            told.setdefault(lane.judgement.summary, []).append(lane)
    for summary, lanes in told.items():
        yield ""
        yield f"{lane_word(lanes[0].judgement)}: {', '.join(lane.lane.id for lane in lanes)}"
        yield f"  {shown(summary)}"
        yield from (f"    {number}. {shown(option)}" for number, option in enumerate(lanes[0].judgement.options, 1))
