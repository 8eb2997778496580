"""`quotaboard status`: one table and out."""

from __future__ import annotations

from quotaboard.cli import diagnostics, masking, opening, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.store.trouble import StoreTrouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from quotaboard.domain.board import Board, LaneView
    from quotaboard.store.store import Store


def quick(words: list[str]) -> ExitCode | None:
    """The whole as JSON, which programs ask for every few seconds: no parser is needed for that."""
    return _from_store(None, as_json=True) if words == ["--json"] else None


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--refresh", action="store_true", help="ask the providers first, as far as you allowed it"
    )
    parser.add_argument(
        "--lane",
        metavar="ID",
        help="only this lane: exit code 0 serves, 3 blocked, 4 not known (max/MODEL/tools/direct)",
    )
    parser.add_argument(
        "--keychain",
        action="store_true",
        help="with --refresh on macOS: take Claude Code's login from the Keychain, for this run only",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    from quotaboard.cli.afar import add_from

    add_from(parser)


def run(args: Namespace) -> ExitCode:
    if args.source is not None:
        return _from_afar(args)
    if not args.refresh:
        return _from_store(args.config, lane=args.lane, as_json=args.json)
    opened = opening.open_for_writing(args.config)
    if isinstance(opened, ExitCode):
        return opened
    from quotaboard.cli.refreshing import refresh

    store, config = opened
    place = opening.place()
    if args.keychain:
        from quotaboard.cli.keychain import with_keychain

        place = with_keychain(place, config)
    with store, refresh(store, config, place, [args.lane] if args.lane else None) as known:
        return _show(known, args.lane, as_json=args.json)


def _from_store(config: Path | None, lane: str | None = None, *, as_json: bool) -> ExitCode:
    store = opening.open_for_reading(config)
    if isinstance(store, ExitCode):
        return store
    with store:
        return _show(store, lane, as_json=as_json)


def _from_afar(args: Namespace) -> ExitCode:
    from quotaboard.cli.afar import ask

    if args.refresh:
        diagnostics.error("--refresh asks on this machine, and --from shows others: leave one of them out.")
        return ExitCode.USAGE
    board = ask(args.source)
    return board if isinstance(board, ExitCode) else _show_board(board, args.lane, as_json=args.json)


def _show(store: Store, lane: str | None, *, as_json: bool) -> ExitCode:
    return _show_board(_board(store), lane, as_json=as_json)


def _show_board(board: Board, lane: str | None, *, as_json: bool) -> ExitCode:
    if board.trouble:
        diagnostics.error(board.trouble)
    board = masking.masked(board)
    if lane is None:
        return _whole(board, as_json=as_json)
    wanted = masking.hidden(lane)
    found = next((view for view in board.lanes if view.lane.id == wanted), None)
    return _no_such_lane(wanted, board) if found is None else _one(found, board, as_json=as_json)


def _board(store: Store) -> Board:
    """What the store knows; one that breaks while it is read knows nothing, and says so."""
    from quotaboard.poll.view import board_of

    try:
        return board_of(store, opening.now())
    except StoreTrouble as trouble:
        from quotaboard.domain.board import Board

        return Board(at=opening.now(), trouble=trouble.sentence)


def _whole(board: Board, *, as_json: bool) -> ExitCode:
    has_something = any(view.windows for view in board.credentials) or any(
        lane.judgement.observed_at for lane in board.lanes
    )
    if as_json:
        from quotaboard.domain.document import status

        output.document(status(board))
    else:
        from quotaboard.cli.table import status_lines

        for text in status_lines(board):
            output.line(text)
    if not has_something and not board.trouble:
        diagnostics.note(_what_next(board))
    return ExitCode.OK if has_something else ExitCode.UNKNOWN


def _what_next(board: Board) -> str:
    if not board.credentials:
        return (
            "Nothing is known yet. `quotaboard init` finds your credentials; `quotaboard demo` shows a board."
        )
    return "Nothing was looked at yet. `quotaboard status --refresh` asks, as far as the config allows it."


def _one(view: LaneView, board: Board, *, as_json: bool) -> ExitCode:
    if as_json:
        from quotaboard.domain.document import status

        document = status(board)
        for part, key, wanted in (
            ("credentials", "name", view.lane.credential),
            ("lanes", "id", view.lane.id),
        ):
            document[part] = [one for one in document[part] if one[key] == wanted]
        output.document(document)
    else:
        from quotaboard.cli.table import lane_lines

        for text in lane_lines(view, board.at):
            output.line(text)
    match view.judgement.blocked:
        case True:
            return ExitCode.BLOCKED
        case False:
            return ExitCode.OK
        case _:
            return ExitCode.UNKNOWN


def _no_such_lane(wanted: str, board: Board) -> ExitCode:
    from difflib import get_close_matches  # only somebody who mistyped pays for it

    known = [lane.lane.id for lane in board.lanes]
    if not known:
        diagnostics.error(f"Nothing is known of {wanted}, or of any lane, yet. {_what_next(board)}")
        return ExitCode.UNKNOWN
    near = get_close_matches(wanted, known, 3, 0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`quotaboard status` lists them."
    diagnostics.error(f"There is no lane {wanted}. {hint}")
    return ExitCode.USAGE
