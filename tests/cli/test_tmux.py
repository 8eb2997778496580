"""`quotaboard tmux`: a config is changed as carefully as an agent's, and a real tmux shows the line."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.cli.tmux import placing, server
from quotaboard.cli.tmux.checking import Seen, in_the_way, would_help
from tests.cli.conftest import Later
from tests.cli.tmux_server import QUOTABOARD, Tmux, tmux_server

OWN = "set -g status-left ''\nset -g @mine before\nset -g mouse on"


@pytest.fixture(autouse=True)
def own_sockets(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server of the user's is met, and the line is that of this checkout."""
    monkeypatch.setenv("TMUX_TMPDIR", str(home))
    monkeypatch.delenv("TMUX_PANE", raising=False)
    monkeypatch.setattr(placing, "command", lambda: f"{QUOTABOARD} line --format tmux")


@pytest.fixture
def config(home: Path) -> Path:
    path = home / ".tmux.conf"
    path.write_text(OWN)
    path.chmod(0o640)
    return path


def test_the_config_is_byte_for_byte_as_it_was(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tmux", "install"]) == 0
    out, err = capsys.readouterr()
    assert "+set -g @quotaboard " in out
    assert err.startswith(f"The line is in {config} now.")
    assert config.read_text().startswith(f"{OWN}\n# >>> quotaboard ")
    assert config.stat().st_mode & 0o777 == 0o640
    assert main(["tmux", "install"]) == 0
    assert "already" in capsys.readouterr().err
    assert main(["tmux", "uninstall"]) == 0
    assert config.read_text() == OWN
    assert config.stat().st_mode & 0o777 == 0o640
    assert main(["tmux", "uninstall"]) == 0
    assert "nothing to take out" in capsys.readouterr().err


def test_a_link_stays_a_link(home: Path, config: Path) -> None:
    real = home / "dotfiles"
    real.mkdir()
    config.rename(real / "tmux.conf")
    config.symlink_to("dotfiles/tmux.conf")
    assert main(["tmux", "install"]) == 0
    assert config.readlink() == Path("dotfiles/tmux.conf")
    assert "@quotaboard" in (real / "tmux.conf").read_text()
    main(["tmux", "uninstall"])
    assert (real / "tmux.conf").read_text() == OWN
    assert sorted(path.name for path in real.iterdir()) == ["tmux.conf"]


def test_without_a_config_one_is_made_and_goes_again(home: Path) -> None:
    assert main(["tmux", "install"]) == 0
    assert (home / ".tmux.conf").exists()
    assert main(["tmux", "uninstall"]) == 0
    assert not (home / ".tmux.conf").exists()


def test_the_config_in_the_users_config_folder_is_taken_where_it_is(home: Path) -> None:
    path = home / ".config/tmux/tmux.conf"
    path.parent.mkdir(parents=True)
    path.write_text(OWN)
    assert main(["tmux", "install"]) == 0
    assert "@quotaboard" in path.read_text()
    assert not (home / ".tmux.conf").exists()


def test_a_dry_run_and_a_readonly_one_change_nothing(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tmux", "install", "--dry-run"]) == 0
    assert "+# >>> quotaboard " in capsys.readouterr().out
    assert main(["tmux", "install", "--readonly"]) == 5
    assert config.read_text() == OWN


@pytest.mark.parametrize("spoilt", ["read-only", "linked", "edited", "goes-on", "folder"])
def test_what_it_cannot_own_is_refused(spoilt: str, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if spoilt == "edited":
        main(["tmux", "install"])
        config.write_text(config.read_text().replace("@quotaboard_length", "@mine"))
    match spoilt:
        case "read-only":
            config.chmod(0o440)
        case "linked":
            os.link(config, config.with_name("other"))
        case "goes-on":
            config.write_text("set -g status-right \\\n")
        case "folder":
            config.unlink()
            config.mkdir()
    before = config.read_text() if config.is_file() else None
    capsys.readouterr()
    assert main(["tmux", "uninstall" if spoilt == "edited" else "install"]) == 5
    assert capsys.readouterr().err.count("\n") == 1
    assert (config.read_text() if config.is_file() else None) == before


def test_a_config_that_tmux_could_not_read_any_more_is_refused(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if server.program() is None:
        pytest.skip("tmux is not installed")
    config.write_text("set -g status-left 'never ends\n")
    before = config.read_text()
    code = main(["tmux", "install"])
    # A config that was broken before is no worse for our lines; one that they break is left alone.
    assert code in {0, 5}
    assert code == 0 or config.read_text() == before


def test_an_old_tmux_is_told(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "program", lambda: "/usr/bin/tmux")
    monkeypatch.setattr(server, "version", lambda: ("tmux 2.6", (2, 6)))
    monkeypatch.setattr(server, "runs", lambda: False)
    assert main(["tmux", "install"]) == 1
    assert main(["tmux", "doctor"]) == 1
    assert "This is tmux 2.6, and the line needs" in capsys.readouterr().out
    assert config.read_text() == OWN


def test_without_tmux_the_doctor_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(home))
    assert main(["tmux", "doctor", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "quotaboard.tmux/1"
    assert document["problems"] == [{"what": "tmux is not installed, or not on the PATH.", "fix": None}]


def seen(**options: str | None) -> Seen:
    told: dict[str, str | None] = {
        "status": "on",
        "status-interval": "15",
        "status-right": "#{E:@quotaboard}",
        "status-right-length": "160",
        "default-terminal": "tmux-256color",
        "focus-events": "on",
        "allow-passthrough": "on",
        "set-clipboard": "external",
        "escape-time": "10",
        "terminal-features": "xterm*:RGB",
        "terminal-overrides": "",
        "mouse": "on",
    }
    told |= {name.replace("_", "-"): value for name, value in options.items()}
    return Seen((3, 3), told, "256,RGB", Path("/home/jane/.tmux.conf"), "truecolor")


def test_a_tmux_as_it_should_be_has_nothing_in_the_way() -> None:
    assert list(in_the_way(seen())) == []
    assert list(would_help(seen())) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"status": "off"}, "The status line is switched off"),
        ({"status_interval": "0"}, "never drawn anew"),
        ({"status_right": "#H"}, "does not have them"),
        ({"status_right_length": "40"}, "cut off after 40 cells"),
    ],
)
def test_what_hides_the_line_is_in_the_way(options: dict[str, str], says: str) -> None:
    (wrong,) = in_the_way(seen(**options))
    assert says in wrong.what
    assert wrong.fix


@pytest.mark.parametrize(
    ("options", "fix"),
    [
        ({"status_interval": "300"}, "set -g status-interval 15"),
        ({"focus_events": "off"}, "set -g focus-events on"),
        ({"allow_passthrough": "off"}, "set -g allow-passthrough on"),
        ({"set_clipboard": "off"}, "set -g set-clipboard on"),
        ({"default_terminal": "screen"}, 'set -g default-terminal "tmux-256color"'),
        ({"escape_time": "500"}, "set -sg escape-time 10"),
    ],
)
def test_what_would_help_comes_with_its_line(options: dict[str, str], fix: str) -> None:
    assert [one.fix for one in would_help(seen(**options))] == [fix]


@pytest.mark.terminal
def test_a_real_tmux_shows_the_line_and_forgets_it(
    filled: Path, later: Later, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tmux_server(config=config, socket="default", size=(150, 8)) as tmux:
        assert main(["tmux", "doctor"]) == 0
        assert "quotaboard tmux install" in capsys.readouterr().out
        assert main(["tmux", "install", "--reload"]) == 0
        tmux.run("set", "-g", "@mine", "changed")
        assert main(["tmux", "install", "--reload"]) == 0
        assert tmux.run("show-options", "-gv", "@mine").strip() == "changed", "nothing else was read again"
        for _ in range(2):  # reading it twice shows the line once
            tmux.run("source-file", str(config))
        assert right_of(tmux).count("@quotaboard") == 1
        with tmux.attach(150, 8) as terminal:
            terminal.wait_for("GATED")
            terminal.wait_for("GATED")  # what is loud, in the cells that there are
            assert terminal.lines[-1].count("max 5h") == 1
            assert terminal.lines[-1].endswith("│ +1")
        capsys.readouterr()
        assert main(["tmux", "doctor", "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)["tmux"]
        assert (facts["server"], facts["installed"], facts["status_right_length"]) == (True, True, "160")
        before = tmux.run("show-options", "-gv", "status-right").replace(" #{E:@quotaboard}", "")
        assert main(["tmux", "uninstall", "--reload"]) == 0
        assert right_of(tmux) == before
        assert tmux.run("show-options", "-gv", "status-right-length").strip() == "40"
        assert "quotaboard" not in tmux.run("show-options", "-g")
    assert config.read_text() == OWN


@pytest.mark.terminal
def test_a_server_that_has_not_read_the_config_is_noticed(
    filled: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tmux_server(config=config, socket="default"):
        assert main(["tmux", "install"]) == 0
        assert f"shows it after `tmux source-file {config}`" in capsys.readouterr().err
        assert main(["tmux", "doctor"]) == 1
        assert f"try: tmux source-file {config}" in capsys.readouterr().out


def right_of(tmux: Tmux) -> str:
    return tmux.run("show-options", "-gv", "status-right")


@pytest.mark.terminal
@pytest.mark.parametrize("height", [2, *(pytest.param(height, marks=pytest.mark.soak) for height in (1, 3))])
def test_the_board_is_a_strip_in_a_low_pane(filled: Path, later: Later, height: int) -> None:
    later(timedelta())
    with tmux_server(size=(100, height), command=f"{QUOTABOARD} --line-mode") as tmux:
        deadline = time.monotonic() + 20
        while "GATED" not in (text := tmux.run("capture-pane", "-p")):
            assert time.monotonic() < deadline, text
        lines = text.rstrip("\n").split("\n")
        assert len(lines) == height
        assert "max GATED" in lines[min(height, 2) - 1]
        assert tmux.run("list-panes", "-F", "#{pane_height} #{alternate_on}").split() == [str(height), "1"]
