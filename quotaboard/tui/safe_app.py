"""A Textual app that leaves the terminal, and the user's secrets, as it found them."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

from rich.text import Text
from textual.app import App
from textual.driver import Driver
from textual.worker import WorkerFailed

from quotaboard.tui.lasting_driver import lasting

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class SafeApp(App[str]):
    """Ends cleanly on SIGTERM and SIGHUP, and on a bug says one sentence instead of every local variable."""

    log_path: Path | None = None
    """Where the traceback of a bug can be read."""

    def get_driver_class(self) -> type[Driver]:
        return lasting(super().get_driver_class())

    def on_load(self) -> None:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            try:
                loop.add_signal_handler(number, self._leave_on_signal, number)
            except (NotImplementedError, RuntimeError, ValueError):  # not in the main thread
                return

    def _leave_on_signal(self, number: signal.Signals) -> None:
        self.exit(return_code=128 + number)

    def _handle_exception(self, error: Exception) -> None:
        if self._exit:  # what breaks while leaving is not why we leave
            return
        cause = error.error if isinstance(error, WorkerFailed) else error
        log.critical("the board stopped on %s", type(cause).__name__, exc_info=cause)
        self._return_code = 1
        if self._exception is None:  # a test that drives the app raises it again
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        # Textual's own report prints the locals of every frame, tokens included.
        where = f"; the traceback is in {self.log_path}" if self.log_path is not None else ""
        self._exit_renderables.append(Text(f"quotaboard stopped on a bug of its own{where}."))
        self._close_messages_no_wait()
