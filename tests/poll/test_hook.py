"""A command of the user's own, as a real process: what it is given, and what it is kept from."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from quotaboard.poll.hook import run_hook

SHOW = """
import json, os, sys
told = {
    "stdin": json.load(sys.stdin),
    "words": sys.argv[2:],
    "environment": dict(os.environ),
    "leads_its_session": os.getsid(0) == os.getpid(),
    "terminal": [os.isatty(number) for number in range(3)],
}
try:
    open("/dev/tty")
    told["tty"] = True
except OSError:
    told["tty"] = False
open(sys.argv[1], "w").write(json.dumps(told))
"""


async def test_it_gets_json_and_neither_a_terminal_nor_a_secret(tmp_path: Path) -> None:
    out = tmp_path / "told"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/h",
        "ANTHROPIC_API_KEY": "sk-canary",
        "MY_TOKEN": "canary",
    }
    words = [sys.executable, "-c", SHOW, str(out), "$(id)", "; id"]
    assert (
        await run_hook(words, {"title": "$(id) `id` ; rm -rf ~", "text": "\x1b]0;x\x07"}, environment) is None
    )
    told = json.loads(out.read_text())
    assert told["stdin"] == {"title": "$(id) `id` ; rm -rf ~", "text": "\x1b]0;x\x07"}
    assert told["words"] == ["$(id)", "; id"]
    assert "canary" not in json.dumps(told["environment"])
    assert told["environment"]["HOME"] == "/h"
    assert (told["leads_its_session"], told["tty"], told["terminal"]) == (True, False, [False] * 3)


async def test_one_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    script = f"sleep 30 & echo $! > {mark}; wait"
    trouble = await run_hook(["sh", "-c", script], {}, {"PATH": os.environ["PATH"]}, patience=1.5)
    assert trouble is not None
    assert "longer than" in trouble
    assert ended(int(mark.read_text()))


def ended(pid: int) -> bool:
    """Within moments: the system takes its time to say so."""
    deadline = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(pid)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["/nonexistent/hook"], "cannot be run: No such file or directory"),
        (["sh", "-c", "exit 3"], "ended with 3"),
        (["\0"], "cannot be a command"),
    ],
)
async def test_what_goes_wrong_is_a_sentence(words: list[str], said: str) -> None:
    trouble = await run_hook(words, {}, {"PATH": os.environ["PATH"]})
    assert trouble is not None
    assert said in trouble


async def test_one_that_does_not_read_is_no_trouble() -> None:
    big = {"text": "x" * 1_000_000}
    assert await run_hook(["true"], big, {"PATH": os.environ["PATH"]}) is None
