"""A real terminal: signals and crashes leave it clean, and nothing secret is printed."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

ROOT = Path(__file__).resolve().parents[2]
CANARY = "sk-ant-oat01-canary-canary-canary"
LEFT, CURSOR = b"\x1b[?1049l", b"\x1b[?25h"
SIZE = (24, 80)

APP = """
import sys
from quotaboard.tui.options import Options
from quotaboard.tui.start import run_board
from tests.tui.boards import NOW, STATES
from tests.tui.fake_session import FakeSession

class Session(FakeSession):
    def refresh(self, lanes=None):
        token = "CANARY"
        raise RuntimeError("a bug in the session")

sys.exit(run_board(Session(STATES[sys.argv[1]]()), clock=lambda: NOW, options=Options()))
""".replace("CANARY", CANARY)


pytestmark = pytest.mark.terminal


class Terminal:
    """A child on a pty, and what it wrote."""

    def __init__(self, state: str) -> None:
        self.written = b""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            os.chdir(ROOT)
            command = [sys.executable, "-c", APP, state]
            os.execve(sys.executable, command, {**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S606 - no shell
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))

    def read(self, wait: float = 0.05) -> bool:
        """Take what is there; False at the end."""
        if not select.select([self._fd], [], [], wait)[0]:
            return True
        try:
            got = os.read(self._fd, 65_536)
        except OSError:  # the child has closed its side
            return False
        self.written += got
        return bool(got)

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 20
        while not any(text in row for row in self.rows()):
            assert time.monotonic() < deadline, f"never saw {text}: {self.written[-2000:]!r}"
            assert self.read(), f"ended before {text}: {self.written[-2000:]!r}"

    def wait_for_bytes(self, mark: bytes) -> None:
        deadline = time.monotonic() + 20
        while mark not in self.written:
            assert time.monotonic() < deadline
            assert self.read()

    def rows(self) -> list[str]:
        screen = pyte.Screen(SIZE[1], SIZE[0])
        # Textual asks the terminal for modes in a way that pyte takes for text.
        pyte.ByteStream(screen).feed(self.written.replace(b"\x1b[?2026$p", b"").replace(b"\x1b[?2048$p", b""))
        return list(screen.display)

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def end(self) -> int:
        """The exit code, with everything read that was written until then."""
        deadline = time.monotonic() + 20
        while self.read() and time.monotonic() < deadline:
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self.end()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    child = Terminal("tools-gated")
    yield child
    child.kill()


def live(terminal: Terminal) -> None:
    """The mouse is Textual's; the first frame has none."""
    terminal.wait_for("GATED")
    terminal.wait_for_bytes(b"\x1b[?1000h")


def assert_clean(written: bytes) -> None:
    assert LEFT in written
    assert CURSOR in written
    assert written.rindex(LEFT) > written.rindex(b"\x1b[?1049h")
    assert written.rindex(CURSOR) > written.rindex(b"\x1b[?25l")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_clean(terminal: Terminal, number: signal.Signals) -> None:
    live(terminal)
    os.kill(terminal.pid, number)
    assert terminal.end() == 128 + number
    assert_clean(terminal.written)
    assert b"\x1b[?1000l" in terminal.written


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_textual_is_loaded_leaves_it_clean_too(
    terminal: Terminal,
    number: signal.Signals,
) -> None:
    terminal.wait_for("GATED")
    os.kill(terminal.pid, number)
    assert terminal.end() == 128 + number
    assert_clean(terminal.written)


def test_a_crash_says_one_sentence_and_no_secret(terminal: Terminal) -> None:
    live(terminal)
    terminal.press("r")
    assert terminal.end() == 1
    assert_clean(terminal.written)
    after = terminal.written[terminal.written.rindex(LEFT) :]
    assert b"quotaboard stopped on a bug of its own." in after
    assert CANARY.encode() not in terminal.written
    assert b"Traceback" not in terminal.written
    assert b"locals" not in terminal.written


def test_quitting_leaves_the_terminal_clean(terminal: Terminal) -> None:
    live(terminal)
    terminal.press("q")
    assert terminal.end() == 0
    assert_clean(terminal.written)


def test_the_first_frame_does_not_change_when_textual_takes_over(terminal: Terminal) -> None:
    terminal.wait_for("r refresh")
    first = terminal.rows()
    live(terminal)
    terminal.wait_for("r refresh")
    assert terminal.rows() == first
