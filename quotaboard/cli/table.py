"""The status as text: aligned columns, a verdict word in each cell, and the reasons below.

It reads well aloud and without colour: every state is a word, and nothing depends on a sign beyond ASCII.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from quotaboard.domain.advice import Advice, advise
from quotaboard.domain.board import AgentView, Board, CredentialView, LaneView, WindowView
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.account_words import balance_words, note_words
from quotaboard.tui.draw.agents import NO_ROUTE, has_no_route, is_loud, model_brought, reason_of
from quotaboard.tui.draw.figures import age, ago, countdown, percent
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import (
    VERDICT_WORDS,
    found_words,
    lane_word,
    overage_words,
    plan_words,
    window_words,
)

UNKNOWN = "not known"
"""The board's dot is silent when it is read aloud."""

GAP = "  "


def status_lines(board: Board) -> Iterator[str]:
    """The agents, every credential with its windows and lanes, then why those that do not serve do not."""
    yield from _agents(board)
    for number, view in enumerate(board.credentials):
        if number:
            yield ""
        yield from _credential(view, board.at)
    yield from _reasons(board)


def lane_lines(view: LaneView, now: datetime) -> Iterator[str]:
    """One lane in full."""
    judgement = view.judgement
    seen = f", seen {ago(now - judgement.observed_at)}" if judgement.observed_at else ""
    yield f"{shown(view.lane.id)}: {cell_words(judgement)}{seen}"
    yield f"{GAP}{shown(judgement.summary)}"
    yield from _options(judgement)


def cell_words(judgement: Judgement) -> str:
    """The board's word for a verdict; one that is too old to rely on says what it was."""
    if judgement.stale:
        was = judgement.was or judgement.verdict
        return UNKNOWN if was is Verdict.UNKNOWN else f"was {VERDICT_WORDS[was]}"
    return UNKNOWN if judgement.verdict is Verdict.UNKNOWN else lane_word(judgement)


def verdict_words(verdict: Verdict) -> str:
    """The board's word for it, and words where the board has a dot."""
    return UNKNOWN if verdict is Verdict.UNKNOWN else VERDICT_WORDS[verdict]


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of texts as aligned lines."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield GAP.join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _agents(board: Board) -> Iterator[str]:
    """Each agent with what its next request will meet, and why; and the way out if that is not free."""
    if not board.agents:
        return
    advices = [advise(agent, board) for agent in board.agents]
    yield from columns([_agent(advice.agent, board) for advice in advices])
    for advice in advices:
        if is_loud(advice.agent):
            yield f"{GAP}{_way_out(advice)}"
    yield ""


def _way_out(advice: Advice) -> str:
    best, agent = advice.best, shown(advice.agent.id)
    if advice.agent.host is not None:  # its profiles are known there alone
        return f"See quotaboard on {shown(advice.agent.host)} for what helps {agent}."
    if best is None or best.profile.active:
        return f"Nothing else is open to {agent}."
    model = model_brought(best.profile, advice.agent)
    serves = f"{shown(best.name)} with {model}" if model else shown(best.name)
    return f"quotaboard switch {agent} {shown(best.name)}    ({serves} serves)"


def _agent(agent: AgentView, board: Board) -> Sequence[str]:
    reason = reason_of(agent, board, Page(0, board.at))
    if agent.trouble or agent.now is None:
        return (shown(agent.id), "cannot be read", "", "", reason)
    held = board.at - agent.since if agent.since else timedelta()
    since = f"for {age(held)}" if held >= timedelta(minutes=1) else ""
    word = NO_ROUTE if has_no_route(agent) else cell_words(agent.judgement)
    return (shown(agent.id), word, shown(agent.active or agent.now.provider), since, reason)


def _credential(view: CredentialView, now: datetime) -> Iterator[str]:
    credential = view.credential
    yield f"{shown(credential.name)}: {plan_words(credential)}, found in {found_words(credential)}"
    below: list[str] = []
    if view.hint:
        below.append(shown(view.hint))
    if view.trouble:
        below.append(shown(view.trouble))
    below += columns([_window(window, now) for window in view.windows])
    if words := overage_words(view.overage):
        below.append(words)
    if words := balance_words(view.balance):
        below.append(words)
    if words := note_words(view):
        below.append(shown(words))
    below += _matrix(view.lanes)
    yield from _indented(below)


def _window(view: WindowView, now: datetime) -> tuple[str, str, str, str]:
    window = view.sighting.window
    used = UNKNOWN if window.utilization is None else f"{percent(window.utilization)} used"
    resets_at = window.resets_at
    resets = f"resets in {countdown(resets_at - now)}" if resets_at is not None and resets_at > now else ""
    age = f"seen {ago(now - view.sighting.observed_at)}" if view.stale else ""
    return (window_words(window), used, resets, age)


def _matrix(lanes: Sequence[LaneView]) -> Iterator[str]:
    """Models down, shapes and clients across."""
    if not lanes:
        return
    words = [(view.lane, cell_words(view.judgement)) for view in lanes]
    kinds = list(dict.fromkeys((lane.shape, lane.client) for lane, _ in words))
    cells = {(lane.model, lane.shape, lane.client): word for lane, word in words}
    heads = [shown(shape) if client is Client.DIRECT else client.value for shape, client in kinds]
    models = dict.fromkeys(lane.model for lane, _ in words)
    rows = [[shown(model), *(cells.get((model, *kind), "") for kind in kinds)] for model in models]
    yield from columns([["", *heads], *rows])


def reasons_of(board: Board) -> Iterable[Sequence[LaneView]]:
    """For each different reason the lanes that it holds for."""
    told: dict[str, list[LaneView]] = {}
    for view in board.lanes:
        if _wants_a_reason(view.judgement):
            told.setdefault(view.judgement.summary, []).append(view)
    return told.values()


def _reasons(board: Board) -> Iterator[str]:
    for views in reasons_of(board):
        judgement = views[0].judgement
        yield ""
        yield f"{cell_words(judgement)}: {', '.join(shown(view.lane.id) for view in views)}"
        yield f"{GAP}{shown(judgement.summary)}"
        yield from _options(judgement)


def _wants_a_reason(judgement: Judgement) -> bool:
    """All but what serves, and what nobody has looked at lately."""
    if judgement.stale or judgement.observed_at is None:
        return False
    return judgement.verdict not in (Verdict.OPEN, Verdict.NEAR_LIMIT)


def _options(judgement: Judgement) -> Iterator[str]:
    for number, option in enumerate(judgement.options, 1):
        yield f"{GAP * 2}{number}. {shown(option)}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"{GAP}{line}" for line in lines)
