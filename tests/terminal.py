"""A real program in a real pseudo-terminal: what it shows, when it showed it, and how it leaves."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"
MOUSE = b"\x1b[?1000h"
"""Textual asks for it once it has taken the screen over; the first frame does not."""
READ = 65_536

_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[(?:[<>=][0-9;]*[a-z]|\?[0-9;]*[mu])")
"""The keyboard protocols' codes: it would show some as text, and stumble over others."""
_UNFINISHED = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;]*)?$")


class Terminal:
    """A program on a pseudo-terminal of a fixed size; a context manager that ends it on the way out."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 140,
        lines: int = 45,
        cwd: Path | None = None,
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.output = bytearray()
        """Everything that was written to the terminal."""
        self._drawn = 0
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.started_at = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(environment),
            cwd=cwd,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def lines(self) -> list[str]:
        """What is on the screen now."""
        fresh = bytes(self.output[self._drawn :])
        unfinished = _UNFINISHED.search(fresh)
        fresh = fresh[: unfinished.start()] if unfinished else fresh
        self._drawn += len(fresh)
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", fresh))
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def read(self, seconds: float) -> bool:
        """Take what is written within this time; False once the program has closed the terminal."""
        if self._ours < 0:
            return False
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return True
        try:
            chunk = os.read(self._ours, READ)
        except OSError:  # how Linux says that nobody holds the other end
            return False
        self.output += chunk
        return bool(chunk)

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = 40.0) -> float:
        """Seconds from the start until a text, or a screen that a predicate likes, was there."""
        needle = wanted.encode() if isinstance(wanted, str) else b""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            alive = self.read(0.05)
            seen_at = time.perf_counter()
            # The bytes are looked at first, for drawing a screen takes longer than what is to be timed.
            if needle in self.output:
                text = self.text
                if wanted in text if isinstance(wanted, str) else wanted(text):
                    return seen_at - self.started_at
            if not alive:
                break
        raise TimeoutError(f"{wanted!r} was not on the screen:\n{self.text}")

    def wait_until_live(self) -> None:
        """Until Textual has taken over from the first frame."""
        while MOUSE not in self.output:
            assert self.read(40), "it ended early"

    def wait_until_asleep(self) -> None:
        """Until the program waits for a key: Python notices a signal just before its read only after it."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "R":
            self.read(0.01)

    def listen(self, seconds: float) -> int:
        """Let time pass; how many bytes were written to the terminal meanwhile."""
        before = len(self.output)
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0 and self.read(left):
            pass
        return len(self.output) - before

    def settle(self, quiet: float = 0.2) -> None:
        """Take what is written until nothing more comes for so many seconds."""
        while True:
            before = len(self.output)
            if not self.read(quiet) or len(self.output) == before:
                return

    def send(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal, as a closed window does."""
        os.close(self._ours)
        self._ours = -1

    def wait(self, seconds: float = 30.0) -> int:
        """The exit code, after everything that the program wrote was taken; 128 + n after a fatal signal."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline and self.read(0.05):
            if self.process.poll() is not None and not select.select([self._ours], [], [], 0)[0]:
                break
        code = self.process.wait(max(deadline - time.perf_counter(), 0.1))
        return code if code >= 0 else 128 - code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._ours >= 0:
            self.hang_up()
