"""An agent is told of, moved and put back: the keys that stand in its files stay there."""

import json
import stat
from pathlib import Path

import pytest

from quotaboard.cli.registry import COMMANDS
from tests.fleet_home import append, lay_hermes, log_line
from tests.secrecy import canaries, test_board, test_commands
from tests.secrecy.canaries import leaks_in, leaks_in_files
from tests.secrecy.conftest import Scene

MOVES = (
    ("status", "--refresh"),
    ("profiles",),
    ("profiles", "hermes", "--json"),
    ("preflight", "hermes"),
    ("preflight", "hermes", "--json"),
    ("switch", "hermes", "side", "--dry-run"),
    ("switch", "hermes", "side"),
    ("status",),
    ("status", "--json"),
    ("snapshot",),
    ("snapshot", "--out", "advice.json"),
    ("record", "--messages", "--names", "--out", "seen.jsonl"),
    ("undo", "hermes"),
    ("watch", "--once", "--auto-switch"),
    ("alerts", "--json"),
    ("shape", "import", "captured.json", "--name", "mine"),
    ("statusline", "install"),
    ("statusline", "uninstall"),
    ("tmux", "install"),
    ("tmux", "doctor", "--json"),
    ("tmux", "uninstall"),
    ("completions", "bash"),
    ("themes",),
)
"""In this order, in one run."""

ELSEWHERE = {"board", "serve", "demo", "explain"}
"""Commands whose own tests, beside this file, look for canaries too."""


@pytest.fixture
def with_hermes(scene: Scene) -> Path:
    """Hermes with two keys in its files, of which its log repeats one."""
    tokens = {"main": canaries.KEY, "side": canaries.SETUP}
    url = scene.server.base_url
    inline = f"custom_providers:\n- name: third\n  base_url: {url}\n  api_key: {canaries.GATEWAY}\n"
    home = lay_hermes(scene.home, url, tokens, "main", more=inline)
    said = f"API call failed (attempt 1/3) provider=custom summary=HTTP 401: bad key {canaries.KEY}"
    append(home, log_line("2026-11-20 04:00:00,000", said))
    captured = {"headers": {"x-api-key": canaries.KEY}, "body": {"model": "m", "system": canaries.LOGIN}}
    (scene.root / "captured.json").write_text(json.dumps(captured))
    return home


def test_moving_an_agent_shows_and_writes_no_key_of_its_files(scene: Scene, with_hermes: Path) -> None:
    kept = with_hermes / "config.yaml"
    before = kept.read_bytes()
    ended = scene.run_each(*((*words, "--debug") for words in MOVES))
    for words, (_, said) in zip(MOVES, ended, strict=True):
        assert "Traceback" not in said
        assert leaks_in(said) == [], words
    codes = {words: code for words, (code, _) in zip(MOVES, ended, strict=True)}
    assert codes["switch", "hermes", "side"] in (0, 3), ended
    assert codes["undo", "hermes"] == 0, ended
    assert kept.read_bytes() == before
    own = {*scene.sources, kept, *with_hermes.glob(".env*"), *with_hermes.glob("logs/*")}
    assert leaks_in_files(scene.root, {*own, scene.root / "captured.json"}) == {}


def test_until_it_is_taken_back_only_what_undo_needs_holds_what_the_file_held(
    scene: Scene, with_hermes: Path
) -> None:
    ((code, _),) = scene.run_each(("switch", "hermes", "side"))
    assert code == 3, "moved, and the server refuses all"
    own = {*scene.sources, *with_hermes.rglob("*"), scene.root / "captured.json"}
    leaks = leaks_in_files(scene.root, own)
    assert list(leaks.values()) == [["GATEWAY"], ["GATEWAY"]], "as it was, and as it is"
    for path in map(scene.root.joinpath, leaks):
        assert path.is_relative_to(scene.state / "switches")
        assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)


def test_every_command_is_looked_through() -> None:
    told = {words[0] for words in (*MOVES, *test_commands.AFTER_A_LOOK)} | ELSEWHERE
    assert told == {command.name for command in COMMANDS}
    assert "demo" in test_board.test_a_demo_reads_no_credential_of_its_user_and_writes_nothing.__name__
