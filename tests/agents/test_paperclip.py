"""Paperclip: its agents found, read, switched and taken back by its own API; its result codes read."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import facade, paperclip
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    Applied,
    GivenProfile,
    Refusal,
    RefusalKind,
    SwitchPlan,
    Undone,
    When,
)
from quotaboard.domain.verdict import Verdict
from tests.agents.conftest import Around, Lay

HIDDEN = "***REDACTED***"
OF_EVERY_ADAPTER = ("env", "cwd")
GIVEN = (
    GivenProfile("paperclip", "sonnet", "anthropic", "claude-sonnet-5"),
    GivenProfile("paperclip", "gpt", "openai", "gpt-6"),
    GivenProfile("paperclip", "glm", "zai", "glm-5"),
)


class Paperclip:
    """The API as version 2026.916.1 was seen to behave: values hidden, settings merged, replaced, dropped."""

    def __init__(self) -> None:
        env = {"ANTHROPIC_API_KEY": {"type": "plain", "value": "sk-canary"}}
        self.agents: dict[str, dict[str, Any]] = {
            "a1": {
                "id": "a1",
                "urlKey": "ceo",
                "name": "CEO",
                "adapterType": "claude_local",
                "adapterConfig": {"model": "claude-opus-5", "effort": "high", "env": env},
            }
        }
        self.patches: list[Any] = []
        self.status = 200
        self.refuses = False

    def get(self, path: str) -> object:
        if path == "/api/companies":
            return [{"id": "c1"}]
        if path == "/api/companies/c1/agents":
            return [self.shown(one) for one in self.agents.values()]
        return self.shown(self.agents[path.removeprefix("/api/agents/")])

    def patch(self, path: str, body: dict[str, Any]) -> object:
        self.patches.append(body)
        agent = self.agents[path.removeprefix("/api/agents/")]
        old, new = agent["adapterConfig"], dict(body["adapterConfig"])
        if "env" in new:
            new["env"] = {name: old["env"][name] for name in new["env"]}
        if agent["adapterType"] != body["adapterType"]:
            new = {key: old[key] for key in OF_EVERY_ADAPTER if key in old} | new
        elif not body["replaceAdapterConfig"]:
            new = {**old, **new}
        agent |= {"adapterType": body["adapterType"], "adapterConfig": new}
        return self.shown(agent)

    def shown(self, agent: dict[str, Any]) -> dict[str, Any]:
        config = agent["adapterConfig"]
        env = {name: {"type": "plain", "value": HIDDEN} for name in config.get("env", {})}
        return {**agent, "adapterConfig": {**config, "env": env}}


@pytest.fixture
def server() -> Iterator[tuple[Paperclip, int]]:
    api = Paperclip()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            pass

        def answer(self, document: object) -> None:
            content = json.dumps(document if api.status == 200 else {"error": "not so"}).encode()
            self.send_response(api.status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.answer(api.get(self.path))

        def do_PATCH(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if api.refuses:
                api.status = 422
            self.answer(None if api.refuses else api.patch(self.path, body))
            api.status = 200

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield api, httpd.server_address[1]
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def api(server: tuple[Paperclip, int]) -> Paperclip:
    return server[0]


@pytest.fixture
def here(around: Around, lay: Lay, server: tuple[Paperclip, int]) -> Surroundings:
    lay(".paperclip/instances/default/config.json", {"server": {"host": "127.0.0.1", "port": server[1]}})
    return around(own_profiles=GIVEN)


def seen(around: Surroundings) -> AgentState:
    (state,) = (one for one in facade.find_agents(around) if one.home.agent == "paperclip")
    return state


def switch(name: str, around: Surroundings) -> SwitchPlan:
    plan = facade.plan_switch("paperclip", name, around)
    assert isinstance(plan, SwitchPlan), plan
    done = facade.apply(plan, around)
    assert isinstance(done, Applied), done
    assert done.verified
    return plan


def refused(outcome: object) -> Refusal:
    assert isinstance(outcome, Refusal), outcome
    return outcome


def test_the_one_agent_is_found_with_its_adapter_model_and_profiles(here: Surroundings) -> None:
    state = seen(here)
    assert (state.home.id, state.running.activity) == ("paperclip", Activity.RUNNING)
    assert state.sends
    assert (state.sends.provider, state.sends.model) == ("anthropic", "claude-opus-5")
    assert [one.name for one in state.profiles] == ["claude_local", "sonnet", "gpt", "glm"]
    assert state.profiles[-1].trouble


def test_a_hidden_value_is_never_taken_for_the_value(api: Paperclip, here: Surroundings) -> None:
    config = api.agents["a1"]["adapterConfig"]
    config["env"]["ANTHROPIC_BASE_URL"] = {"type": "plain", "value": "https://relay.example"}
    state = seen(here)
    assert state.sends
    assert state.sends.key
    assert (state.sends.key.variable, state.sends.key.fingerprint) == ("ANTHROPIC_API_KEY", None)
    assert state.sends.base_url is None
    assert "hides the address" in state.warnings[0]


def test_a_switch_to_another_model_changes_it_alone_and_is_taken_back(
    api: Paperclip, here: Surroundings
) -> None:
    before = json.dumps(api.agents, sort_keys=True)
    plan = switch("sonnet", here)
    assert plan.effects[0].when is When.NEW_SESSION
    assert '+    "model": "claude-sonnet-5"' in plan.diff
    assert api.agents["a1"]["adapterConfig"]["effort"] == "high"
    assert isinstance(facade.undo("paperclip", here), Undone)
    assert json.dumps(api.agents, sort_keys=True) == before
    assert refused(facade.undo("paperclip", here)).kind is RefusalKind.NOTHING


def test_a_switch_to_another_adapter_goes_with_its_model_and_an_undo_brings_everything_back(
    api: Paperclip, here: Surroundings
) -> None:
    before = json.dumps(api.agents, sort_keys=True)
    assert "are dropped by Paperclip" in switch("gpt", here).warnings[0]
    assert api.agents["a1"]["adapterType"] == "codex_local"
    assert "effort" not in api.agents["a1"]["adapterConfig"]
    done = facade.undo("paperclip", here)
    assert isinstance(done, Undone)
    assert (done.profile, json.dumps(api.agents, sort_keys=True)) == ("gpt", before)
    assert "sk-canary" not in json.dumps(api.patches)


def test_what_somebody_changed_meanwhile_is_refused(api: Paperclip, here: Surroundings) -> None:
    plan = facade.plan_switch("paperclip", "sonnet", here)
    assert isinstance(plan, SwitchPlan)
    config = api.agents["a1"]["adapterConfig"]
    config["model"] = "theirs"
    assert refused(facade.apply(plan, here)).kind is RefusalKind.EDITED
    assert api.patches == []
    switch("sonnet", here)
    api.agents["a1"]["adapterConfig"]["model"] = "another"
    assert refused(facade.undo("paperclip", here)).kind is RefusalKind.EDITED


def test_what_paperclip_refuses_is_said_and_leaves_nothing_to_undo(
    api: Paperclip, here: Surroundings
) -> None:
    plan = facade.plan_switch("paperclip", "sonnet", here)
    assert isinstance(plan, SwitchPlan)
    api.refuses = True
    refusal = refused(facade.apply(plan, here))
    assert refusal.sentence == "Paperclip refuses it: not so. Nothing was changed."
    assert refused(facade.undo("paperclip", here)).kind is RefusalKind.NOTHING


def test_of_several_agents_one_must_be_named(api: Paperclip, here: Surroundings) -> None:
    api.agents["a2"] = {**api.agents["a1"], "id": "a2", "urlKey": "cto", "name": "CTO"}
    assert {one.home.id for one in facade.find_agents(here)} == {"paperclip:ceo", "paperclip:cto"}
    refusal = refused(facade.plan_switch("paperclip", "sonnet", here))
    assert refusal.sentence == "Paperclip has several: name one of paperclip:ceo, paperclip:cto."
    plan = facade.plan_switch("paperclip:cto", "sonnet", here)
    assert isinstance(plan, SwitchPlan)
    assert plan.home.path.endswith("/api/agents/a2")


def test_one_that_does_not_run_says_how_to_start_it(around: Around, lay: Lay) -> None:
    lay(".paperclip/instances/default/config.json", {"server": {"port": 9}})
    lay(".paperclip/instances/lab/config.json", {"server": {"port": 9}})
    states = facade.find_agents(around())
    assert [one.home.id for one in states] == ["paperclip", "paperclip:lab"]
    assert states[0].trouble
    assert states[0].trouble.sentence.endswith("start it with `paperclipai run`.")


@pytest.mark.parametrize("host", ["10.0.0.7", "127.0.0.1.stranger.example", "127.stranger.example"])
def test_nothing_is_sent_to_another_machine(around: Around, lay: Lay, host: str) -> None:
    lay(".paperclip/instances/default/config.json", {"server": {"host": host}})
    trouble = facade.find_agents(around())[0].trouble
    assert trouble
    assert (trouble.kind, "is not on this machine" in trouble.sentence) == (RefusalKind.UNSUPPORTED, True)


def test_a_login_that_it_asks_for_is_named(api: Paperclip, here: Surroundings) -> None:
    api.status = 401
    trouble = seen(here).trouble
    assert trouble
    assert "PAPERCLIP_API_KEY" in trouble.sentence


@pytest.fixture
def cases(recorded: Path) -> dict[str, Any]:
    text = (recorded / "others/agent_paperclip.json").read_text()
    return {case["id"]: case["body"] for case in json.loads(text)}


@pytest.mark.parametrize(
    ("case", "verdict", "until"),
    [
        ("pc-ok", Verdict.OPEN, None),
        ("pc-extra", None, None),
        ("pc-limit", Verdict.SPENT, datetime(2026, 11, 20, 20, tzinfo=UTC)),
        ("pc-login", Verdict.UNAUTHORIZED, None),
        ("pc-expired", Verdict.UNAUTHORIZED, None),
        ("pc-overload", Verdict.UNAVAILABLE, None),
    ],
)
def test_a_result_code_says_what_it_can(
    cases: dict[str, Any], case: str, verdict: Verdict | None, until: datetime | None
) -> None:
    result = paperclip.read_result(cases[case])
    assert (result.verdict, result.until) == (verdict, until)
    assert case != "pc-extra" or "out of extra usage" in (result.message or "")


@pytest.mark.parametrize(
    "document",
    [None, [], {"errorCode": "new_code"}, {"errorCode": "provider_quota", "retryNotBefore": "soon"}],
)
def test_an_unknown_result_is_never_called_open(document: object) -> None:
    assert paperclip.read_result(document).verdict is None


def test_a_broken_config_is_a_trouble(around: Around, lay: Lay) -> None:
    lay(".paperclip/instances/default/config.json", "{")
    (state,) = facade.find_agents(around())
    assert state.trouble
    assert state.trouble.kind is RefusalKind.BROKEN
