"""What each shipped scenario answers, request by request."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from quotaboard.simulator import parse_scenario

if TYPE_CHECKING:
    from tests.simulator.conftest import Wire

Build = Callable[[object], "Wire"]
HAIKU, SONNET, OPUS, FABLE = "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-5-5", "claude-fable-5-2"
MINUTE = timedelta(minutes=1)
OUT = "You're out of extra usage. Add more at claude.ai/settings/usage and keep going."
SPENT = "This request would exceed your account's rate limit. Please try again later."


@pytest.mark.parametrize("model", [HAIKU, SONNET])
def test_tools_gated_refuses_tools_of_third_parties_and_nothing_else(wire: Build, model: str) -> None:
    provider = wire("tools-gated")
    plain, tools = provider.ask(model), provider.ask(model, tools=1)
    assert (plain.status, plain.limits["5h-utilization"], plain.limits["7d-utilization"]) == (
        200,
        "0.03",
        "0.0",
    )
    assert plain.limits["overage-status"] == "rejected"
    assert plain.limits["overage-disabled-reason"] == "org_level_disabled_until"
    assert (tools.status, tools.message, tools.limits) == (400, OUT, {})
    assert "retry-after" not in tools.headers
    assert provider.ask(model, tools=1, official=True).status == 200


def test_bare_429_spares_the_small_model_and_the_official_client(wire: Build) -> None:
    provider = wire("bare-429")
    small = provider.ask(HAIKU, tools=1)
    assert (small.status, small.limits["5h-utilization"], small.limits["7d-utilization"]) == (
        200,
        "0.09",
        "0.16",
    )
    assert "7d_sonnet-utilization" not in small.limits
    for model in (SONNET, OPUS):
        refused = provider.ask(model)
        assert (refused.status, refused.message, refused.limits) == (429, "Error", {})
        assert refused.headers["x-should-retry"] == "true"
        assert "retry-after" not in refused.headers
    assert provider.ask(SONNET, official=True).limits["7d_sonnet-utilization"] == "0.2"


def test_a_burst_hits_one_request_and_spares_the_next(wire: Build) -> None:
    provider = wire("burst")
    statuses = [provider.ask(after=MINUTE * minute).status for minute in (0, 0, 5, 9, 10, 10, 11)]
    assert statuses == [429, 200, 200, 200, 429, 200, 200]


def test_five_hours_spent_serve_again_after_their_reset(wire: Build) -> None:
    provider = wire("spent-5h")
    refused = provider.ask(after=timedelta(minutes=1))
    assert (refused.status, refused.message) == (429, SPENT)
    assert refused.headers["retry-after"] == str(119 * 60)
    assert refused.limits["representative-claim"] == "five_hour"
    assert refused.limits["5h-status"] == "rejected"
    assert refused.limits["5h-utilization"] == "1.01"
    assert refused.limits["7d-status"] == "allowed"
    assert provider.ask(official=True).status == 429
    assert provider.ask(after=timedelta(hours=2)).status == 200


def test_a_spent_week_refuses_although_five_hours_look_fine(wire: Build) -> None:
    refused = wire("spent-7d").ask(SONNET)
    assert refused.status == 429
    assert refused.limits["representative-claim"] == "seven_day"
    assert refused.limits["5h-status"] == "allowed"


def test_a_spent_model_leaves_the_others_alone(wire: Build) -> None:
    provider = wire("model-only")
    refused = provider.ask(FABLE)
    assert refused.status == 429
    assert refused.limits["representative-claim"] == "seven_day_overage_included"
    assert refused.limits["7d_oi-utilization"] == "1.02"
    assert refused.limits["7d-status"] == "allowed"
    for model in (HAIKU, OPUS):
        served = provider.ask(model, tools=1)
        assert served.status == 200
        assert "7d_oi-status" not in served.limits


def test_paid_serves_tools_and_bills_them(wire: Build) -> None:
    provider = wire("paid")
    billed = provider.ask(SONNET, tools=1)
    assert billed.status == 200
    assert billed.limits["overage-in-use"] == "true"
    assert billed.limits["representative-claim"] == "overage"
    assert not [name for name in billed.limits if name.startswith(("5h", "7d"))]
    on_plan = provider.ask(SONNET)
    assert on_plan.limits["overage-status"] == "allowed"
    assert on_plan.limits["5h-utilization"] == "0.12"
    assert "overage-in-use" not in on_plan.limits


def test_expired_refuses_every_endpoint(wire: Build) -> None:
    provider = wire("expired")
    assert provider.ask().message.startswith("OAuth token has expired")
    assert provider.send("GET", "/v1/models").status == 401
    assert provider.send("GET", "/api/oauth/usage").status == 401


def test_overloaded_is_nobodys_fault(wire: Build) -> None:
    got = wire("overloaded").ask(official=True)
    assert (got.status, got.message, got.limits) == (529, "Overloaded", {})


def test_throttled_says_when_the_minute_ends(wire: Build) -> None:
    got = wire("throttled").ask(after=timedelta(seconds=75))
    assert got.status == 429
    assert "30,000 input tokens per minute" in got.message
    assert got.headers["retry-after"] == "45"
    assert got.limits["input-tokens-remaining"] == "0"
    assert got.limits["input-tokens-reset"] == "2026-11-20T04:02:00Z"


def test_a_flapping_gate_comes_and_goes(wire: Build) -> None:
    provider = wire("flapping")
    assert [provider.ask(tools=1, after=MINUTE * minute).status for minute in (0, 2, 3, 5, 6, 9)] == [
        400,
        400,
        200,
        200,
        400,
        200,
    ]
    assert provider.ask(after=MINUTE).status == 200


FLEET = [
    ("max", SONNET, 0, 200),
    ("max", SONNET, 1, 400),
    ("work", HAIKU, 0, 429),
    ("team", HAIKU, 1, 200),
    ("team", SONNET, 1, 429),
    ("team", OPUS, 0, 429),
    ("studio", OPUS, 1, 200),
    ("research", FABLE, 0, 429),
    ("research", OPUS, 1, 200),
    ("ci", HAIKU, 0, 429),
    ("laptop", HAIKU, 0, 401),
    ("api-key", HAIKU, 1, 200),
    ("api-key", SONNET, 1, 429),
    ("api-key", OPUS, 0, 529),
]


@pytest.mark.parametrize(("account", "model", "tools", "status"), FLEET)
def test_the_fleet_is_all_of_it_together(
    wire: Build, account: str, model: str, tools: int, status: int
) -> None:
    assert wire("fleet").ask(model, tools=tools, account=account).status == status


def test_a_window_fills_with_use_until_it_refuses(wire: Build) -> None:
    provider = wire(
        parse_scenario(
            """
            title = "Small"
            about = "A window of twenty tokens, and a paid pool of fifteen behind it."
            [[accounts]]
            name = "max"
            token = "sk-ant-oat01-demo-small"
            kind = "oauth"
            plan = "pro"
            source = "file"
            windows.5h = { resets_in = "1h", tokens = 20 }
            overage = { allowed = true, tokens = 15 }
            """,
            "small.toml",
        )
    )
    shown = [provider.ask().limits for _ in range(6)]
    assert [limits.get("5h-utilization") for limits in shown] == ["0.0", "0.45", "0.9", None, None, "1.35"]
    assert [limits.get("overage-in-use") for limits in shown] == [None, None, None, "true", "true", None]
    assert shown[5]["overage-disabled-reason"] == "org_level_disabled_until"


@pytest.mark.parametrize(
    ("condition", "system", "status"),
    [
        ("system_over = 10", "short", 200),
        ("system_over = 10", "much longer than ten characters", 400),
        ('reply = "credits_required"', "", 429),
        ('reply = "extra_usage"', "", 400),
        ('models = ["claude-opus-*"]', "", 200),
    ],
)
def test_a_rule_hits_only_what_it_is_about(wire: Build, condition: str, system: str, status: int) -> None:
    reply = "" if "reply" in condition else 'reply = "third_party_apps"'
    provider = wire(
        parse_scenario(
            f"""
            title = "Rules"
            about = "One rule."
            [[accounts]]
            name = "max"
            token = "sk-ant-oat01-demo-rules"
            kind = "oauth"
            plan = "pro"
            source = "file"
            [[accounts.rules]]
            {condition}
            {reply}
            """,
            "rules.toml",
        )
    )
    assert provider.ask(system=system).status == status


def test_a_key_that_asks_too_often_is_throttled_for_the_rest_of_the_minute(wire: Build) -> None:
    provider = wire(
        parse_scenario(
            """
            title = "Two"
            about = "A key for two requests a minute."
            [[accounts]]
            name = "key"
            token = "sk-ant-api03-demo-two"
            kind = "api_key"
            source = "file"
            limits.requests = 2
            """,
            "two.toml",
        )
    )
    asked = [provider.ask(after=timedelta(seconds=second)) for second in (0, 10, 20, 60)]
    assert [got.status for got in asked] == [200, 200, 429, 200]
    assert "2 requests per minute" in asked[2].message
    assert [got.limits["requests-remaining"] for got in asked] == ["1", "0", "0", "1"]
