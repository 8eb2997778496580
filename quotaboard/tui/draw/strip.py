"""The board in one to three lines: what is wrong, each credential in a few words, and the way out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from quotaboard.domain.advice import advise
from quotaboard.domain.board import AgentView, Board, CredentialView, LaneView
from quotaboard.tui.draw.agents import is_loud, led_lane, word_of
from quotaboard.tui.draw.figures import ahead, countdown
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.gauge import figure_content
from quotaboard.tui.draw.header import (
    ROOM_FOR_WORDS,
    Pulse,
    Tally,
    brief_content,
    counts_content,
    next_content,
    tally_of,
)
from quotaboard.tui.draw.line import EMPTY, Line, between, fit, joined, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.roster import fullest_shown
from quotaboard.tui.draw.story import sentence
from quotaboard.tui.draw.words import (
    BLOCKED_STYLE,
    FAINT,
    lane_style,
    lane_word,
    lane_words,
    loudest,
    loudness,
    window_words,
)

ROOM_FOR_ONE = 12
"""Cells that a credential takes at least, beside the agents."""
BAR = styled(" │ ", "$edge")


def strip_lines(
    board: Board,
    views: Sequence[CredentialView],
    page: Page,
    pulse: Pulse,
    height: int,
    *,
    tally: Tally | None = None,
) -> list[Line]:
    """So many lines: the credentials, the loudest first; the counts above them; why it is so, below."""
    counted = tally or tally_of(board.credentials)
    agents = agents_content(board, page)
    told = line(agents, BAR.trimmed()) if agents else EMPTY
    rest = page.wide(max(page.width - told.width, 1))
    beside = credentials_content(views, rest) if rest.width >= ROOM_FOR_ONE else EMPTY
    credentials = fit(line(told, beside) if beside else agents, page.width)
    if height <= 1:
        return [credentials]
    right = _right(board, page, pulse)
    room = max(page.width - right.width - 2, 0)
    counts = between(line(" ", counts_content(counted, room)).cut(room + 1), right, page.width)
    if height == 2:
        return [counts, credentials]
    return [counts, credentials, fit(reason_content(board, views, page), page.width)]


def _right(board: Board, page: Page, pulse: Pulse) -> Line:
    """On a narrow pane the counts have the room, unless asking has stopped."""
    if page.width >= ROOM_FOR_WORDS or pulse.paused:
        return line(next_content(board, page, pulse), " ")
    return brief_content(board, page)


def agents_content(board: Board, page: Page) -> Line:
    """` hermes GATED → openrouter`: the agents that cannot work, as far as half the line goes."""
    loud = [one for one in board.agents if is_loud(one)]
    for count in range(len(loud), 0, -1):
        more = styled(f"+{len(loud) - count}", BLOCKED_STYLE) if count < len(loud) else None
        told = [_agent_content(one, board, page) for one in loud[:count]]
        said = line(" ", joined((*told, more), BAR))
        if said.width <= page.width // 2 or count == 1:
            return said
    return EMPTY


def _agent_content(agent: AgentView, board: Board, page: Page) -> Line:
    best = advise(agent, board).best
    to = f" → {shown(best.name)}" if best is not None and not best.profile.active else ""
    most = page.width // 2 if page.width >= ROOM_FOR_WORDS else page.width * 2 // 3
    return line((shown(agent.id), "bold"), " ", word_of(agent), (to, FAINT)).cut(max(most, 12))


def credentials_content(views: Sequence[CredentialView], page: Page) -> Line:
    """`max GATED 5h 3 % │ work SPENT 2h 00m │ +3`: as many as fit; a narrow pane has words alone."""
    if not views:
        return styled(" no credential", FAINT)
    ordered = sorted(views, key=_loudness)
    full = _as_many(ordered, [credential_content(view, page) for view in ordered], page)
    if page.width >= ROOM_FOR_WORDS or full.told == len(ordered):
        return full.line
    brief = _as_many(ordered, [credential_content(view, page, brief=True) for view in ordered], page)
    return brief.line if brief.told > full.told else full.line


class Fitted(NamedTuple):
    """How many credentials a line tells of."""

    told: int
    line: Line


def _as_many(ordered: Sequence[CredentialView], parts: Sequence[Line], page: Page) -> Fitted:
    for count in range(len(parts), 0, -1):
        rest = len(parts) - count
        blocked = sum(any(lane.judgement.blocked for lane in view.lanes) for view in ordered[count:])
        more = styled(f"+{rest}", "$lane-blocked" if blocked else FAINT) if rest else None
        said = line(" ", joined((*parts[:count], more), BAR))
        if said.width <= page.width:
            return Fitted(count, said)
    return Fitted(1, line(" ", parts[0]).cut(page.width))


def credential_content(view: CredentialView, page: Page, *, brief: bool = False) -> Line:
    """Name, word, and until when; else its fullest window. The brief one has no more than the word."""
    lane = loudest(view.lanes)
    parts: list[str | Line | tuple[str, str]] = [(shown(view.credential.name), "bold")]
    if view.trouble is not None and lane is None:
        return line(*parts, (" in trouble", "$lane-near"))
    if lane is not None:
        parts += [" ", (lane_word(lane.judgement), lane_style(lane.judgement))]
        until = lane.judgement.until
        if lane.judgement.blocked and until is not None and until > page.now:
            return line(*parts) if brief else line(*parts, f" {countdown(page.until(until))}")
    if view.windows and not (brief and lane is not None):
        window = fullest_shown(view.windows, page)
        parts += [" ", (window_words(window.sighting.window), FAINT), " ", figure_content(window, page)]
    return line(*parts)


def reason_content(board: Board, views: Sequence[CredentialView], page: Page) -> Line:
    """Why the lane of the loudest agent is as it is, else the loudest lane, in one sentence."""
    led = led_lane(board)
    found = [(view, lane) for view in board.credentials for lane in view.lanes if lane.lane.id == led]
    found = found or [(view, lane) for view in views if (lane := loudest(view.lanes)) is not None]
    if not found:
        return EMPTY
    view, lane = min(found, key=lambda pair: loudness(pair[1].judgement))
    if lane.judgement.blocked is False and not lane.judgement.summary:
        return EMPTY
    if page.width < ROOM_FOR_WORDS:  # whose it is stands first in the line above
        return line(" ", _said(lane, view, page))
    return line((f" {lane_words(lane.lane)}: ", FAINT), _said(lane, view, page))


def _said(lane: LaneView, view: CredentialView, page: Page) -> str:
    said = sentence(lane) or (view.trouble or "")
    until = lane.judgement.until
    if not said and until is not None:
        return f"open again {ahead(page.until(until))}"
    return said


def _loudness(view: CredentialView) -> tuple[int, int]:
    lane = loudest(view.lanes)
    return loudness(lane.judgement) if lane is not None else (99, 99)
