"""The real Hermes: gated before, switched by us, served after, undone, gated again."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes import look
from quotaboard.domain.agent import Activity, Home
from quotaboard.simulator import load_scenario, serve
from tests.fleet_home import MODEL, lay_hermes, variable
from tests.real.bearer import as_bearer
from tests.real.commands import Commands, Journey, Watched, auto_switch
from tests.real.conftest import stop, wait_for
from tests.real.differences import after_switches, differences
from tests.real.lanes import Lane
from tests.real.upstream import Upstream

pytestmark = pytest.mark.real_agent

CLAUDE_TOKEN = "sk-ant-oat01-FAKE-token"
RELAY_KEY = "fake-relay-key-1234"
DEEPSEEK_KEY = "sk-fake-deepseek-5678"
SERVER_KEY = "3f9c1b7e5d2a4860b1c9e7f3"
GATED = "out of extra usage"
SERVED = "pong from openai-compatible loopback"

CONFIG = """\
# mine: do not lose
_config_version: 33
model:
  provider: anthropic          # the subscription
  default: "claude-sonnet-4-6"
  base_url: {old}/api.anthropic.com/anthropic
  context_length: 200000

providers:
  loopback: {{name: loopback, api: "{new}/v1", key_env: LOOP_KEY, default_model: loop-model,
             discover_models: false, context_length: 65536}}
fallback_providers: []
security:
  allow_lazy_installs: false
  tirith_enabled: false
"""


QUIET = """\
fallback_providers: []
security: {allow_lazy_installs: false, tirith_enabled: false}
"""
FOUR = Path(__file__).resolve().parents[1] / "bench" / "four.toml"


class Hermes:
    """One home, and the command that uses it."""

    def __init__(self, command: Path, user: Path) -> None:
        self.command = command
        self.user = user
        self.home = user / ".hermes"
        self.home.mkdir()
        # With these two Hermes asks neither the catalog of models nor the package index.
        (self.home / "models_dev_cache.json").write_text(
            '{"anthropic": {"id": "anthropic", "name": "Anthropic", "models": {}}}'
        )
        fresh = {"ts": time.time(), "behind": 0, "rev": None, "ver": "0.19.0"}
        (self.home / ".update_check").write_text(json.dumps(fresh))

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.user),
            "HERMES_HOME": str(self.home),
            "PATH": f"{self.command.parent}:/usr/bin:/bin",
            "HERMES_DISABLE_LAZY_INSTALLS": "1",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "PYTEST_CURRENT_TEST": "real",
        }

    def lay(self, config: str, **variables: str) -> None:
        (self.home / "config.yaml").write_text(config)
        (self.home / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))

    def around(self) -> Surroundings:
        return Surroundings({}, self.user, datetime.now(UTC), self.user / "state")

    def hermes_home(self) -> Home:
        return Home("hermes", str(self.home))

    def chat(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.command, "chat", "-Q", "-q", "ping"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=self.user,
        )

    def commands(self, old: str, new: str) -> Commands:
        """Ours, with a config that lets both lanes be looked at."""
        mine = Commands(self.user, {"MAX_TOKEN": CLAUDE_TOKEN, "RELAY_KEY": RELAY_KEY})
        gated = f"{old}/api.anthropic.com/anthropic"
        mine.configure(
            [
                Watched("max", "MAX_TOKEN", "anthropic", "claude-sonnet-4-6", gated),
                Watched("relay", "RELAY_KEY", "relay", "loop-model", f"{new}/v1"),
            ],
            auto_switch("hermes", "loopback"),
        )
        return mine


@pytest.fixture
def agent(hermes: Path, home: Path) -> Hermes:
    return Hermes(hermes, home)


def test_a_chat_is_gated_then_served_then_gated_again(
    agent: Hermes, upstream: Upstream, open_lane: Lane
) -> None:
    config = CONFIG.format(old=upstream.url, new=open_lane.url)
    agent.lay(config, ANTHROPIC_TOKEN=CLAUDE_TOKEN, LOOP_KEY=RELAY_KEY)
    chats: list[subprocess.CompletedProcess[str]] = []
    journey = Journey(
        agent.commands(upstream.url, open_lane.url),
        "hermes",
        "loopback",
        lambda: chats.append(agent.chat()),
        upstream,
        open_lane,
        agent.home / "config.yaml",
    )
    journey.there_and_back()
    assert [(chat.returncode, GATED in chat.stdout) for chat in chats] == [(1, True), (0, False), (1, True)]
    assert chats[1].stdout.strip() == SERVED
    journey.by_itself()
    assert {one.path for one in upstream.asked} == {"/api.anthropic.com/anthropic/v1/messages"}
    assert {one.path for one in open_lane.asked} == {"/v1/chat/completions"}
    assert all(one.body["tools"] for one in (*upstream.asked, *open_lane.asked))
    assert (upstream.keys, open_lane.keys) == ({CLAUDE_TOKEN}, {RELAY_KEY})


def test_a_running_gateway_follows_with_the_same_session(
    agent: Hermes, upstream: Upstream, open_lane: Lane
) -> None:
    port = free_port()
    agent.lay(
        CONFIG.format(old=upstream.url, new=open_lane.url),
        ANTHROPIC_TOKEN=CLAUDE_TOKEN,
        LOOP_KEY=RELAY_KEY,
        API_SERVER_ENABLED="true",
        API_SERVER_KEY=SERVER_KEY,
        API_SERVER_PORT=str(port),
    )
    told: list[str] = []
    journey = Journey(
        agent.commands(upstream.url, open_lane.url),
        "hermes",
        "loopback",
        lambda: told.append(said(port)),
        upstream,
        open_lane,
        agent.home / "config.yaml",
    )
    with gateway(agent, port):
        state = look(agent.hermes_home(), agent.around())
        assert (state.running.activity, state.version) == (Activity.RUNNING, "0.19.0")
        assert journey.there_and_back()["effects"][0]["when"] == "next_message"
        assert [GATED in one for one in told] == [True, False, True]
        assert told[1] == SERVED
        # The same conversation went on: what was said before travels with what is said now.
        assert "ping\n\nping" in json.dumps(open_lane.asked[0].body["messages"]).replace("\\n", "\n")
        assert SERVED in json.dumps(upstream.asked[1].body["messages"])
        journey.by_itself()
    assert (upstream.keys, open_lane.keys) == ({CLAUDE_TOKEN}, {RELAY_KEY})


def test_the_old_address_receives_nothing_of_the_new_key(
    agent: Hermes, upstream: Upstream, other: Upstream
) -> None:
    config = CONFIG.format(old=upstream.url, new=other.url).replace(
        "fallback_providers: []",
        "fallback_providers: [{provider: deepseek, model: deepseek-chat}]",
    )
    agent.lay(
        config,
        ANTHROPIC_TOKEN=CLAUDE_TOKEN,
        DEEPSEEK_API_KEY=DEEPSEEK_KEY,
        DEEPSEEK_BASE_URL=f"{other.url}/deepseek/v1",
    )
    upstream.gated = other.gated = False
    commands = Commands(agent.user)
    assert commands.answer("switch", "hermes", "deepseek", "--no-prove")["verified"]
    after = agent.chat()
    assert after.returncode == 0, after
    assert upstream.seen == []
    assert other.keys == {DEEPSEEK_KEY}
    assert [one.body["model"] for one in other.asked] == ["deepseek-chat"]


def test_a_key_that_an_sdk_would_add_is_refused(agent: Hermes, upstream: Upstream, other: Upstream) -> None:
    """The SDK takes the header that Hermes leaves free from the environment; we read that off beforehand."""
    config = CONFIG.format(old=upstream.url, new=other.url).replace(
        "default_model: loop-model", "default_model: loop-model, transport: anthropic_messages"
    )
    stray = "fake-gateway-token"
    agent.lay(config, ANTHROPIC_TOKEN=CLAUDE_TOKEN, LOOP_KEY=RELAY_KEY, ANTHROPIC_AUTH_TOKEN=stray)
    refusal = Commands(agent.user).answer("switch", "hermes", "loopback", code=5)["refused"]
    assert (refusal["kind"], "ANTHROPIC_AUTH_TOKEN in .env" in refusal["sentence"]) == ("leak", True)
    # Had it been done by hand, the key would have gone there.
    text = (agent.home / "config.yaml").read_text()
    text = text.replace("provider: anthropic ", "provider: custom:loopback ").replace(
        "claude-sonnet-4-6", "loop-model"
    )
    (agent.home / "config.yaml").write_text(text)
    agent.chat()
    assert stray in other.keys


def test_of_four_accounts_the_one_is_chosen_that_serves_requests_with_tools(agent: Hermes) -> None:
    """One refuses tools at 3 %, one this model at 9 %, one is used up, and one is healthy at 37 %."""
    scenario = load_scenario(FOUR)
    tokens = {account.name: account.token for account in scenario.accounts}
    shell = {variable(name): token for name, token in tokens.items()}
    with serve(scenario) as server, as_bearer(server.base_url) as door:
        lay_hermes(agent.user, door, tokens, "max", more=QUIET)
        commands = Commands(agent.user, shell)
        watched = [
            Watched(name, variable(name), "anthropic", MODEL, door, "claude-haiku-4-5") for name in tokens
        ]
        commands.configure(watched, '[auto_switch]\nagents = ["hermes"]\n')

        def chatted() -> set[tuple[str | None, int, bool]]:
            """Who was asked by Hermes, how it was answered, and whether the request carried tools."""
            before = len(server.requests)
            agent.chat()
            new = [one for one in server.requests[before:] if one.path == "/v1/messages"]
            return {(one.account, one.status, one.tools > 0) for one in new}

        assert chatted() == {("max", 400, True)}
        told = commands.preflight("hermes", 3)
        assert told["best"] == "home"
        (advised,) = commands.answer("profiles", "hermes")["agents"]
        assert advised["best"] == "home"
        for advice in (told["advice"], advised["advice"]):
            assert "Not max: it refuses requests with tools, although its 5h window is 3 % used" in advice
            assert f"Not team: it refuses {MODEL}" in advice
            assert "although its 5h window is 9 % used" in advice
        (decision,) = commands.decide()
        assert (decision["action"], decision["to"], decision["verified"]) == ("switch", "home", True)
        assert "37 % used" in decision["sentence"]
        assert "3 % used" in decision["sentence"]
        assert "9 % used" in decision["sentence"]
        assert chatted() == {("home", 200, True)}
        assert commands.preflight("hermes", 0)["ready"]
        commands.undo("hermes")
        assert chatted() == {("max", 400, True)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gateway(agent: Hermes, port: int) -> Iterator[None]:
    log = agent.user / "gateway.out"
    with log.open("w") as out:
        process = subprocess.Popen(
            [agent.command, "gateway", "run"],
            env=agent.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=agent.user,
            start_new_session=True,
        )
        try:
            wait_for(lambda: process.poll() is not None or answers(port), "the start of the gateway")
            assert process.poll() is None, log.read_text()
            yield
        finally:
            stop(process)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def said(port: int) -> str:
    """What the gateway answers to a message of always the same session."""
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/chat/completions",
        headers={"Authorization": f"Bearer {SERVER_KEY}", "X-Hermes-Session-Id": "one"},
        json={"model": "hermes-agent", "messages": [{"role": "user", "content": "ping"}]},
        timeout=120,
    )
    document: Any = answer.json()
    return str(document["choices"][0]["message"]["content"])


def test_its_own_resolution_is_ours(hermes: Path, tmp_path: Path) -> None:
    """Hermes's resolver and ours, asked about the same generated homes."""
    assert differences(hermes, tmp_path, 400) == []


def test_after_every_switch_it_sends_what_was_planned(hermes: Path, tmp_path: Path) -> None:
    """Generated homes on each of their profiles, and Hermes asked where it would go with which key."""
    assert after_switches(hermes, tmp_path, 60) == []
