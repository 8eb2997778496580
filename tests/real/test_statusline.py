"""The real Claude Code draws its status line through our bridge, and tells it when a turn fails."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.config.paths import state_dir
from quotaboard.domain.board import AgentView, Event
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.reading import Sighting
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_store
from tests.real.conftest import wait_for
from tests.real.upstream import Upstream
from tests.terminal import Terminal

pytestmark = pytest.mark.real_agent

MODEL = "claude-haiku-4-5"
NOW = int(time.time())
HEADERS = {
    "status": "allowed",
    "5h-status": "allowed",
    "5h-utilization": "0.41",
    "5h-reset": str(NOW + 3600),
    "7d-status": "allowed",
    "7d-utilization": "0.16",
    "7d-reset": str(NOW + 90_000),
    "representative-claim": "five_hour",
    "reset": str(NOW + 3600),
}
MINE = "cat > told.json; printf 'this line is mine'"
LOGIN = {
    "accessToken": "sk-ant-oat01-FAKEACCESS0000000000000000000000000000-FAKE",
    "refreshToken": "sk-ant-ort01-FAKE",
    "expiresAt": (NOW + 86_400) * 1000,
    "scopes": ["user:inference", "user:profile"],
    "subscriptionType": "max",
}


@pytest.fixture
def settings(home: Path) -> Path:
    """Somebody who is signed in, has been asked everything, and has a status line already."""
    work = home / "work"
    work.mkdir()
    (home / ".claude").mkdir()
    (home / ".claude/.credentials.json").write_text(json.dumps({"claudeAiOauth": LOGIN}))
    state = {
        "hasCompletedOnboarding": True,
        "lastOnboardingVersion": "2.1.328",
        "theme": "dark",
        "oauthAccount": {"accountUuid": "u", "organizationUuid": "org-fake"},
        "projects": {str(work): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}},
    }
    (home / ".claude.json").write_text(json.dumps(state))
    path = home / ".claude/settings.json"
    path.write_text(json.dumps({"statusLine": {"type": "command", "command": MINE}}))
    with open_store(state_dir(), now=datetime.now(UTC)) as store:
        login = Credential("max", "anthropic", Kind.OAUTH, "claude-code", account="org-fake")
        other = Credential("spare", "anthropic", Kind.OAUTH, "claude-code", account="org-other")
        store.credentials.remember([Known(login), Known(other)], now=datetime.now(UTC))
        store.agents.remember([AgentView("claude-code", "Claude Code", str(home / ".claude"))])
    return path


@pytest.fixture
def session(claude: Path, home: Path, settings: Path, open_provider: Upstream) -> Iterator[Terminal]:
    """Claude Code in a terminal, after `quotaboard statusline install`."""
    assert main(["statusline", "install"]) == 0
    environment = {
        "HOME": str(home),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "ANTHROPIC_BASE_URL": open_provider.url,
        "QUOTABOARD_STATE_DIR": str(state_dir()),
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
    }
    with Terminal([str(claude), "--model", MODEL], environment, columns=100, cwd=home / "work") as terminal:
        yield terminal


@pytest.fixture
def open_provider() -> Iterator[Upstream]:
    headers = {f"anthropic-ratelimit-unified-{name}": value for name, value in HEADERS.items()}
    with Upstream(gated=False, headers=headers) as running:
        yield running


def sightings(name: str) -> list[Sighting]:
    with open_store(state_dir(), now=datetime.now(UTC)) as store:
        return list(store.readings.sightings(name))


def events() -> list[Event]:
    with open_store(state_dir(), now=datetime.now(UTC)) as store:
        return store.agents.events("claude-code")


def test_the_line_looks_as_before_and_the_windows_are_stored(
    session: Terminal, home: Path, settings: Path
) -> None:
    session.wait_for("this line is mine", 60)
    wait_for(lambda: bool(sightings("max")), "a stored reading")
    assert {(one.window.name, one.window.utilization, one.origin.value) for one in sightings("max")} == {
        ("5h", 0.41, "passive"),
        ("7d", 0.16, "passive"),
    }
    assert sightings("spare") == []
    assert json.loads((home / "work/told.json").read_text())["model"]["id"] == MODEL

    assert main(["statusline", "uninstall"]) == 0
    assert json.loads(settings.read_text()) == {"statusLine": {"type": "command", "command": MINE}}


def test_a_turn_that_is_refused_becomes_an_event(session: Terminal, open_provider: Upstream) -> None:
    session.wait_for("this line is mine", 60)
    open_provider.gated = True
    session.send("say hi")
    session.settle()
    session.send("\r")
    session.wait_for("out of extra usage", 60)
    wait_for(lambda: bool(events()), "an event")
    assert [event.kind for event in events()] == ["failed"]
    assert "out of extra usage" in events()[0].text
