"""The real Claude Code: a session that runs follows the address, and goes back to its login with an undo."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.commands import Commands, Watched
from tests.real.conftest import PublicHost, stop, wait_for
from tests.real.lanes import Lane
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


PROFILE = f"""\
[[profiles]]
agent = "claude-code"
name = "relay"
provider = "anthropic"
model = "{MODEL}"
credential = "relay"
"""


def test_a_running_session_follows_and_comes_back(
    session: Session, home: Path, public: PublicHost, open_lane: Lane
) -> None:
    upstream, upstream.gated = public.upstream, True
    settings = home / ".claude" / "settings.json"
    text = '{\n  "cleanupPeriodDays": 30\n}\n'
    settings.write_text(text)
    settings.chmod(0o600)
    commands = Commands(home, {"RELAY_KEY": RELAY_KEY})
    commands.configure([Watched("relay", "RELAY_KEY", "anthropic", MODEL, open_lane.url)], PROFILE)
    assert session.say("first")["is_error"]
    assert [(one.public_host, one.keys) for one in upstream.asked] == [("api.anthropic.com:443", {LOGIN})]

    told = commands.switch("claude-code", "relay")
    assert RELAY_KEY not in told["diff"]
    assert told["proof"]["lane"] == f"relay/{MODEL}/tools/direct"
    assert not followed(session, open_lane)["is_error"]
    refused = len(upstream.asked)
    assert not session.say("again")["is_error"]
    assert len(upstream.asked) == refused

    # It waits, so that sessions take up the empty values before they are gone.
    told = commands.undo("claude-code")
    assert told["settles_at"]
    assert settings.read_text() == text
    served = len(open_lane.asked)
    assert session.say("last")["is_error"]
    assert len(upstream.asked) > refused
    assert len(open_lane.asked) == served
    assert (upstream.keys, open_lane.keys) == ({LOGIN}, {RELAY_KEY})


def followed(session: Session, upstream: Upstream) -> dict[str, Any]:
    """Speaks until the session has gone there: it takes up a change within seconds."""
    count = len(upstream.asked)
    ends = time.monotonic() + 30
    while True:
        assert time.monotonic() < ends, "the session did not follow"
        reply = session.say("again")
        if len(upstream.asked) > count:
            return reply
