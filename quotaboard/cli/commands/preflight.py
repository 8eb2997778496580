"""`quotaboard preflight AGENT`: before a long run, will the agent's lane serve, and will it last."""

from __future__ import annotations

import asyncio
import re
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from quotaboard.cli import diagnostics, masking, output
from quotaboard.cli.agents import open_switching, profile_document, refuse, tell_interrupted
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.durations import parse_duration
from quotaboard.domain import document as doc
from quotaboard.domain.advice import Advice, Advised, Fit, advise, assess
from quotaboard.domain.agent import Refusal
from quotaboard.domain.board import AgentView, Board, ProfileView
from quotaboard.domain.endurance import Need
from quotaboard.domain.lane import Lane
from quotaboard.poll.switching import Switching, why_unproven
from quotaboard.store.trouble import StoreTrouble
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.words import price_words

SCHEMA = "quotaboard.preflight/1"
FROM_AFAR = (
    "preflight looks at the lane as its agent would, so it runs on the agent's own machine; from here, "
    "`quotaboard status --from … --lane ID` tells what that machine saw last."
)
_NEED = re.compile(r"([\w-]+)=(\d+(?:\.\d+)?)\s*(%?)")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("agent", metavar="AGENT", help="hermes, hermes:work, claude-code, openclaw, …")
    parser.add_argument("--for", dest="span", metavar="3h", help="how long the run will take: 90m, 3h, 1d")
    parser.add_argument(
        "--need",
        action="append",
        default=[],
        metavar="5h=40%%",
        help="the share of a window that must be left; may be given several times",
    )
    parser.add_argument(
        "--no-look", dest="look", action="store_false", help="go by what is stored, and ask nobody"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    # Other commands have it, so it is told why there is none here.
    parser.add_argument("--from", dest="source", help=SUPPRESS)


def run(args: Namespace) -> ExitCode:
    if args.source is not None:
        diagnostics.error(FROM_AFAR)
        return ExitCode.USAGE
    need = _need(args)
    if isinstance(need, str):
        diagnostics.error(need)
        return ExitCode.USAGE
    opened = open_switching(args.config)
    if isinstance(opened, ExitCode):
        return opened
    store, config, switching = opened
    with store:
        tell_interrupted(switching, readonly=args.readonly)
        board = switching.board()
        agent = switching.find(args.agent, board)
        if isinstance(agent, Refusal):
            return refuse(agent)
        if agent.trouble or agent.now is None:
            diagnostics.error(shown(agent.trouble or f"It cannot be told what {agent.id} is on."))
            return ExitCode.FAILED
        if args.look:
            board = _looked(switching, board, agent, need, config.poll.fresh_for)
            agent = next((one for one in board.agents if one.id == agent.id), agent)
    board = masking.masked(board)
    return _told(args, masking.hidden(agent), board, need)


def _need(args: Namespace) -> Need | str:
    """What the run needs, or what is wrong with how it was said."""
    span = parse_duration(args.span) if args.span is not None else None
    if args.span is not None and not span:
        return '--for takes a time such as "90m", "3h" or "1d".'
    shares: dict[str, float] = {}
    for word in args.need:
        told = _NEED.fullmatch(word.strip())
        share = float(told[2]) / (100 if told[3] else 1) if told else 2.0
        if told is None or share > 1:
            return '--need takes a window and the share that must be left, such as "5h=40%".'
        shares[told[1]] = share
    return Need(span, shares)


def _looked(switching: Switching, board: Board, agent: AgentView, need: Need, fresh_for: timedelta) -> Board:
    """Look at the agent's lane, and where that will not do, at the others of which nothing is known."""
    now = agent.now
    if now is not None and now.lane is not None and _is_old(now, board, fresh_for):
        board = _ask(switching, [now.lane]) or board
    agent = next((one for one in board.agents if one.id == agent.id), agent)
    if agent.now is None or assess(agent.now, board, need).fit is Fit.SERVES:
        return board
    unknown = [
        profile.lane
        for profile in agent.profiles
        if profile.lane is not None and profile.trouble is None and _is_old(profile, board, fresh_for)
    ]
    return (_ask(switching, unknown) if unknown else None) or board


def _ask(switching: Switching, lanes: Iterable[Lane]) -> Board | None:
    try:
        if not asyncio.run(switching.examine([lane.id for lane in lanes])):
            diagnostics.note("Another quotaboard is asking just now; this is what it has learnt so far.")
        return switching.board()
    except StoreTrouble as trouble:
        diagnostics.error(trouble.sentence)
        return None


def _is_old(profile: ProfileView, board: Board, fresh_for: timedelta) -> bool:
    """A refusal that still holds is not asked again; what serves is, when it was seen a while ago."""
    known = profile.judgement
    if known.observed_at is None or known.stale or known.blocked is None:
        return True
    return not known.blocked and board.at - known.observed_at > fresh_for


def _told(args: Namespace, agent: AgentView, board: Board, need: Need) -> ExitCode:
    assert agent.now is not None, "an agent without a route was told of before"  # noqa: S101 - a bug
    advice, mine = advise(agent, board, need), assess(agent.now, board, need)
    code = _code(mine, need)
    better = advice.best if advice.best and not advice.best.profile.active and code != ExitCode.OK else None
    command = f"quotaboard switch {agent.id} {better.name}" if better else None
    if code is ExitCode.UNKNOWN and (hint := _hint(mine, board)):
        diagnostics.note(hint)
    if args.json:
        output.document(_document(agent, board, need, advice, mine, code, command))
        return code
    name = shown(agent.active or "its route")
    lead = {ExitCode.OK: "ready", ExitCode.BLOCKED: "not ready"}.get(code, "not known")
    output.line(f"{agent.id}: {lead}. {name} {shown(mine.why)}.")
    if mine.fit is Fit.PAID:
        diagnostics.note("Every request on it is billed beyond the plan.")
    if code != ExitCode.OK:
        output.line(shown(advice.sentence))
    if command:
        price = price_words(better.profile) if better else ""
        output.line(f"{command}    ({price})")
    return code


def _hint(mine: Advised, board: Board) -> str | None:
    """What would let it be known."""
    lane, known = mine.profile.lane, mine.profile.judgement
    if lane is None:
        return "`quotaboard init` finds the credential that it uses."
    if known.observed_at is not None and not known.stale:
        return None
    held = next((one for one in board.credentials if one.credential.name == lane.credential), None)
    return why_unproven(held, lane.credential)


def _code(mine: Advised, need: Need) -> ExitCode:
    """Blocked, or not enough, is 3; what nobody knows is 4."""
    blocked = mine.profile.judgement.blocked
    if mine.fit is Fit.UNUSABLE or blocked is True or mine.lasts.enough is False:
        return ExitCode.BLOCKED
    if blocked is None or mine.profile.lane is None:
        return ExitCode.UNKNOWN
    return ExitCode.UNKNOWN if need.shares and mine.lasts.enough is None else ExitCode.OK


def _document(
    agent: AgentView,
    board: Board,
    need: Need,
    advice: Advice,
    mine: Advised,
    code: ExitCode,
    command: str | None,
) -> dict[str, Any]:
    judgement = mine.profile.judgement
    return {
        "schema": SCHEMA,
        "at": doc.moment(board.at),
        "agent": agent.id,
        "profile": agent.active,
        "lane": mine.profile.lane.id if mine.profile.lane else None,
        **doc.verdict(judgement),
        "observed_at": doc.moment(judgement.observed_at),
        "ready": {ExitCode.OK: True, ExitCode.BLOCKED: False}.get(code),
        "why": mine.why,
        "for": need.span.total_seconds() if need.span else None,
        "need": dict(need.shares),
        "lasts": mine.lasts.enough,
        "ends_at": doc.moment(mine.lasts.ends_at),
        "used": mine.used,
        "best": advice.best.name if advice.best else None,
        "advice": advice.sentence,
        "command": command,
        "profiles": [profile_document(one.profile, advice) for one in advice.ranked],
    }
