"""A driver that outlives its terminal.

When a pane is closed, every write fails. Textual's writing thread ends on that, and then whoever writes next
waits for it for ever: the process would stay behind, with the lease to ask. Its reading thread finds the end
of the input again and again, and turns in a circle. A program that has a controlling terminal is told by a
signal; any other is told here.
"""

from __future__ import annotations

import select
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from textual.driver import Driver

HUNG_UP = 128 + 1
"""The exit code of a program that SIGHUP ended."""


class LastingFile:
    """A terminal to write to; when it is gone, what is written is lost."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


def lasting(driver: type[Driver]) -> type[Driver]:
    """The same driver, over a file that can be written to whatever happens."""

    class LastingDriver(driver):  # type: ignore[misc, valid-type]  # which one it is depends on the platform
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            if (file := getattr(self, "_file", None)) is not None:
                self._file: Any = LastingFile(file)

        def run_input_thread(self) -> None:
            threading.Thread(target=self._wait_for_the_end, name="hang-up", daemon=True).start()
            super().run_input_thread()

        def _wait_for_the_end(self) -> None:
            """Costs nothing until the terminal is hung up, of which every poll is told unasked."""
            waiting = select.poll()
            waiting.register(self.fileno, 0)
            if any(event & select.POLLHUP for _, event in waiting.poll()):
                self._terminal_is_gone()

        def _terminal_is_gone(self) -> None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._app.exit, None, HUNG_UP)

    return LastingDriver
