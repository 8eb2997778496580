"""`quotaboard record [--out FILE]`: what the board saw, as a file that can be given away and played again."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path

from quotaboard.cli import diagnostics, masking, opening, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.durations import parse_duration
from quotaboard.store.trouble import StoreTrouble

LONGEST = timedelta(days=90)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="replace this file in one step, instead of printing"
    )
    parser.add_argument(
        "--since", default="24h", metavar="SPAN", help="from so long ago until now, up to 90d (default 24h)"
    )
    parser.add_argument(
        "--names", action="store_true", help="keep names, accounts, hosts and paths, instead of pseudonyms"
    )
    parser.add_argument(
        "--messages",
        action="store_true",
        help="keep what servers and logs said in their own words, which may name somebody",
    )


def run(args: Namespace) -> ExitCode:
    span = parse_duration(args.since)
    if not span or span > LONGEST:
        diagnostics.error('--since takes a span such as "24h" or "7d", up to 90d.')
        return ExitCode.USAGE
    store = opening.open_for_reading(args.config)
    if isinstance(store, ExitCode):
        return store
    from quotaboard.poll.recording import Keeping, recorded

    until = opening.now() + timedelta(seconds=1)  # what was stored just now is part of it
    mask = masking.worn() or masking.mask_of_machine(args)
    keeping = Keeping(args.names and not args.mask, args.messages)
    with store:
        try:
            lines = list(recorded(store, until - span, until, mask, keeping))
        except StoreTrouble as trouble:
            diagnostics.error(trouble.sentence)
            return ExitCode.FAILED
    return _deliver(lines, args.out, keeping.names)


def _deliver(lines: list[dict[str, object]], out: Path | None, names: bool) -> ExitCode:  # noqa: FBT001
    if out is None:
        for line in lines:
            output.record(line)
    elif (code := _write(out.expanduser(), lines)) is not ExitCode.OK:
        return code
    happened = len(lines) > 4
    if not happened:
        diagnostics.note("Nothing was seen in that time, so there is next to nothing in it.")
    elif out is not None:
        hidden = (
            "Names, hosts and paths are in it." if names else "It names nobody; read it before you send it."
        )
        diagnostics.note(f"Wrote {out}. {hidden} `quotaboard demo --replay {out}` plays it.")
    return ExitCode.OK if happened else ExitCode.UNKNOWN


def _write(path: Path, lines: list[dict[str, object]]) -> ExitCode:
    from quotaboard.poll.snapshots import write_file

    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    try:
        write_file(path, text)
    except OSError as error:
        diagnostics.error(
            f"{path} cannot be written: {error.strerror or os.strerror(error.errno or 0)}. Name another file."
        )
        return ExitCode.FAILED
    return ExitCode.OK
