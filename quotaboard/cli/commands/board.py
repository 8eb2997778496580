"""`quotaboard`: the board."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from quotaboard.cli import diagnostics
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.opening import home, now, open_for_writing


def add_arguments(parser: ArgumentParser) -> None:
    del parser  # the options that hold everywhere are all it has


def run(args: Namespace) -> ExitCode:
    import os
    import sys

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        diagnostics.error("The board needs a terminal. `quotaboard status` prints the same as a table.")
        return ExitCode.USAGE
    opened = open_for_writing(args)
    if isinstance(opened, ExitCode):
        return opened
    from quotaboard.cli.look import board_options
    from quotaboard.config.paths import state_dir
    from quotaboard.poll.live import Live
    from quotaboard.poll.place import Place
    from quotaboard.tui.app import run_board

    with opened.store as store:
        live = Live(store, opened.config, Place(os.environ, home(), state_dir()), now)
        code = run_board(
            live,
            clock=now,
            options=board_options(args, opened.config),
            demo=lambda: _demo(args),
            mouse=opened.config.ui.mouse if args.mouse is None else args.mouse,
        )
    return code  # type: ignore[return-value]  # 128 + n after a signal


def _demo(args: Namespace) -> int:
    from quotaboard.cli.commands import demo

    args.scenario = demo.DEFAULT
    return demo.run(args)
