"""`quotaboard snapshot [--out FILE]`: the advisory document for other programs, from the store."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from quotaboard.cli import diagnostics, opening, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.store.trouble import StoreTrouble


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="replace this file in one step, instead of printing"
    )


def run(args: Namespace) -> ExitCode:
    store = opening.open_for_reading(args.config)
    if isinstance(store, ExitCode):
        return store
    from quotaboard.config.loading import load_config
    from quotaboard.config.place import config_place
    from quotaboard.domain.holding import Policy
    from quotaboard.domain.snapshot import snapshot
    from quotaboard.poll.view import board_of

    with store:
        config = load_config(config_place(args.config).path)
        if isinstance(config, list):
            return diagnostics.config_problems(config)
        try:
            board = board_of(store, opening.now())
        except StoreTrouble as trouble:
            diagnostics.error(trouble.sentence)
            return ExitCode.FAILED
    document = snapshot(board, Policy(stale_after=config.poll.stale_after))
    if args.out is None:
        output.document(document)
    elif (code := _write(args.out.expanduser(), document)) is not ExitCode.OK:
        return code
    known = any(view.judgement.observed_at and not view.judgement.stale for view in board.lanes)
    if not known:
        diagnostics.note(
            "Nothing is known just now. `quotaboard status --refresh` asks, `quotaboard` watches."
        )
    return ExitCode.OK if known else ExitCode.UNKNOWN


def _write(path: Path, document: dict[str, object]) -> ExitCode:
    from quotaboard.poll.snapshots import write_snapshot

    try:
        write_snapshot(path, document)
    except OSError as error:
        diagnostics.error(f"{path} cannot be written: {error.strerror or error}. Name another file.")
        return ExitCode.FAILED
    diagnostics.note(f"Wrote {path}.")
    return ExitCode.OK
