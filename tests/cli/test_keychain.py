"""The one way to another program's Keychain item: a person asks for it, for one run."""

import json
import stat
from pathlib import Path

import pytest

from quotaboard.cli import keychain, opening
from quotaboard.cli.commands import status
from quotaboard.cli.parser import build_parser
from quotaboard.cli.registry import find
from quotaboard.simulator import SimulatedProvider, load_scenario, serve

LOGIN = {"claudeAiOauth": {"subscriptionType": "max", "scopes": ["user:inference", "user:profile"]}}


@pytest.fixture
def provider() -> SimulatedProvider:
    return serve(load_scenario("tools-gated"))


def stand_in(tmp_path: Path, token: str) -> Path:
    """macOS's own command, as it answers for an item that holds this token."""
    login = {"claudeAiOauth": {**LOGIN["claudeAiOauth"], "accessToken": token}}
    (tmp_path / "item").write_text(json.dumps(login))
    path = tmp_path / "security"
    path.write_text(f"#!/bin/sh\ncat {tmp_path}/item\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def config_of(home: Path, base_url: str) -> Path:
    path = home / ".config/quotaboard/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(
        f'[[credentials]]\nname = "max"\nsource = "claude-code"\nprobe = true\nbase_url = "{base_url}"\n'
        'models = ["claude-haiku-4-5"]\n'
    )
    return path


def test_a_refresh_that_asks_for_the_keychain_judges_its_login(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    provider: SimulatedProvider,
) -> None:
    token = provider.scenario.accounts[0].token
    fake = stand_in(tmp_path, token)
    asked = keychain.with_keychain
    monkeypatch.setattr(keychain, "with_keychain", lambda place, config: asked(place, config, security=fake))
    with provider as server:
        config_of(home, server.base_url)
        command = find("status")
        assert command is not None
        args = build_parser(command).parse_args(["status", "--refresh", "--keychain", "--json"])
        assert status.run(args) == 0
    told = json.loads(capsys.readouterr().out)
    assert {lane["shape"]: lane["verdict"] for lane in told["lanes"]} == {"plain": "open", "tools": "gated"}
    assert told["credentials"][0]["found_in"] == ["macOS Keychain (Claude Code)"]
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert token.encode() not in kept


def test_a_refused_dialog_is_a_sentence_and_changes_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = tmp_path / "security"
    fake.write_text("#!/bin/sh\nexit 128\n")
    fake.chmod(0o755)
    place = opening.place()
    from quotaboard.config.values import Config

    assert keychain.with_keychain(place, Config(), security=fake) is place
    assert "dialog was refused" in capsys.readouterr().err
