"""The first line: what is wrong in numbers, and what looking costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from quotaboard.domain.board import Board, CredentialView
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.agents import blocked_words
from quotaboard.tui.draw.figures import count_of, countdown, tokens
from quotaboard.tui.draw.line import Line, between, joined, line, styled
from quotaboard.tui.draw.memory import unlike
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import BLOCKED_STYLE, FAINT, verdict_style

NAME = "quotaboard"
SEPARATOR = styled(" · ", FAINT)
ROOM_FOR_WORDS = 60
ROOM_FOR_MUTED = 100
"""Where it is narrower, that alerts are muted stands in the place of the next look."""

ROOM_FOR_PLAYED = 40
"""Where it is narrower, that this is a demo stands in the place of what was spent, which is pretended too."""


class Pulse(NamedTuple):
    """What the session is doing."""

    busy: bool = False
    paused: bool = False


class Tally(NamedTuple):
    """How many lanes there are, and of which kinds."""

    total: int = 0
    blocked: int = 0
    billed: int = 0
    near: int = 0
    unknown: int = 0


def tally_of_one(view: CredentialView) -> Tally:
    verdicts = [lane.judgement for lane in view.lanes]
    return Tally(
        len(verdicts),
        sum(one.blocked is True for one in verdicts),
        sum(one.verdict is Verdict.PAID for one in verdicts),
        sum(one.verdict is Verdict.NEAR_LIMIT for one in verdicts),
        sum(one.blocked is None for one in verdicts),
    )


def added(tallies: Iterable[Tally]) -> Tally:
    columns = list(zip(*tallies, strict=True))
    return Tally(*map(sum, columns)) if columns else Tally()


class RunningTally:
    """The sum of many tallies, most of which are the very same as the last time."""

    def __init__(self) -> None:
        self._parts: Sequence[Tally] = ()
        self._sum = Tally()

    def of(self, parts: Sequence[Tally]) -> Tally:
        if parts is self._parts:
            return self._sum
        if len(parts) != len(self._parts):
            self._sum = added(parts)
        else:
            for at in unlike(self._parts, parts):
                changed = zip(self._sum, self._parts[at], parts[at], strict=True)
                self._sum = Tally(*(total - old + new for total, old, new in changed))
        self._parts = parts
        return self._sum


def tally_of(views: Iterable[CredentialView]) -> Tally:
    return added(map(tally_of_one, views))


def header_content(board: Board, page: Page, pulse: Pulse, tally: Tally | None = None) -> Line:
    if page.width < ROOM_FOR_WORDS:
        name, right = styled(" "), brief_content(board, page)
    else:
        name = styled(f" {NAME}    ", "bold $here")
        right = line(next_content(board, page, pulse), " ")
    room = page.width - name.width - right.width
    agents = blocked_words(board)
    left = room - 1 - (agents.width + SEPARATOR.width if agents else 0)
    counts = counts_content(tally or tally_of(board.credentials), left)
    if agents:
        # Whether agents can work comes first, and stays where lanes do not fit.
        counts = joined((agents, counts if counts.width <= left else None), SEPARATOR)
    return between(line(name, counts), right, page.width)


def counts_content(tally: Tally, width: int) -> Line:
    """`5 of 18 lanes blocked · 1 billed`; quiet when nothing is wrong. What does not fit is left out."""
    total, _, billed, near, unknown = tally
    if not total:
        return styled("no lanes yet", FAINT)
    others = [
        styled(f"{billed} billed", verdict_style(Verdict.PAID)) if billed else None,
        styled(f"{near} near", verdict_style(Verdict.NEAR_LIMIT)) if near else None,
        styled(f"{unknown} not known", FAINT) if unknown else None,
    ]
    for lanes in (" lanes", ""):
        first = _blocked(tally, lanes, quiet=not unknown)
        for kept in range(len(others), 0 if lanes else -1, -1):
            said = joined((first, *others[:kept]), SEPARATOR)
            if said.width <= width:
                return said
    return joined((_blocked(tally, "", quiet=not unknown), *others[:1]), SEPARATOR)


def _blocked(tally: Tally, lanes: str, *, quiet: bool) -> Line | None:
    total = tally.total
    if tally.blocked:
        return styled(f"{tally.blocked} of {total}{lanes} blocked", BLOCKED_STYLE)
    if not quiet:
        return None
    return styled("the one lane serves" if total == 1 else f"all {total}{lanes} serve", FAINT)


def next_content(board: Board, page: Page, pulse: Pulse) -> Line:
    """When the next look is due, and what the looks of today cost."""
    spent = None if board.afar else styled(f"{tokens(board.tokens_today)} today", FAINT)
    muted = muted_content(board)
    if pulse.paused:
        doing = styled("paused", "$lane-near")
    elif pulse.busy:
        doing = styled("looking now", FAINT)
    elif board.next_look_at is None:
        doing = None
    else:
        doing = styled(f"next look {countdown(page.until(board.next_look_at))}", FAINT)
    if muted is not None and page.width < ROOM_FOR_MUTED and not pulse.paused:
        doing = None
    return joined((_played(page), muted, doing, spent), SEPARATOR)


def brief_content(board: Board, page: Page) -> Line:
    """The same where there is hardly room: `muted · 61 tok`."""
    told = joined((_played(page), muted_content(board, brief=True)), SEPARATOR)
    if board.afar or (page.played and page.width < ROOM_FOR_PLAYED):
        return line(told, " ")
    return joined((told or None, styled(f"{count_of(board.tokens_today)} tok ", FAINT)), SEPARATOR)


def _played(page: Page) -> Line | None:
    """That it is a demo or a replay."""
    return styled(page.played, FAINT) if page.played else None


def muted_content(board: Board, *, brief: bool = False) -> Line | None:
    """Why nobody is called now; None when alerts are told."""
    if board.muted:
        return styled("muted" if brief else "alerts muted", "$lane-near")
    if board.quiet_until is not None:
        return styled("quiet" if brief else f"quiet until {board.quiet_until:%H:%M}", FAINT)
    return None
