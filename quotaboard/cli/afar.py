"""`--from prometheus:URL`: what Prometheus knows of a fleet of machines, for the commands that show it."""

from __future__ import annotations

from quotaboard.cli import diagnostics, masking, opening
from quotaboard.cli.diagnostics import ExitCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from datetime import datetime

    from quotaboard.domain.board import Board
    from quotaboard.domain.history import Past
    from quotaboard.poll.asking import Patience
    from quotaboard.poll.fleet.prometheus import Trouble
    from quotaboard.poll.fleet.session import FleetSession

POINTS = 400
"""Of each window, where nobody says how many: as many as a plot shows."""


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
    from quotaboard.poll.fleet.prometheus import PATIENCE, Trouble

    board = asked(source, PATIENCE)
    if isinstance(board, Trouble):
        diagnostics.error(board.sentence)
        return code_of(board)
    return board


def asked(source: str, patience: Patience) -> Board | Trouble:
    """The board of the fleet now, or what stood in the way."""
    import asyncio

    from quotaboard.poll.fleet.prometheus import Trouble, address_of
    from quotaboard.poll.fleet.session import FleetSession

    address = address_of(source)
    if isinstance(address, Trouble):
        return address
    return asyncio.run(FleetSession(address, opening.place(), opening.now).ask_once(patience))


def code_of(trouble: Trouble) -> ExitCode:
    from quotaboard.poll.fleet.prometheus import TroubleKind

    return ExitCode.USAGE if trouble.kind is TroubleKind.ADDRESS else ExitCode.FAILED


def look_back(
    source: str,
    board: Board,
    names: Sequence[str],
    lane: str | None,
    since: datetime,
    until: datetime,
    points: int | None,
) -> dict[str, Past] | ExitCode:
    """How these credentials went, with this lane or all of theirs; what stood in the way has been said."""
    import asyncio

    session = _session(source)
    if isinstance(session, ExitCode):
        return session
    pasts = asyncio.run(session.look_back_once(board, names, lane, since, until, points or POINTS))
    for past in pasts.values():
        if past.trouble is not None:
            diagnostics.error(past.trouble)
            return ExitCode.FAILED
    return pasts


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
