"""What changed between two boards that a person cannot see where they are."""

from __future__ import annotations

from quotaboard.domain.board import Board, LaneView
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.memory import replaced
from quotaboard.tui.draw.words import lane_words, verdict_word


def news_of(before: Board, after: Board, seen: frozenset[str] | set[str]) -> str | None:
    """One sentence on lanes that began or ceased to serve and are not on the screen; None without such news.

    What was unknown before is no news: a board that fills at its start would shout.
    """
    views = after.credentials
    touched = [(was, views[at]) for was, at in replaced(before.credentials, views) if was is not None]
    known = {lane.lane.id: lane for was, _ in touched for lane in was.lanes}
    changed = [
        lane
        for _, view in touched
        for lane in view.lanes
        if lane.lane.id not in seen and (old := known.get(lane.lane.id)) is not None and _matters(old, lane)
    ]
    if not changed:
        return None
    first = changed[0]
    said = f"{lane_words(first.lane)} is {verdict_word(first.judgement.verdict)} now"
    more = len(changed) - 1
    return f"{said}, and {more} more changed." if more else f"{said}."


def _matters(old: LaneView, new: LaneView) -> bool:
    before, after = old.judgement.verdict, new.judgement.verdict
    if Verdict.UNKNOWN in {before, after} or before is after:
        return False
    return before.blocked != after.blocked or Verdict.PAID in {before, after}
