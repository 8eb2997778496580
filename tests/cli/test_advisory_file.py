"""The advisory file while quotaboard watches, and while the board is open."""

import json
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli.rehearsal import demo_session
from quotaboard.config.values import SnapshotSettings
from quotaboard.poll.live import Live
from quotaboard.simulator import SimulatedClock, SimulatedProvider, serve
from quotaboard.tui.app import Quotaboard
from tests.conftest import ROOT
from tests.poll.servers import START
from tests.terminal import Terminal
from tests.tui.conftest import wait_for

GATED = "max/claude-sonnet-4-6/tools/direct"


def verdicts(path: Path) -> dict[str, str]:
    """Every read finds a whole document, or none yet."""
    try:
        document = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    assert document["schema"] == "quotaboard.snapshot/1"
    return {one["id"]: one["verdict"] for one in document["lanes"]}


async def test_the_board_keeps_it_and_a_changed_verdict_changes_it(tmp_path: Path) -> None:
    path = tmp_path / "advice.json"
    clock = SimulatedClock.stopped(START)
    with serve("flapping", clock=clock) as server, demo_session(server, tmp_path / "demo") as live:
        config = replace(live._config, snapshot=SnapshotSettings(str(path)))
        session = Live(live._store, config, live._place, clock.now)
        app = Quotaboard(session, clock=clock.now)
        async with app.run_test(size=(80, 24)) as pilot:
            await wait_for(pilot, lambda: verdicts(path).get(GATED) == "gated", "the gate in the file")
            assert path.stat().st_mode & 0o777 == 0o600

            def opens() -> bool:
                """The gate is open for three minutes of every six, and such a refusal is asked rarely."""
                if not (there := verdicts(path).get(GATED) == "open"):
                    clock.advance(timedelta(seconds=30))
                    session.refresh([GATED])
                return there

            await wait_for(pilot, opens, "the open lane in the file")
            await wait_for(pilot, lambda: not session.busy, "the last answer")


@pytest.mark.soak
@pytest.mark.terminal
def test_watching_keeps_it(provider: SimulatedProvider, home: Path) -> None:
    config = home / ".config/quotaboard/config.toml"
    path = home / "advice.json"
    config.write_text(f'{config.read_text()}\n[snapshot]\npath = "~/advice.json"\n')
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Terminal([sys.executable, "-m", "quotaboard", "watch"], environment) as terminal:
        for _ in range(200):
            if "gated" in verdicts(path).values():
                break
            terminal.read(0.05)
        assert "gated" in verdicts(path).values()
    assert not list(home.glob(".advice.json*"))
