"""The only writer of stderr, and the owner of the exit codes."""

from __future__ import annotations

import sys
from enum import IntEnum

TYPE_CHECKING = False  # importing `typing` for it takes 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from quotaboard.config.problems import Problem


_maskings: list[Callable[[str], str]] = []
"""What hides identities in this run, where that was asked for."""


class ExitCode(IntEnum):
    """How a command ended. These are an interface: scripts branch on them."""

    OK = 0
    """Fine: it did what was asked, and the asked-for lane is not blocked."""
    FAILED = 1
    """It could not do what was asked."""
    USAGE = 2
    """The command line or the config is wrong; nothing was done."""
    BLOCKED = 3
    """The asked-for lane does not serve now."""
    UNKNOWN = 4
    """There is no data on what was asked for, or it is too old."""
    REFUSED = 5
    """It may not be done: a managed file, a read-only run, or somebody edited the file meanwhile."""


def mask_with(masking: Callable[[str], str] | None) -> None:
    """Hide identities in all that is said from now on."""
    _maskings[:] = [] if masking is None else [masking]


def error(sentence: str) -> None:
    """What went wrong, ending in what to do."""
    _write(f"quotaboard: {sentence}")


def note(sentence: str) -> None:
    """Narration for the person at the terminal."""
    _write(sentence)


def ask(question: str) -> None:
    """A question; the cursor stays behind it."""
    _write(question, end="")


def progress(sentence: str) -> None:
    """How far it is: replaces what it said before, and with nothing to say, wipes it. For a terminal only."""
    _write(f"\r\033[K{sentence}", end="")


def to_terminal(sequence: str) -> bool:
    """A bell, or what else only a terminal understands; False where there is none."""
    if not is_terminal():
        return False
    _write(sequence, end="")
    return True


def is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def config_problems(problems: Iterable[Problem]) -> ExitCode:
    """Every problem of the config on a line of its own."""
    for problem in problems:
        _write(str(problem))
    return ExitCode.USAGE


def output_lost(reason: str) -> ExitCode:
    """Stdout could not take everything, as on a full disk."""
    error(f"The output could not be written: {reason}. Make room there, or write it elsewhere.")
    return ExitCode.FAILED


def start_log() -> None:
    """Write what happens to the log file from now on, for `--debug`."""
    import logging

    from quotaboard.cli.log import open_log

    open_log(logging.DEBUG)


def crashed(bug: Exception, *, traceback_wanted: bool) -> ExitCode:
    """A bug reached the edge: one sentence here, the traceback in the log."""
    from quotaboard.cli.log import record_crash

    kept_in = record_crash(bug)
    if traceback_wanted:
        import traceback

        _write("".join(traceback.format_exception(bug)).rstrip())
    where = f"The details are in {kept_in}." if kept_in else "Run it again with --debug to see the details."
    error(f"This is a bug in quotaboard ({type(bug).__name__}). {where}")
    return ExitCode.FAILED


def _write(text: str, end: str = "\n") -> None:
    if sys.stderr is None:  # closed by whoever started us
        return
    from quotaboard.domain.hiding import hide_secrets  # `re`, which most runs have nothing to say with

    text = hide_secrets(text)
    if _maskings:
        text = _maskings[0](text)
    try:
        sys.stderr.write(text + end)
        sys.stderr.flush()
    except BrokenPipeError:
        # Nobody listens any more; the exit code says what happened.
        return
