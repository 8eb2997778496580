"""`quotaboard`: the board."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import suppress

from quotaboard.cli import afar, diagnostics, masking, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.opening import now, open_for_writing, place
from quotaboard.store.trouble import StoreTrouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from quotaboard.config.values import Config
    from quotaboard.poll.live import Live
    from quotaboard.store.store import Store


def add_arguments(parser: ArgumentParser) -> None:
    from quotaboard.cli.look import add_line_mode

    add_line_mode(parser)
    afar.add_from(parser)


def run(args: Namespace) -> int:
    """The board until it is left; 128 and the signal's number when a signal ended it."""
    if not output.holds_a_board():
        diagnostics.error(
            "The board needs a terminal that can move its cursor. "
            "`quotaboard status` prints the same as a table."
        )
        return ExitCode.USAGE
    if args.source is not None:
        return afar.open_board(args)
    opened = open_for_writing(args.config)
    if isinstance(opened, ExitCode):
        return opened
    from quotaboard.cli.look import board_options
    from quotaboard.cli.standby import stand_by
    from quotaboard.poll.live import Live
    from quotaboard.tui.start import run_board

    store, config = opened
    stand_by()
    wants_demo = False

    def want_demo() -> int:
        nonlocal wants_demo
        wants_demo = True
        return ExitCode.OK

    with store:
        live = Live(store, config, place(), now)
        if _is_first(store, config):
            live.pause(True)  # nothing is sent before the person has chosen
        code = run_board(
            masking.session(live),
            clock=now,
            options=board_options(args, config),
            demo=want_demo,
            mouse=config.ui.mouse if args.mouse is None else args.mouse,
        )
        if code == ExitCode.OK and not args.readonly:
            _finish_undos(live)
    # Only once the store is closed: a demo touches nothing of the user's.
    return _demo(args) if wants_demo else code


def _finish_undos(live: Live) -> None:
    """An undo whose second step is still to come when the board is left."""
    if (place().state_dir / "switches").is_dir():
        from quotaboard.cli.agents import finish_undos  # most boards switch nothing

        finish_undos(live.switching())


def _is_first(store: Store, config: Config) -> bool:
    """Whether the board begins with the question what may be looked at."""
    from quotaboard.poll.view import board_of
    from quotaboard.tui.draw.arrange import needs_first_run

    with suppress(StoreTrouble):  # the session meets it too, and says so
        if not store.credentials.all():
            import asyncio

            from quotaboard.poll.once import look_around  # brings httpx and every source

            asyncio.run(look_around(store, config, place(), now))
        return needs_first_run(board_of(store, now()))
    return False


def _demo(args: Namespace) -> int:
    from quotaboard.cli.commands import demo

    return demo.show(demo.DEFAULT, args)
