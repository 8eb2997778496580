"""`quotaboard completions bash|zsh|fish`: what a shell completes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from quotaboard.cli import opening, output
from quotaboard.cli.diagnostics import ExitCode

SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=(*SHELLS, "names"),
        metavar="bash|zsh|fish",
        help="the script for that shell; `names` lists the lanes and credentials that it offers",
    )


def run(args: Namespace) -> ExitCode:
    if args.what == "names":
        return _names(args)
    from quotaboard.cli.completing import SCRIPTS  # imports every command

    output.line(SCRIPTS[args.what]())
    return ExitCode.OK


def _names(args: Namespace) -> ExitCode:
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
    for view in board.credentials:
        output.line(view.credential.name)
    for lane in board.lanes:
        output.line(lane.lane.id)
    return ExitCode.OK
