"""The real OpenClaw and its running gateway: one session is gated, switched, served, undone, gated again."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from quotaboard.agents import openclaw as adapter
from quotaboard.domain.agent import Activity
from tests.real.commands import Commands, Journey, Watched, auto_switch
from tests.real.conftest import stop, wait_for
from tests.real.lanes import Lane, surroundings

pytestmark = pytest.mark.real_agent

TOKEN = "3f9c1b7e5d2a4860"
# OpenClaw pauses a lane for ten minutes once it was refused; those of this one name it never pauses.
CONFIG = """\
// mine: do not lose
{{
  gateway: {{
    mode: "local", port: {port}, bind: "loopback", auth: {{ mode: "token", token: "{token}" }},
    http: {{ endpoints: {{ chatCompletions: {{ enabled: true }} }} }},
  }},
  agents: {{
    defaults: {{
      model: {{
        primary: 'openrouter/m-one', // the gated one
        fallbacks: [],
      }},
      skipBootstrap: true, workspace: "{workspace}",
    }},
  }},
  models: {{
    mode: "merge",
    providers: {{
      openrouter: {{ baseUrl: "{max}", apiKey: "sk-fake-max", api: "anthropic-messages", models: [{one}] }},
      relay: {{
        baseUrl: "{relay}/v1", apiKey: "${{RELAY_KEY}}", api: "openai-completions", models: [{two}],
      }},
    }},
  }},
}}
"""
KEYS = {"RELAY_KEY": "sk-fake-relay"}


def model(name: str) -> str:
    cost = {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0}
    entry = {"id": name, "name": name, "reasoning": False, "input": ["text"], "cost": cost}
    return json.dumps({**entry, "contextWindow": 200000, "maxTokens": 8192})


class Gateway:
    """One home, its gateway, and one conversation with it."""

    def __init__(self, command: Path, home: Path, port: int) -> None:
        self.command, self.home, self.port = command, home, port
        self.log = home / "gateway.log"
        self.seen = self.config.read_bytes()
        self.expected = 0
        self.told: list[str] = []

    @property
    def config(self) -> Path:
        return self.home / ".openclaw/openclaw.json"

    @property
    def environment(self) -> dict[str, str]:
        # Its own Node, if CI installed one beside it, goes first: the machine's may be too old.
        path = f"{self.node}:{os.environ['PATH']}" if self.node else os.environ["PATH"]
        # It keeps logs and locks in the machine's folder for temporary files.
        return {**KEYS, "HOME": str(self.home), "TMPDIR": str(self.home), "PATH": path}

    @property
    def node(self) -> Path | None:
        """The Node that was installed beside it: the machine's may be too old."""
        for folder in self.command.parents:
            if (found := folder / "node_modules/node/bin").is_dir():
                return found
        return None

    @contextmanager
    def running(self) -> Iterator[None]:
        with self.log.open("w") as log:
            process = subprocess.Popen(
                [self.command, "gateway", "run"],
                cwd=self.home,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
            )
            try:
                wait_for(lambda: process.poll() is not None or "] ready" in self.text(), "the gateway", 120)
                assert process.poll() is None, self.text()
                yield
            finally:
                stop(process)

    def text(self) -> str:
        return re.sub(r"\x1b\[\d+m", "", self.log.read_text())

    def reloads(self) -> int:
        return self.text().count("hot reload applied")

    def ask_once_reloaded(self) -> None:
        """A message; after a change of the config once the gateway has said that it has read it."""
        if self.config.read_bytes() != self.seen:
            self.seen, self.expected = self.config.read_bytes(), self.expected + 1
        wait_for(lambda: self.reloads() == self.expected, "the hot reload")
        self.told.append(self.ask())

    def ask(self) -> str:
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/v1/chat/completions",
            headers={"authorization": f"Bearer {TOKEN}"},
            json={"model": "openclaw", "user": "one", "messages": [{"role": "user", "content": "say hi"}]},
            timeout=120,
        )
        return answer.text

    def call(self, method: str, **parameters: object) -> None:
        subprocess.run(
            [
                *(self.command, "gateway", "call", method, "--params", json.dumps(parameters)),
                *("--token", TOKEN, "--url", f"ws://127.0.0.1:{self.port}"),
            ],
            env=self.environment,
            capture_output=True,
            timeout=120,
            check=True,
        )


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def gateway(openclaw: Path, home: Path, port: int, lane: Lane, open_lane: Lane) -> Gateway:
    path = home / ".openclaw/openclaw.json"
    path.parent.mkdir()
    workspace = home / "workspace"
    workspace.mkdir()
    values = {"max": lane.url, "relay": open_lane.url, "one": model("m-one"), "two": model("m-two")}
    path.write_text(CONFIG.format(port=port, token=TOKEN, workspace=workspace, **values))
    return Gateway(openclaw, home, port)


@pytest.fixture
def commands(home: Path, lane: Lane, open_lane: Lane) -> Commands:
    mine = Commands(home, {**KEYS, "MAX_KEY": "sk-fake-max"})
    mine.configure(
        [
            Watched("max", "MAX_KEY", "anthropic", "m-one", lane.url),
            Watched("relay", "RELAY_KEY", "relay", "m-two", f"{open_lane.url}/v1"),
        ],
        auto_switch("openclaw", "relay/m-two"),
    )
    return mine


def test_a_running_gateway_is_moved_off_a_gated_lane_and_back(
    gateway: Gateway, home: Path, commands: Commands, lane: Lane, open_lane: Lane
) -> None:
    path = home / ".openclaw/openclaw.json"
    around = surroundings(home, KEYS)
    with gateway.running():
        state = adapter.look(adapter.homes(around)[0], around)
        assert state.running.activity is Activity.RUNNING
        ask = gateway.ask_once_reloaded
        journey = Journey(commands, "openclaw", "relay/m-two", ask, lane, open_lane, path)
        assert journey.there_and_back()["effects"][0]["when"] == "next_message"
        assert ["out of extra usage" in told for told in gateway.told] == [True, False, True]
        assert "pong" in gateway.told[1]
        assert gateway.reloads() == 2
        journey.by_itself()
        assert lane.asked[0].body["tools"]
        assert {one.body["model"] for one in open_lane.asked} == {"m-two"}

        served = len(open_lane.asked)
        gateway.call("sessions.patch", key="agent:main:openai-user:one", model="relay/m-two")
        assert "1 session was given a model by hand" in " ".join(
            adapter.look(adapter.homes(around)[0], around).warnings
        )
        gateway.ask()
        assert len(open_lane.asked) > served
    assert (lane.keys, open_lane.keys) == ({"sk-fake-max"}, {"sk-fake-relay"})
    stopped = adapter.look(adapter.homes(around)[0], around)
    assert stopped.running.activity is Activity.STOPPED
