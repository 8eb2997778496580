"""The command line: one file per command, each imported only when it is chosen."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # importing `typing` for it takes 5 ms
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code of the process."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        from quotaboard import __version__
        from quotaboard.cli import output

        output.line(f"quotaboard {__version__}")
        return 0
    if sys.platform == "win32":
        # Locks, file modes and signals that a safe switch relies on are those of POSIX.
        from quotaboard.cli import diagnostics

        diagnostics.error("quotaboard runs on Linux and macOS: on Windows, install and start it inside WSL.")
        return 1
    from quotaboard.cli.dispatch import dispatch

    return dispatch(words)
