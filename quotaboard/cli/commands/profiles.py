"""`quotaboard profiles [AGENT] [--json]`: the routes that agents can be put on, best first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from quotaboard.cli import diagnostics, masking, output
from quotaboard.cli.agents import (
    open_switching,
    profile_document,
    profile_lines,
    refuse,
    tell_interrupted,
)
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.domain import document as doc
from quotaboard.domain.advice import Advice, advise
from quotaboard.domain.agent import Refusal
from quotaboard.tui.draw.foreign import shown

SCHEMA = "quotaboard.profiles/1"
NONE_HERE = (
    "No agent was found here. quotaboard knows Hermes, Claude Code, OpenClaw, Codex, opencode, aider and "
    "Paperclip, each once it has its config; HERMES_HOME and its like name other places."
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("agent", nargs="?", metavar="AGENT", help="only this one: hermes, hermes:work, …")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: Namespace) -> ExitCode:
    opened = open_switching(args.config)
    if isinstance(opened, ExitCode):
        return opened
    store, _, switching = opened
    with store:
        tell_interrupted(switching, readonly=args.readonly)
        board = switching.board()
        agents = list(board.agents)
        if args.agent:
            found = switching.find(args.agent, board)
            if isinstance(found, Refusal):
                return refuse(found)
            agents = [found]
    board = masking.masked(board)
    agents = [masking.hidden(agent) for agent in agents]
    advices = [advise(agent, board) for agent in agents]
    if args.json:
        output.document(
            {
                "schema": SCHEMA,
                "at": doc.moment(board.at),
                "agents": [_document(advice) for advice in advices],
            }
        )
    else:
        for number, advice in enumerate(advices):
            if number:
                output.line()
            for line in _lines(advice):
                output.line(line)
    if not agents:
        diagnostics.note(NONE_HERE)
        return ExitCode.UNKNOWN
    broken = args.agent and agents[0].trouble
    if broken:
        diagnostics.error(shown(agents[0].trouble or ""))
    return ExitCode.FAILED if broken else ExitCode.OK


def _document(advice: Advice) -> dict[str, Any]:
    agent = advice.agent
    return {
        **doc.agent(agent),
        "profiles": [profile_document(one.profile, advice) for one in advice.ranked],
        "best": advice.best.name if advice.best else None,
        "advice": advice.sentence,
    }


def _lines(advice: Advice) -> Iterator[str]:
    agent = advice.agent
    state = {True: "running", False: "not running", None: "running or not is not known"}[agent.running]
    yield f"{shown(agent.id)}: {shown(agent.title)} in {shown(agent.home)}, {state}"
    if agent.trouble:
        yield f"  {shown(agent.trouble)}"
        return
    for line in profile_lines(advice):
        yield f"  {line}"
    for sentence in (*agent.warnings, *([agent.locked] if agent.locked else [])):
        yield f"  {shown(sentence)}"
    yield f"  {shown(advice.sentence)}"
