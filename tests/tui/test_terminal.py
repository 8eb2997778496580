"""A session with a bug, and the first frame, in a real terminal."""

import os
import sys

import pytest

from tests.conftest import ROOT
from tests.terminal import LEFT_ALTERNATE_SCREEN, MOUSE, SHOWS_CURSOR, Terminal

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


def test_the_first_frame_stays_as_it_is_and_a_crash_then_says_one_sentence_and_no_secret() -> None:
    command = [sys.executable, "-c", APP, "tools-gated"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Terminal(command, environment, columns=80, lines=24, cwd=ROOT) as terminal:
        terminal.wait_for("refresh")
        first = terminal.lines
        terminal.wait_until_live()
        terminal.settle()
        assert terminal.lines == first
        terminal.send("r")
        assert terminal.wait() == 1
    after = terminal.output[terminal.output.rindex(LEFT_ALTERNATE_SCREEN) :]
    assert b"quotaboard stopped on a bug of its own." in after
    assert terminal.output.rindex(SHOWS_CURSOR) > terminal.output.rindex(b"\x1b[?25l")
    assert terminal.output.rindex(MOUSE.replace(b"h", b"l")) > terminal.output.rindex(MOUSE)
    assert CANARY.encode() not in terminal.output
    assert b"Traceback" not in terminal.output
    assert b"locals" not in terminal.output
