"""One board on a terminal of its own, whose other end is held here."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import struct
import termios
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

PART = 64 * 1024
COLUMNS, ROWS = (20, 500), (3, 200)
"""The smallest and the largest screen."""

PATIENCE = 3.0
"""Seconds that a board may take to leave once its terminal is gone."""

OF_ANOTHER_TERMINAL = ("TMUX", "TMUX_PANE", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "COLUMNS", "LINES", "STY")


class BoardTerminal:
    """What the board paints, what is typed, and how large the screen is."""

    def __init__(self, master: int, process: asyncio.subprocess.Process) -> None:
        self._master = master
        self._process = process

    async def painted(self) -> AsyncIterator[bytes]:
        """What it paints, part by part, until it is left. Nothing is read on before a part was taken."""
        while True:
            await _readable(self._master)
            try:
                part = os.read(self._master, PART)
            except BlockingIOError:
                continue
            except OSError:  # Linux says so when the last program on a terminal has ended
                return
            if not part:
                return
            yield part

    async def type(self, text: str) -> None:
        """Keys, as a terminal sends them."""
        left = text.encode("utf-8", "ignore")
        while left:
            try:
                left = left[os.write(self._master, left) :]
            except BlockingIOError:
                await _writable(self._master)
            except OSError:
                return

    def resize(self, columns: int, rows: int) -> None:
        _set_size(self._master, columns, rows)
        # It has no controlling terminal that would tell it.
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGWINCH)


@asynccontextmanager
async def board_terminal(
    command: Sequence[str], environment: Mapping[str, str], columns: int, rows: int
) -> AsyncIterator[BoardTerminal]:
    """Run the command on a new terminal; it is ended on the way out."""
    master, slave = pty.openpty()
    try:
        try:
            _set_size(master, columns, rows)
            os.set_blocking(master, False)
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=_environment(environment),
                start_new_session=True,
            )
        finally:
            os.close(slave)
        try:
            yield BoardTerminal(master, process)
        finally:
            await _end(process)
    finally:
        os.close(master)


async def _end(process: asyncio.subprocess.Process) -> None:
    for number in (signal.SIGHUP, signal.SIGKILL):
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(number)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await process.wait()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what tells of the terminal that the server was started in."""
    kept = {name: value for name, value in ours.items() if name not in OF_ANOTHER_TERMINAL}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def _set_size(terminal: int, columns: int, rows: int) -> None:
    columns, rows = _between(columns, *COLUMNS), _between(rows, *ROWS)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _between(number: int, least: int, most: int) -> int:
    return max(least, min(number, most))


async def _readable(descriptor: int) -> None:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


async def _writable(descriptor: int) -> None:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_writer(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(descriptor)
