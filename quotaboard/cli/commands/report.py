"""`quotaboard report [--out FILE]`: the board and its history as one page, from the store."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quotaboard.cli import diagnostics, masking, opening, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.durations import parse_duration
from quotaboard.store.trouble import StoreTrouble

if TYPE_CHECKING:
    from quotaboard.cli.report.telling import Telling

FORMATS = ("html", "svg")
LEAST, LONGEST = timedelta(hours=1), timedelta(days=90)
POINTS = 1000
LIGHT, DARK = "quotaboard-light", "quotaboard-dark"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="replace this file in one step, instead of printing"
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="a page, or a picture (default as FILE is called, else html)"
    )
    parser.add_argument(
        "--since", default="24h", metavar="SPAN", help="how far back the plots go: 5h, 7d, 30d (default 24h)"
    )


def run(args: Namespace) -> ExitCode:
    span = parse_duration(args.since)
    if not span or not LEAST <= span <= LONGEST:
        diagnostics.error('--since takes a span from "1h" to "90d".')
        return ExitCode.USAGE
    store = opening.open_for_reading(args.config)
    if isinstance(store, ExitCode):
        return store
    from quotaboard.cli.report.telling import Telling
    from quotaboard.poll.past import past_of
    from quotaboard.poll.view import board_of

    now = opening.now()
    with store:
        try:
            board = board_of(store, now)
            names = [view.credential.name for view in board.credentials]
            pasts = {name: past_of(store, name, now - span, now, points=POINTS) for name in names}
        except StoreTrouble as trouble:
            diagnostics.error(trouble.sentence)
            return ExitCode.FAILED
    board = masking.masked(board)
    shown = {masking.hidden(name): masking.hidden(past) for name, past in pasts.items()}
    text = _drawn(Telling(board, shown, span, masked=args.mask), _format(args))
    if args.out is None:
        output.text(text)
    elif (code := _write(args.out.expanduser(), text)) is not ExitCode.OK:
        return code
    known = any(view.windows for view in board.credentials) or any(
        lane.judgement.observed_at for lane in board.lanes
    )
    if not known:
        diagnostics.note(
            "Nothing was seen yet. `quotaboard status --refresh` asks, as far as you allowed it."
        )
    return ExitCode.OK if known else ExitCode.UNKNOWN


def _format(args: Namespace) -> str:
    named = args.out.suffix.lstrip(".").lower() if args.out else ""
    return str(args.format or (named if named in FORMATS else FORMATS[0]))


def _drawn(telling: Telling, form: str) -> str:
    from quotaboard.tui.draw.palette import DARK_PALETTE
    from quotaboard.tui.wardrobe import first_palette

    if form == "svg":
        from quotaboard.cli.report.picture import picture

        return picture(telling, DARK_PALETTE)
    from quotaboard.cli.report.html import html

    return html(telling, first_palette(LIGHT, (), without_colour=False) or DARK_PALETTE, DARK_PALETTE)


def _write(path: Path, text: str) -> ExitCode:
    from quotaboard.poll.snapshots import write_file

    try:
        write_file(path, text)
    except OSError as error:
        diagnostics.error(f"{path} cannot be written: {error.strerror or error}. Name another file.")
        return ExitCode.FAILED
    diagnostics.note(f"Wrote {path}.")
    return ExitCode.OK
