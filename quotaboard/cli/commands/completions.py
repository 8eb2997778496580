"""`quotaboard completions bash|zsh|fish`: what a shell completes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from quotaboard.cli import opening, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.domain.board import Board

SHELLS = ("bash", "zsh", "fish")
STORED = ("names", "agents", "profiles")
"""What is known by the store: credentials and lanes, agents, and what those could be put on."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=(*SHELLS, *STORED),
        metavar="bash|zsh|fish",
        help="the script for that shell; `names`, `agents` and `profiles` list what it offers",
    )


def run(args: Namespace) -> ExitCode:
    if args.what in STORED:
        return _stored(args)
    from quotaboard.cli.completing import SCRIPTS  # imports every command

    output.line(SCRIPTS[args.what]())
    return ExitCode.OK


def _stored(args: Namespace) -> ExitCode:
    """One a line, from the store; nothing where it cannot be read: a shell has no use for a reason."""
    from quotaboard.poll.view import board_of
    from quotaboard.store.trouble import StoreTrouble

    store = opening.open_for_reading(args.config)
    if isinstance(store, ExitCode):
        return store
    with store:
        try:
            board = board_of(store, opening.now())
        except StoreTrouble:
            return ExitCode.UNKNOWN
    for word in _words(board, args.what):
        output.line(word)
    return ExitCode.OK


def _words(board: Board, what: str) -> list[str]:
    match what:
        case "agents":
            return [agent.id for agent in board.agents]
        case "profiles":
            return list(dict.fromkeys(one.name for agent in board.agents for one in agent.profiles))
        case _:
            return [
                *(view.credential.name for view in board.credentials),
                *(lane.lane.id for lane in board.lanes),
            ]
