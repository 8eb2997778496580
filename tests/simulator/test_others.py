"""Providers other than Anthropic: what their endpoints answer, and when their windows end."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.providers import registry
from quotaboard.simulator import ScenarioError, load_scenario, parse_scenario
from quotaboard.simulator.facts import RequestFacts
from quotaboard.simulator.service import Service

START = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
HEAD = """
title = "t"
about = "a"

[[accounts]]
name = "max"
token = "sk-ant-oat01-demo"
kind = "oauth"
plan = "pro"
source = "s"
models = ["claude-haiku-4-5"]

[[others]]
name = "it"
provider = "openai"
token = "sk-demo-it"
source = "KEY"
models = ["m"]
"""


def asked(method: str, path: str, token: str = "sk-demo-it", body: object = None) -> RequestFacts:
    data = json.dumps(body).encode() if body is not None else b""
    return RequestFacts(method, path, {}, {"authorization": f"Bearer {token}"} if token else {}, data)


def test_every_provider_has_an_account_in_everything() -> None:
    scenario = load_scenario("everything")
    held = {other.provider for other in scenario.others} | {"anthropic"}
    assert set(registry.names()) <= held


def test_moments_are_counted_from_the_start_in_every_form() -> None:
    reply = """
[[others.replies]]
path = "/usage"
headers = { "x-reset" = "@left 1h" }
body = '{"at": "@iso 1h 30m", "s": "@epoch 1h", "ms": ["@ms 1h"], "day": "@date 1d", "in": "@left 2h"}'
"""
    service = Service(parse_scenario(HEAD + reply, "x.toml"), START)
    answer = service.handle(asked("GET", "/usage"), START + timedelta(hours=1)).answer
    epoch = int((START + timedelta(hours=1)).timestamp())
    assert json.loads(answer.body) == {
        "at": "2026-11-20T05:42:00Z",
        "s": epoch,
        "ms": [epoch * 1000],
        "day": "2026-11-21",
        "in": 3600,
    }
    assert answer.headers["x-reset"] == "0"


def test_a_request_that_nothing_speaks_of_is_served_and_models_are_listed() -> None:
    service = Service(parse_scenario(HEAD, "x.toml"), START)
    served = service.handle(asked("POST", "/v1/chat/completions", body={"model": "m"}), START)
    assert (served.answer.status, served.account) == (200, "it")
    assert json.loads(served.answer.body)["choices"]
    listed = service.handle(asked("GET", "/v1/models"), START).answer
    assert [row["id"] for row in json.loads(listed.body)["data"]] == ["m"]


def test_a_reply_may_be_about_some_models_or_about_tools() -> None:
    reply = """
[[others.replies]]
path = "/v1/chat/completions"
method = "POST"
model = "m*"
tools = true
status = 402
"""
    service = Service(parse_scenario(HEAD + reply, "x.toml"), START)

    def status(body: object) -> int:
        return service.handle(asked("POST", "/v1/chat/completions", body=body), START).answer.status

    assert status({"model": "m1", "tools": [{}]}) == 402
    assert status({"model": "m1"}) == status({"model": "x", "tools": [{}]}) == 200


def test_a_stranger_is_refused_where_only_another_provider_is() -> None:
    base = HEAD.replace('source = "KEY"', 'source = "KEY"\nbase = "/openai/v1"')
    service = Service(parse_scenario(base, "x.toml"), START)
    answer = service.handle(asked("GET", "/openai/v1/models", "sk-else"), START).answer
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ('token = "sk-it"', "pretend tokens only"),
        ('kind = "cookie"', "must be one of api_key"),
        ('colour = "red"', "is not a key here"),
    ],
)
def test_a_mistake_in_another_provider_is_named(told: str, problem: str) -> None:
    head = HEAD.replace(
        'token = "sk-demo-it"', told if told.startswith("token") else f'token = "demo"\n{told}'
    )
    with pytest.raises(ScenarioError, match=problem):
        parse_scenario(head, "x.toml")


def test_a_body_that_is_no_json_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"others\.0\.replies\.0\.body: must be JSON"):
        parse_scenario(HEAD + '[[others.replies]]\npath = "/x"\nbody = "{"\n', "x.toml")
