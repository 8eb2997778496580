"""A wall of panes on one store: one of them asks, and all of them say the same."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack

import pytest

from quotaboard.cli import main
from quotaboard.simulator import SimulatedProvider
from tests.conftest import ROOT
from tests.terminal import Terminal

PANES, WATCHERS = 8, 2
QUOTABOARD = [sys.executable, "-m", "quotaboard"]
WORDS = re.compile(r"\b(GATED|SPENT|OPEN)\b")


def asked(provider: SimulatedProvider) -> Counter[tuple[object, ...]]:
    """What was asked, and how often."""
    return Counter((one.account, one.path, one.model, one.tools) for one in provider.requests)


def wait_until_they_agree(panes: Sequence[Terminal]) -> None:
    """Until all of them show the same verdicts as often: each notices a change within seconds."""
    for _ in range(40):
        shown = []
        for pane in panes:
            pane.listen(0.1)
            shown.append(Counter(WORDS.findall(pane.text)))
        if all(one == shown[0] for one in shown):
            return
    raise AssertionError("\n".join(pane.text for pane in panes))


@pytest.mark.soak
@pytest.mark.terminal
def test_eight_panes_and_two_watchers_ask_once_and_agree(
    provider: SimulatedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:
        watchers = [
            stack.enter_context(
                subprocess.Popen([*QUOTABOARD, "watch"], env=environment, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(WATCHERS)
        ]
        for watcher in watchers:
            stack.callback(watcher.terminate)
        panes = [stack.enter_context(Terminal(QUOTABOARD, environment)) for _ in range(PANES)]
        for pane in panes:
            pane.wait_for(lambda text: {"GATED", "SPENT", "OPEN"} <= set(WORDS.findall(text)), 60)
        wait_until_they_agree(panes)
        assert set(asked(provider).values()) == {1}
        assert main(["status", "--json"]) == 0
        lanes = json.loads(capsys.readouterr().out)["lanes"]
        known = {lane["id"]: lane["verdict"] for lane in lanes}
        assert len(known) == 16
        for watcher in watchers:
            watcher.terminate()
            assert watcher.stdout is not None
            told = [json.loads(line) for line in watcher.stdout]
            assert {change["lane"]: change["verdict"] for change in told}.items() <= known.items()
