import stat
from pathlib import Path

import platformdirs
import pytest
from platformdirs.macos import MacOS

from quotaboard.config import paths
from quotaboard.config.place import ConfigPlace, config_place


def test_the_config_is_in_the_users_config_folder(home: Path) -> None:
    assert config_place() == ConfigPlace(home / ".config/quotaboard/config.toml", "default")


def test_the_environment_names_another_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUOTABOARD_CONFIG", str(tmp_path / "c.toml"))
    assert config_place() == ConfigPlace(tmp_path / "c.toml", "QUOTABOARD_CONFIG")


def test_the_command_line_beats_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUOTABOARD_CONFIG", "/elsewhere.toml")
    place = config_place(tmp_path / "c.toml")
    assert place == ConfigPlace(tmp_path / "c.toml", "--config")
    assert place.must_exist


def test_state_is_in_the_state_folder(home: Path) -> None:
    assert paths.state_dir() == home / ".local/state/quotaboard"
    assert paths.log_file() == home / ".local/state/quotaboard/quotaboard.log"


def test_the_environment_names_another_state_folder(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("QUOTABOARD_STATE_DIR", "~/state")
    assert paths.state_dir() == home / "state"


def test_without_xdg_variables_the_usual_folders_hold(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable)
    assert paths.config_dir() == home / ".config/quotaboard"
    assert paths.state_dir() == home / ".local/state/quotaboard"


def test_a_relative_xdg_variable_is_ignored(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    assert paths.state_dir() == home / ".local/state/quotaboard"


def test_on_a_mac_the_folders_are_those_of_a_mac(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *a, **k: MacOS(*a, **k).user_config_dir)
    monkeypatch.setattr(platformdirs, "user_state_dir", lambda *a, **k: MacOS(*a, **k).user_state_dir)
    assert paths.config_dir() == home / "Library/Application Support/quotaboard"
    assert paths.state_dir() == home / "Library/Application Support/quotaboard"


def test_a_private_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = paths.private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert paths.private_folder(made) == made
