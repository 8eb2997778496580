"""The real Claude Code: a session that runs follows the address, and goes back to its login with an undo."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Applied, GivenProfile, Home, SwitchPlan, Undone
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from tests.real.conftest import PublicHost, stop, wait_for
from tests.real.upstream import Upstream

pytestmark = pytest.mark.real_agent

LOGIN = "sk-ant-oat01-FAKEACCESS0000000000000000000000000000-FAKE"
RELAY_KEY = "fake-relay-token-1234"
MODEL = "claude-haiku-4-5"


class Session:
    """A running session that is spoken to in lines of JSON."""

    def __init__(self, command: Path, user: Path, variables: dict[str, str]) -> None:
        self.user = user
        self.folder = user / ".claude"
        self.replies: list[dict[str, Any]] = []
        environment = {
            "HOME": str(user),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
            "DISABLE_ERROR_REPORTING": "1",
            **variables,
        }
        self.process = subprocess.Popen(
            [
                command,
                "-p",
                "--input-format",
                "stream-json",
                "--output-format",
                "stream-json",
                "--verbose",
                "--model",
                MODEL,
                "--no-session-persistence",
            ],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=user,
        )
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            document = json.loads(line)
            if document.get("type") == "result":
                self.replies.append(document)

    def say(self, text: str) -> dict[str, Any]:
        """One message; returns how it ended."""
        assert self.process.stdin is not None
        count = len(self.replies)
        message = {"type": "user", "message": {"role": "user", "content": text}}
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        wait_for(lambda: len(self.replies) > count or self.process.poll() is not None, "an answer")
        assert self.process.poll() is None
        return self.replies[-1]

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        stop(self.process)
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def signed_in(home: Path) -> Path:
    folder = home / ".claude"
    folder.mkdir()
    login = {
        "accessToken": LOGIN,
        "refreshToken": "sk-ant-ort01-FAKE",
        "expiresAt": 4102444800000,
        "scopes": ["user:inference", "user:profile"],
        "subscriptionType": "max",
    }
    credentials = folder / ".credentials.json"
    credentials.write_text(json.dumps({"claudeAiOauth": login}))
    credentials.chmod(0o600)
    return folder


@pytest.fixture
def session(claude: Path, home: Path, signed_in: Path, public: PublicHost) -> Iterator[Session]:
    running = Session(claude, home, public.variables)
    yield running
    running.close()


def around(home: Path, relay: str) -> Surroundings:
    credential = Credential(
        "relay",
        "relay",
        Kind.GATEWAY,
        "env:RELAY_KEY",
        fingerprint=Secret(RELAY_KEY).fingerprint,
        base_url=relay,
    )
    return Surroundings(
        {},
        home,
        datetime.now(UTC),
        home / "state",
        own_profiles=(GivenProfile("claude-code", "relay", "relay", MODEL, "relay"),),
        credentials=(credential,),
        secrets={"relay": Secret(RELAY_KEY)},
    )


def test_a_running_session_follows_and_comes_back(
    session: Session, home: Path, public: PublicHost, other: Upstream
) -> None:
    upstream, other.gated = public.upstream, False
    settings = home / ".claude" / "settings.json"
    text = '{\n  "cleanupPeriodDays": 30\n}\n'
    settings.write_text(text)
    settings.chmod(0o600)
    session.say("first")
    assert [(one.public_host, one.keys) for one in upstream.asked] == [("api.anthropic.com:443", {LOGIN})]

    here = around(home, other.url)
    plan = facade.plan_switch("claude-code", "relay", here)
    assert isinstance(plan, SwitchPlan), plan
    assert RELAY_KEY not in plan.diff
    assert session.process.pid in facade.find_agents(here)[0].running.pids
    done = facade.apply(plan, here)
    assert isinstance(done, Applied)
    assert done.verified
    followed(session, other)
    assert {key for one in other.asked for key in one.keys} == {RELAY_KEY}

    undone = facade.undo("claude-code", here)
    assert isinstance(undone, Undone)
    assert undone.settles_at is not None
    assert json.loads(settings.read_text())["env"]["ANTHROPIC_AUTH_TOKEN"] == ""
    followed(session, upstream)
    assert upstream.keys == {LOGIN}
    assert other.keys == {RELAY_KEY}

    assert facade.settle(replace(here, now=here.now + timedelta(minutes=1))) == []
    assert settings.read_text() == text
    count = len(upstream.asked)
    session.say("last")
    assert len(upstream.asked) > count
    assert upstream.keys == {LOGIN}
    assert Home("claude-code", str(home / ".claude")) in {state.home for state in facade.find_agents(here)}


def followed(session: Session, upstream: Upstream) -> None:
    """Speaks until the session has gone there: it takes up a change within seconds."""
    count = len(upstream.asked)
    ends = time.monotonic() + 30
    while len(upstream.asked) == count:
        assert time.monotonic() < ends, "the session did not follow"
        session.say("again")
