"""`--from prometheus:URL`: the board and the status of a fleet of machines, as Prometheus knows them."""

from __future__ import annotations

from quotaboard.cli import diagnostics, masking, opening
from quotaboard.cli.diagnostics import ExitCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from quotaboard.domain.board import Board
    from quotaboard.poll.fleet.session import FleetSession


def add_from(parser: ArgumentParser) -> None:
    """The option, for the commands that have it."""
    parser.add_argument(
        "--from",
        dest="source",
        metavar="SOURCE",
        help="show a fleet instead of this machine: prometheus:URL of the server that scrapes it",
    )


def ask(source: str) -> Board | ExitCode:
    """The board of the fleet now; what stood in the way has been said."""
    import asyncio

    from quotaboard.poll.fleet.prometheus import Trouble

    session = _session(source)
    if isinstance(session, ExitCode):
        return session
    board = asyncio.run(session.ask_once())
    if isinstance(board, Trouble):
        diagnostics.error(board.sentence)
        return ExitCode.FAILED
    return board


def open_board(args: Namespace) -> int:
    """The board of the fleet until it is left."""
    from quotaboard.cli.look import board_options
    from quotaboard.cli.standby import stand_by
    from quotaboard.config.loading import load_config
    from quotaboard.config.place import config_place
    from quotaboard.tui.start import run_board

    session = _session(args.source)
    if isinstance(session, ExitCode):
        return session
    config = load_config(config_place(args.config).path)
    if isinstance(config, list):
        return diagnostics.config_problems(config)
    stand_by()
    return run_board(
        masking.session(session),
        clock=opening.now,
        options=board_options(args, config)._replace(offers_demo=False),
        mouse=config.ui.mouse if args.mouse is None else args.mouse,
    )


def _session(source: str) -> FleetSession | ExitCode:
    from quotaboard.poll.fleet.prometheus import Trouble, address_of
    from quotaboard.poll.fleet.session import FleetSession

    address = address_of(source)
    if isinstance(address, Trouble):
        diagnostics.error(address.sentence)
        return ExitCode.USAGE
    return FleetSession(address, opening.place(), opening.now)
