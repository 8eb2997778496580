"""`quotaboard status`: one table and out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from quotaboard.cli import diagnostics, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.opening import Opened, home, now, open_for_reading, open_for_writing

if TYPE_CHECKING:
    from quotaboard.domain.board import Board, LaneView


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--refresh", action="store_true", help="ask the providers first, as far as you allowed it")
    parser.add_argument("--lane", metavar="ID", help="only this lane; the exit code says whether it serves")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: Namespace) -> ExitCode:
    opened = open_for_writing(args) if args.refresh else open_for_reading(args)
    if isinstance(opened, ExitCode):
        return opened
    with opened.store as store:
        if store.notice:
            diagnostics.note(f"quotaboard: {store.notice}")
        if args.refresh:
            _refresh(opened, args.lane)
        from quotaboard.poll.view import board_of

        board = board_of(store, now())
    if args.lane:
        return _lane(board, args)
    return _whole(board, args)


def _whole(board: Board, args: Namespace) -> ExitCode:
    if args.json:
        from quotaboard.domain.document import status

        output.document(status(board))
    elif board.credentials:
        from quotaboard.cli.table import status_lines

        for text in status_lines(board):
            output.line(text)
    if not board.credentials:
        diagnostics.note("Nothing has been seen yet. Run `quotaboard init`, or `quotaboard status --refresh`.")
    has_something = any(view.windows for view in board.credentials) or any(
        lane.judgement.observed_at for lane in board.lanes
    )
    return ExitCode.OK if has_something else ExitCode.UNKNOWN


def _lane(board: Board, args: Namespace) -> ExitCode:
    found = next((lane for lane in board.lanes if lane.lane.id == args.lane), None)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(args.lane, [lane.lane.id for lane in board.lanes], 1, 0.5)
        hint = f" Did you mean {near[0]}?" if near else " `quotaboard status` lists the lanes."
        diagnostics.error(f"There is no lane {args.lane}.{hint}")
        return ExitCode.USAGE
    if args.json:
        from quotaboard.domain.document import lane

        output.document(lane(found))
    else:
        from quotaboard.cli.table import lane_lines

        for text in lane_lines(found, board.at):
            output.line(text)
    return _exit_of(found)


def _exit_of(lane: LaneView) -> ExitCode:
    match lane.judgement.blocked:
        case True:
            return ExitCode.BLOCKED
        case False:
            return ExitCode.OK
        case _:
            return ExitCode.UNKNOWN


def _refresh(opened: Opened, lane: str | None) -> None:
    import asyncio
    import os

    from quotaboard.config.paths import state_dir
    from quotaboard.poll.once import refresh
    from quotaboard.poll.place import Place

    place = Place(os.environ, home(), state_dir())
    in_time = asyncio.run(refresh(opened.store, opened.config, place, now, [lane] if lane else None))
    if not in_time:
        diagnostics.note("Another quotaboard is asking just now; this is what it has learnt so far.")
