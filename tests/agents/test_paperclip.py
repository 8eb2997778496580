"""Paperclip: found, its result codes read, and switched by its API or command only."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import facade, paperclip
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import GivenProfile, Refusal, RefusalKind, Route
from quotaboard.domain.secret import Secret
from quotaboard.domain.verdict import Verdict
from tests.agents.conftest import Around, Lay

CONFIG = {"server": {"host": "127.0.0.1", "port": 3111}}


@pytest.fixture
def cases(recorded: Path) -> dict[str, Any]:
    text = (recorded / "others/agent_paperclip.json").read_text()
    return {case["id"]: case["body"] for case in json.loads(text)}


@pytest.fixture
def here(around: Around, lay: Lay) -> Surroundings:
    lay(".paperclip/instances/default/config.json", CONFIG)
    lay(".paperclip/instances/lab/config.json", {})
    given = (GivenProfile("paperclip", "sonnet", "anthropic", "claude-sonnet-5"),)
    return around(own_profiles=given)


def test_every_instance_is_a_home(here: Surroundings) -> None:
    assert [home.id for home in paperclip.homes(here)] == ["paperclip", "paperclip:lab"]


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


def test_the_api_tells_adapter_model_and_whose_key(cases: dict[str, Any]) -> None:
    recorded = cases["pc-switch"]["json"]
    (agent,) = paperclip.read_agents([{"id": "a1", "name": "CEO", **recorded}, {"name": "no id"}, 7])
    assert (agent.adapter, agent.engine, agent.route.model) == ("claude_local", "cli", "claude-sonnet-5")
    assert agent.route.base_url == "https://relay.example.invalid"
    assert agent.route.key is not None
    assert agent.route.key.fingerprint == Secret("sk-fake").fingerprint
    (stored,) = paperclip.read_agents(
        [
            {
                "id": "a2",
                "adapterType": "claude_local",
                "adapterConfig": {"env": {"ANTHROPIC_API_KEY": {"type": "secret_ref", "secretId": "s"}}},
            }
        ]
    )
    assert stored.route.key is not None
    assert stored.route.key.fingerprint is None


def test_a_switch_is_a_command_and_a_request_with_adapter_and_model_together(here: Surroundings) -> None:
    refusal = facade.plan_switch("paperclip", "sonnet", here)
    assert isinstance(refusal, Refusal)
    home = paperclip.homes(here)[0]
    state = paperclip.look(home, here)
    plan = paperclip.plan(home, state.profiles[0], here)
    assert isinstance(plan, Refusal)
    assert plan.kind is RefusalKind.UNSUPPORTED
    assert "paperclipai agent update AGENT_ID --payload-json" in plan.sentence
    base = paperclip.address(home, here)
    assert paperclip.ask_for_agents(base, "c1").url == "http://localhost:3111/api/companies/c1/agents"
    ask = paperclip.ask_to_switch(base, "a1", Route("anthropic", "claude-sonnet-5"))
    assert (ask.method, ask.url) == ("PATCH", "http://localhost:3111/api/agents/a1")
    assert ask.body == {
        "adapterType": "claude_local",
        "adapterConfig": {"model": "claude-sonnet-5"},
        "replaceAdapterConfig": False,
    }


def test_no_secret_is_ever_part_of_a_request() -> None:
    (agent,) = paperclip.read_agents(
        [
            {
                "id": "a",
                "adapterType": "claude_local",
                "adapterConfig": {"env": {"ANTHROPIC_API_KEY": "sk-canary"}},
            }
        ]
    )
    assert "sk-canary" not in repr(agent)
    assert "sk-canary" not in " ".join(paperclip.command("a", agent.route))


def test_a_broken_config_is_a_trouble(around: Around, lay: Lay) -> None:
    lay(".paperclip/instances/default/config.json", "{")
    here = around()
    trouble = paperclip.look(paperclip.homes(here)[0], here).trouble
    assert trouble is not None
    assert trouble.kind is RefusalKind.BROKEN
