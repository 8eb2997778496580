"""tmux and ps are asked without a key in their environment."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from quotaboard.cli.tmux import server
from quotaboard.config.alerts import TerminalStyle
from quotaboard.poll.alerts.terminal import way_of
from quotaboard.tui.tmux import go_to_pane, panes_of
from tests.secrecy import canaries
from tests.secrecy.canaries import leaks_in

ASKS: dict[str, Callable[[], object]] = {
    "options": lambda: server.say("show-options"),
    "a config": lambda: server.objection(b"set -g mouse on\n"),
    "notifications": lambda: way_of(TerminalStyle.AUTO, os.environ),
    "panes": lambda: panes_of([1], os.environ),
    "a pane": lambda: go_to_pane("%1", os.environ),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_what_is_asked_about_the_terminal_is_given_no_key(
    ask: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    for name in ("tmux", "ps"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n/usr/bin/env >> {seen}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for name, value in (("PATH", str(tmp_path)), ("TMUX", "/tmp/x,1,0"), ("ANTHROPIC_API_KEY", canaries.KEY)):
        monkeypatch.setenv(name, value)
    ask()
    assert "TMUX=/tmp/x,1,0" in seen.read_text()
    assert leaks_in(seen.read_text()) == []
