"""Other programs are asked without our keys, without our input, and not for ever."""

import subprocess
import sys

import pytest

from quotaboard.poll.programs import run

TELLS = "import os, sys; print(*sorted(os.environ), repr(sys.stdin.read()))"


def test_a_program_gets_what_it_needs_of_the_environment_and_no_input() -> None:
    done = run(
        [sys.executable, "-c", TELLS], {"HOME": "/nowhere", "TMUX": "x", "ANTHROPIC_API_KEY": "sk-ant-x"}
    )
    names = done.stdout.split()
    assert {"HOME", "TMUX", "''"} <= set(names)
    assert "ANTHROPIC_API_KEY" not in names


def test_one_that_does_not_answer_is_not_waited_for() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run([sys.executable, "-c", "import threading; threading.Event().wait()"], {}, 0.05)
