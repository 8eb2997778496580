"""A session with a bug, and the first frame, in a real terminal."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.terminal import LEFT_ALTERNATE_SCREEN, SHOWS_CURSOR, Terminal

CANARY = "sk-ant-oat01-canary-canary-canary"

APP = """
import sys
from quotaboard.tui.options import Options
from quotaboard.tui.start import run_board
from tests.tui.boards import STATES
from tests.tui.pieces import NOW
from tests.tui.fake_session import FakeSession

class Session(FakeSession):
    def refresh(self, lanes=None):
        token = "CANARY"
        raise RuntimeError("a bug in the session")

sys.exit(run_board(Session(STATES[sys.argv[1]]()), clock=lambda: NOW, options=Options()))
""".replace("CANARY", CANARY)


pytestmark = pytest.mark.terminal


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    command = [sys.executable, "-c", APP, "tools-gated"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Terminal(command, environment, columns=80, lines=24, cwd=ROOT) as terminal:
        yield terminal


def become_live(terminal: Terminal) -> None:
    """The mouse is Textual's; the first frame has none."""
    terminal.wait_for("GATED")
    while b"\x1b[?1000h" not in terminal.output:
        assert terminal.read(5), "it ended early"


def test_a_crash_says_one_sentence_and_no_secret(terminal: Terminal) -> None:
    become_live(terminal)
    terminal.send("r")
    assert terminal.wait() == 1
    after = terminal.output[terminal.output.rindex(LEFT_ALTERNATE_SCREEN) :]
    assert b"quotaboard stopped on a bug of its own." in after
    assert terminal.output.rindex(SHOWS_CURSOR) > terminal.output.rindex(b"\x1b[?25l")
    assert CANARY.encode() not in terminal.output
    assert b"Traceback" not in terminal.output
    assert b"locals" not in terminal.output


def test_the_first_frame_does_not_change_when_textual_takes_over(terminal: Terminal) -> None:
    terminal.wait_for("refresh")
    first = terminal.lines
    become_live(terminal)
    terminal.settle()
    assert terminal.lines == first
