"""The commands on what stands for a Mac: its folders, no `/proc`, no clock since start-up."""

import json
import stat
import sys
import time
from pathlib import Path

import platformdirs
import pytest
from platformdirs.macos import MacOS

from quotaboard.agents import processes
from quotaboard.cli import main
from quotaboard.simulator import SimulatedProvider
from quotaboard.store import lease

FOLDER = "Library/Application Support/quotaboard"


@pytest.fixture(autouse=True)
def mac(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *a, **k: MacOS(*a, **k).user_config_dir)
    monkeypatch.setattr(platformdirs, "user_state_dir", lambda *a, **k: MacOS(*a, **k).user_state_dir)
    monkeypatch.setattr(processes, "can_be_told", lambda _around: False)
    monkeypatch.setattr(lease, "Path", lambda path: home / "machine" / str(path).lstrip("/"))


@pytest.mark.usefixtures("provider")
def test_the_folders_are_the_macs_and_private_and_what_is_seen_is_kept_there(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "Library/Application Support").mkdir(parents=True)
    (home / ".config/quotaboard").rename(home / FOLDER)
    assert main(["config", "path", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert str(home / FOLDER) in (told["config"], str(Path(told["config"]).parent))
    assert main(["status", "--refresh", "--json"]) == 0
    verdicts = {lane["verdict"] for lane in json.loads(capsys.readouterr().out)["lanes"]}
    assert {"open", "gated", "spent"} <= verdicts
    assert stat.S_IMODE((home / FOLDER / "store.db").stat().st_mode) == 0o600
    for words in (["status"], ["line"], ["history", "--json"], ["watch", "--once"], ["profiles"], ["doctor"]):
        assert main(words) in (0, 1, 3, 4), words
    assert "Traceback" not in capsys.readouterr().err
    assert not (home / ".local").exists()


def test_a_lease_is_taken_over_where_there_is_no_clock_since_start_up(
    provider: SimulatedProvider, home: Path
) -> None:
    (home / ".config/quotaboard").rename(home / "config")
    words = ["--config", str(home / "config/config.toml"), "watch", "--once"]
    assert main(words) == 0
    asked = len(provider.requests)
    assert asked
    assert main(words) == 0
    assert lease._uptime_ms() is None
    assert lease.this_process().boot == ""
