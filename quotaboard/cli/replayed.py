"""`quotaboard demo --replay FILE`: the board as it was recorded, until it is left."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from quotaboard.cli import diagnostics, masking
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.poll.replaying import LONGEST_LINE, Broken, Clock, Recording, Replay, read_recording


def load(path: Path) -> Recording | ExitCode:
    """The recording in a file; it has been said why there is none."""
    try:
        with path.open("rb") as file:
            recording = read_recording(iter(lambda: file.readline(LONGEST_LINE + 1), b""))
    except OSError as error:
        diagnostics.error(f"{path} cannot be read: {error.strerror or error}. Name another file.")
        return ExitCode.USAGE
    if isinstance(recording, Recording):
        return recording
    told: Broken = recording
    diagnostics.error(f"{path}:{told.line}: {told.sentence}")
    return ExitCode.USAGE


def play(recording: Recording, args: Namespace) -> int:
    """Nothing is asked, and nothing of the user's is read or written."""
    from quotaboard.cli.look import demo_options
    from quotaboard.cli.standby import keep_quiet
    from quotaboard.store.opening import open_memory
    from quotaboard.tui.draw.page import REPLAY
    from quotaboard.tui.start import run_board

    keep_quiet()
    clock = Clock(recording, args.speed)
    with open_memory() as store:
        shown = masking.session(Replay(recording, store, clock))
        options = demo_options(args)._replace(readonly=True, played=REPLAY)
        return run_board(shown, clock=clock.now, options=options, mouse=args.mouse is not False)
