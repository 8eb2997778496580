import hashlib
import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.secret import Secret
from quotaboard.sources import catalog, keychain

TOKEN = "sk-ant-oat01-FAKE-keychain"
LOGIN = json.dumps(
    {"claudeAiOauth": {"accessToken": TOKEN, "subscriptionType": "max", "scopes": ["user:profile"]}}
)


@pytest.fixture
def security(tmp_path: Path) -> Any:
    """A stand-in for macOS's own command, which notes how it was called."""

    def make(script: str) -> Path:
        path = tmp_path / "security"
        path.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/words\nenv >{tmp_path}/environment\n{script}\n'
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def test_the_item_is_asked_for_by_service_and_account(security: Any, around: Any, tmp_path: Path) -> None:
    fake = security(f"cat <<'END'\n{LOGIN}\nEND")
    found = keychain.read(around(USER="ada", ANTHROPIC_API_KEY="sk-ant-api03-FAKE"), security=fake)
    assert found.secret == Secret(TOKEN)
    assert found.credential.found_in == ("macOS Keychain (Claude Code)",)
    words = (tmp_path / "words").read_text().split("\n")[:-1]
    assert words == ["find-generic-password", "-s", "Claude Code-credentials", "-a", "ada", "-w"]
    names = {line.partition("=")[0] for line in (tmp_path / "environment").read_text().splitlines()}
    assert names <= {"HOME", "PATH", "PWD", "SHLVL", "_", "OLDPWD"}


def test_a_value_with_line_ends_comes_as_hex(security: Any, around: Any) -> None:
    fake = security(f"echo {LOGIN.replace('{', '{' + chr(10), 1).encode().hex()}")
    assert keychain.read(around(USER="ada"), security=fake).secret == Secret(TOKEN)


@pytest.mark.parametrize("user", ["", "ada lovelace", "ada;rm"])
def test_an_odd_user_name_has_the_clients_own_account(user: str, around: Any) -> None:
    assert keychain.command(around(USER=user))[5] == "claude-code-user"


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"CLAUDE_CONFIG_DIR": "/home/ada/work"}, "/home/ada/work"),
        ({"CLAUDE_CONFIG_DIR": "/cafe\u0301"}, "/caf\u00e9"),
        ({"CLAUDE_CONFIG_DIR": "/a", "CLAUDE_SECURESTORAGE_CONFIG_DIR": "/b"}, "/b"),
    ],
)
def test_each_config_folder_has_its_own_item(variables: dict[str, str], folder: str, around: Any) -> None:
    digest = hashlib.sha256(folder.encode()).hexdigest()[:8]
    assert keychain.service(around(**variables)) == f"Claude Code-credentials-{digest}"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exit 44", "The Keychain has no login of Claude Code: open Claude Code and sign in with /login."),
        ("exit 128", "The Keychain was not opened, because its dialog was refused: nothing was read."),
        ("exit 36", "The Keychain refused (exit 36): unlock it, then try again."),
        ("exec sleep 30", "The Keychain took more than 0 s: allow it in its dialog, then try again."),
        ("echo nonsense", "macOS Keychain (Claude Code):1: not complete JSON; "),
        ("echo '{}'", "macOS Keychain (Claude Code) holds no Claude login: "),
        ("true", "macOS Keychain (Claude Code) is empty: "),
    ],
)
def test_every_refusal_is_a_sentence(script: str, says: str, security: Any, around: Any) -> None:
    # Starting a process may take a moment here; only the one that sleeps is to run out of it.
    limit = timedelta(milliseconds=50) if "sleep" in script else timedelta(seconds=20)
    found = keychain.read(around(USER="ada"), security=security(script), limit=limit)
    assert found.secret is None
    assert found.trouble is not None
    assert found.trouble.startswith(says)


def test_elsewhere_there_is_no_keychain(around: Any, tmp_path: Path) -> None:
    found = keychain.read(around(USER="ada"), security=tmp_path / "none")
    assert found.trouble == f"There is no {tmp_path}/none: the Keychain exists on macOS only."


def test_no_poll_can_reach_it(around: Any, home: Path) -> None:
    look = around()
    named = {"name": "a", "environment": look.environment, "home": home, "now": look.now}
    found = catalog.resolve("keychain", **named)
    assert found.trouble is not None
    assert found.trouble.startswith("The source of this credential is not one that is known here")
    assert all(getattr(source, "__name__", "") != keychain.__name__ for source in catalog.BUILT_IN)
    assert os.sep in str(keychain.SECURITY)
