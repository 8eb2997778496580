"""The first line: what is wrong in numbers, and what looking costs."""

from __future__ import annotations

from typing import NamedTuple

from quotaboard.domain.board import Board
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.figures import count_of, countdown, tokens
from quotaboard.tui.draw.line import Line, between, joined, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import BLOCKED_STYLE, FAINT, verdict_style

NAME = "quotaboard"
SEPARATOR = styled(" · ", FAINT)
ROOM_FOR_WORDS = 60


class Pulse(NamedTuple):
    """What the session is doing."""

    busy: bool = False
    paused: bool = False


def header_content(board: Board, page: Page, pulse: Pulse) -> Line:
    if page.width < ROOM_FOR_WORDS:
        name, right = styled(" "), styled(f"{count_of(board.tokens_today)} tok ", FAINT)
    else:
        name = styled(f" {NAME}    ", "bold $here")
        right = line(next_content(board, page, pulse), " ")
    room = page.width - name.width - right.width
    return between(line(name, counts_content(board, room - 1)), right, page.width)


def counts_content(board: Board, width: int) -> Line:
    """`5 of 18 lanes blocked · 1 billed`; quiet when nothing is wrong. What does not fit is left out."""
    total = len(board.lanes)
    if not total:
        return styled("no lanes yet", FAINT)
    billed, near = board.count(Verdict.PAID), board.count(Verdict.NEAR_LIMIT)
    unknown = sum(lane.judgement.blocked is None for lane in board.lanes)
    others = [
        styled(f"{billed} billed", verdict_style(Verdict.PAID)) if billed else None,
        styled(f"{near} near", verdict_style(Verdict.NEAR_LIMIT)) if near else None,
        styled(f"{unknown} not known", FAINT) if unknown else None,
    ]
    for lanes in (" lanes", ""):
        first = _blocked(board, total, lanes, quiet=not unknown)
        for kept in range(len(others), 0 if lanes else -1, -1):
            said = joined((first, *others[:kept]), SEPARATOR)
            if said.width <= width:
                return said
    return joined((_blocked(board, total, "", quiet=not unknown), *others[:1]), SEPARATOR)


def _blocked(board: Board, total: int, lanes: str, *, quiet: bool) -> Line | None:
    if board.blocked:
        return styled(f"{board.blocked} of {total}{lanes} blocked", BLOCKED_STYLE)
    if not quiet:
        return None
    return styled("the one lane serves" if total == 1 else f"all {total}{lanes} serve", FAINT)


def next_content(board: Board, page: Page, pulse: Pulse) -> Line:
    """When the next look is due, and what the looks of today cost."""
    spent = styled(f"{tokens(board.tokens_today)} today", FAINT)
    if pulse.paused:
        doing = styled("paused", "$lane-near")
    elif pulse.busy:
        doing = styled("looking now", FAINT)
    elif board.next_look_at is None:
        doing = None
    else:
        doing = styled(f"next look {countdown(page.until(board.next_look_at))}", FAINT)
    return joined((doing, spent), SEPARATOR)
