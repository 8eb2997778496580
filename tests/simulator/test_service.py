"""Credentials, endpoints and bodies; what each scenario does is in test_scenarios.py."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quotaboard.simulator import parse_scenario
from quotaboard.simulator.catalog import MODELS
from quotaboard.simulator.facts import RequestFacts

if TYPE_CHECKING:
    from tests.simulator.conftest import Wire

Build = Callable[[object], "Wire"]
RECORDED = Path(__file__).parents[1] / "recorded" / "anthropic" / "oauth_usage.json"
MESSAGE = b'{"model":"claude-haiku-4-5","max_tokens":1,"messages":[{"role":"user","content":"."}]}'
BETA = {"anthropic-beta": "oauth-2025-04-20"}


@pytest.mark.parametrize(
    ("headers", "status", "message"),
    [
        ({}, 401, "x-api-key header is required"),
        ({"authorization": "Bearer sk-ant-oat01-demo-nobody"} | BETA, 401, "Invalid bearer token"),
        ({"x-api-key": "sk-ant-api03-demo-nobody"}, 401, "invalid x-api-key"),
        ({"x-api-key": "sk-ant-oat01-demo-fleet-max"}, 401, "invalid x-api-key"),
        ({"authorization": "Bearer sk-ant-api03-demo-fleet-key"} | BETA, 401, "Invalid bearer token"),
        (
            {"authorization": "Bearer sk-ant-oat01-demo-fleet-max"},
            401,
            "OAuth authentication is currently not supported.",
        ),
    ],
)
def test_a_credential_that_opens_nothing_is_told_why(
    wire: Build, headers: dict[str, str], status: int, message: str
) -> None:
    got = wire("fleet").send("POST", "/v1/messages", account=None, headers=headers, body=MESSAGE)
    assert (got.status, got.message) == (status, message)
    assert got.limits == {}


def test_a_revoked_token_is_refused(wire: Build) -> None:
    scenario = parse_scenario(
        """
        title = "Revoked"
        about = "A token that was taken back."
        [[accounts]]
        name = "max"
        token = "sk-ant-oat01-demo-revoked"
        kind = "oauth"
        plan = "pro"
        state = "revoked"
        source = "file"
        """,
        "revoked.toml",
    )
    assert wire(scenario).ask().message == "OAuth token has been revoked. Please obtain a new token."


@pytest.mark.parametrize("path", ["/api/oauth/usage", "/api/oauth/profile"])
@pytest.mark.parametrize(
    ("account", "status", "message"),
    [
        ("ci", 403, "OAuth token does not meet scope requirement user:profile"),
        ("laptop", 401, "OAuth token has expired. Please obtain a new token or refresh your existing token."),
        ("api-key", 401, "Invalid authentication credentials"),
    ],
)
def test_a_login_endpoint_wants_a_login(
    wire: Build, path: str, account: str, status: int, message: str
) -> None:
    got = wire("fleet").send("GET", path, account=account)
    assert (got.status, got.message) == (status, message)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/api/hello", 200),
        ("GET", "/api/hello", 200),
        ("GET", "/", 404),
        ("GET", "/v1/mcp_servers", 404),
        ("POST", "/v1/oauth/token", 404),
        ("GET", "/v1/messages", 404),
    ],
)
def test_everything_else_is_harmless(wire: Build, method: str, path: str, status: int) -> None:
    got = wire("healthy").send(method, path, account=None)
    assert got.status == status
    if status == 404:
        assert got.body["type"] == "error"
        assert got.body["error"]["type"] == "not_found_error"


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"messages": []}, 400, "messages: at least one message is required"),
        ({"model": "claude-nonexistent-9"}, 404, "model: claude-nonexistent-9"),
    ],
)
def test_a_wrong_request_is_neither_gated_nor_counted(
    wire: Build, fields: dict[str, Any], status: int, message: str
) -> None:
    got = wire("tools-gated").ask(tools=1, **fields)
    assert (got.status, got.message) == (status, message)
    assert got.limits == {}


def test_a_request_without_a_version_is_malformed(wire: Build) -> None:
    provider = wire("healthy")
    facts = RequestFacts("POST", "/v1/messages", {}, provider.credential(0), MESSAGE)
    answer = provider.service.handle(facts, datetime(2026, 11, 20, tzinfo=UTC)).answer
    assert answer.status == 400
    assert b"anthropic-version: header is required" in answer.body


def test_a_dated_model_id_is_served(wire: Build) -> None:
    got = wire("healthy").ask("claude-haiku-4-5-20251001")
    assert (got.status, got.body["model"]) == (200, "claude-haiku-4-5-20251001")


def test_every_answer_carries_its_id_and_simulated_date(wire: Build) -> None:
    provider = wire("overloaded")
    got = provider.ask(after=timedelta(hours=1))
    assert got.headers["date"] == "Fri, 20 Nov 2026 05:00:00 GMT"
    assert got.headers["request-id"] == got.body["request_id"]
    assert got.headers["anthropic-organization-id"]
    assert provider.ask().headers["request-id"] != got.headers["request-id"]


def test_one_token_is_a_message_cut_short(wire: Build) -> None:
    body = wire("healthy").ask().body
    assert body["content"] == [{"type": "text", "text": "The"}]
    assert body["stop_reason"] == "max_tokens"
    assert body["usage"]["input_tokens"] == 8
    assert body["usage"]["output_tokens"] == 1


def test_no_token_is_a_message_without_content(wire: Build) -> None:
    body = wire("healthy").ask(max_tokens=0).body
    assert body["content"] == []
    assert body["usage"]["output_tokens"] == 0


def test_a_stream_tells_the_same_in_events(wire: Build) -> None:
    got = wire("healthy").ask(stream=True, max_tokens=100)
    assert got.headers["content-type"].startswith("text/event-stream")
    assert got.limits["5h-utilization"] == "0.31"
    names, events = [], []
    for event in got.text.strip().split("\n\n"):
        name, data = event.split("\n")
        names.append(name.removeprefix("event: "))
        events.append(json.loads(data.removeprefix("data: ")))
    assert names == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert [event["type"] for event in events] == names
    assert events[3]["delta"]["text"] == "The simulated provider heard you."
    assert events[5]["delta"]["stop_reason"] == "end_turn"


def test_counting_tokens_is_free_and_tells_nothing_about_the_plan(wire: Build) -> None:
    provider = wire("spent-5h")
    body = b'{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"."}]}'
    got = provider.send("POST", "/v1/messages/count_tokens", body=body)
    assert (got.status, got.body, got.limits) == (200, {"input_tokens": 8}, {})
    unknown = provider.send("POST", "/v1/messages/count_tokens", body=body.replace(b"haiku", b"nothing"))
    assert unknown.status == 404
    assert provider.send("POST", "/v1/messages/count_tokens", body=b"{}").status == 400


def test_the_list_of_models_comes_in_pages(wire: Build) -> None:
    provider = wire("healthy")
    page = provider.send("GET", "/v1/models", query={"limit": "2"}).body
    assert [model["id"] for model in page["data"]] == [model.id for model in MODELS[:2]]
    assert page["has_more"] is True
    assert provider.send("GET", "/v1/models", query={"limit": "100"}).body["has_more"] is False
    assert provider.send("GET", "/v1/models", query={"limit": "none"}).status == 400


def test_one_model_is_described_or_not_found(wire: Build) -> None:
    provider = wire("healthy")
    assert provider.send("GET", "/v1/models/claude-haiku-4-5").body["display_name"] == "Claude Haiku 4.5"
    assert provider.send("GET", "/v1/models/gpt").status == 404


def test_usage_is_told_in_percent(wire: Build) -> None:
    body = wire("model-only").send("GET", "/api/oauth/usage").body
    assert body["five_hour"]["utilization"] == 0.0
    assert body["seven_day"] == {
        "utilization": 69.0,
        "resets_at": "2026-11-21T13:00:00.000000+00:00",
        "limit_dollars": None,
        "used_dollars": None,
        "remaining_dollars": None,
        "locked_reason": None,
    }
    assert "seven_day_overage_included" not in body
    assert [(limit["kind"], limit["percent"], limit["severity"]) for limit in body["limits"]] == [
        ("session", 0, "normal"),
        ("weekly_all", 69, "normal"),
        ("weekly_scoped", 100, "critical"),
    ]
    assert body["limits"][2]["scope"]["model"]["display_name"] == "Fable"
    assert body["limits"][2]["is_active"] is True


def test_usage_tells_the_paid_pool_in_cents(wire: Build) -> None:
    body = wire("paid").send("GET", "/api/oauth/usage").body
    assert body["extra_usage"]["is_enabled"] is True
    assert body["extra_usage"]["used_credits"] == 3700.0
    assert body["spend"]["used"] == {"amount_minor": 3700, "currency": "USD", "exponent": 2}


def test_a_usage_body_has_the_shape_that_was_recorded(wire: Build) -> None:
    captures = {each["id"]: each for each in json.loads(RECORDED.read_text())["captures"]}
    body = wire("healthy").send("GET", "/api/oauth/usage").body
    recorded = captures["an-u08"]["body"]
    assert set(body) == set(recorded)
    for key in ("five_hour", "extra_usage"):
        assert set(body[key]) == set(recorded[key])
    assert set(body["limits"][0]) == set(recorded["limits"][0])


def test_usage_of_an_idle_account_has_no_reset(wire: Build) -> None:
    scenario = parse_scenario(
        """
        title = "Idle"
        about = "An account that has sent nothing."
        [[accounts]]
        name = "max"
        token = "sk-ant-oat01-demo-idle"
        kind = "oauth"
        plan = "pro"
        source = "file"
        windows.5h = {}
        """,
        "idle.toml",
    )
    provider = wire(scenario)
    assert provider.send("GET", "/api/oauth/usage").body["five_hour"]["resets_at"] is None
    # The first message opens the window, and its answer already tells the reset.
    assert provider.ask().limits["5h-reset"] == str(int(datetime(2026, 11, 20, 9, 0, tzinfo=UTC).timestamp()))


def test_the_usage_endpoint_has_a_limit_of_its_own(wire: Build) -> None:
    provider = wire("healthy")
    asked = [provider.send("GET", "/api/oauth/usage", after=timedelta(minutes=n)) for n in range(30)]
    assert [got.status for got in asked] == [200] * 28 + [429] * 2
    assert asked[-1].headers["retry-after"] == str(31 * 60)
    assert "type" not in asked[-1].body
    assert provider.send("GET", "/api/oauth/usage", after=timedelta(hours=1)).status == 200


def test_a_profile_names_the_plan(wire: Build) -> None:
    recorded = json.loads(RECORDED.read_text())["profile"][0]["body"]
    body = wire("healthy").send("GET", "/api/oauth/profile").body
    assert body["organization"]["rate_limit_tier"] == "default_claude_max_20x"
    assert body["organization"]["organization_type"] == "claude_max"
    assert {key: set(value) for key, value in body.items()} == {
        key: set(value) for key, value in recorded.items()
    }
