"""`quotaboard watch`: asks without a screen, and prints a line for each verdict that becomes another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from quotaboard.cli import opening
from quotaboard.cli.diagnostics import ExitCode


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--once", action="store_true", help="ask what is due now, print what changed, and stop"
    )


def run(args: Namespace) -> int:
    opened = opening.open_for_writing(args.config)
    if isinstance(opened, ExitCode):
        return opened
    import asyncio

    from quotaboard.cli.refreshing import refresh
    from quotaboard.cli.watching import Changes, watch
    from quotaboard.poll.live import Live

    store, config = opened
    with store:
        live = Live(store, config, opening.place(), opening.now)
        if not args.once:
            return asyncio.run(watch(live))
        changes = Changes(live.board(opening.now()))
        refresh(store, config, opening.place())
        changes.tell(live.board(opening.now()))
    return ExitCode.OK
