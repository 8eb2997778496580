"""A driver that outlives its terminal.

When a pane is closed, every write fails. Textual's writing thread ends on that, and then whoever writes next
waits for it for ever: the process would stay behind, with the lease to ask.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from textual.driver import Driver


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

    return LastingDriver
