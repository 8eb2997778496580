from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.simulator import ScenarioError, load_scenario, parse_scenario, scenario_names
from quotaboard.simulator.facts import MessageFacts
from quotaboard.simulator.loading import PLANS
from quotaboard.simulator.scenario import Client
from quotaboard.simulator.state import AccountState
from quotaboard.simulator.tables import parse_span

NOW = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
LEAST = """
title = "T"
about = "A"
[[accounts]]
name = "max"
token = "sk-ant-oat01-demo"
kind = "oauth"
plan = "pro"
source = "Claude Code"
"""
TOP_AND_ACCOUNT = 'title = "T"\nabout = "A"\n[[accounts]]\n'


def test_a_rule_may_come_once_and_later() -> None:
    rule = '[[accounts.rules]]\nreply = "bare_429"\nafter = "1h"\nlasts = "10m"'
    (account,) = parse_scenario(LEAST + rule, "x.toml").accounts
    state = AccountState(account, 1, NOW)
    facts = MessageFacts("claude-haiku-4-5", 1, 0, stream=False, input_tokens=1, system_length=0)

    held = [
        state.rule_for(facts, Client.THIRD_PARTY, NOW + timedelta(minutes=minutes)) is not None
        for minutes in (0, 59, 60, 69, 70, 200)
    ]

    assert held == [False, False, True, True, False, False]


def test_every_scenario_that_the_project_promises_is_shipped() -> None:
    assert scenario_names() == (
        "bare-429",
        "burst",
        "everything",
        "expired",
        "flapping",
        "fleet",
        "healthy",
        "model-only",
        "overloaded",
        "paid",
        "spent-5h",
        "spent-7d",
        "throttled",
        "tools-gated",
    )


@pytest.mark.parametrize("name", scenario_names())
def test_a_shipped_scenario_says_what_a_board_should_look_at(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    for account in scenario.accounts:
        assert account.models
        assert account.shapes == ("plain", "tools")
        assert account.source
        assert account.plan in PLANS[account.kind]


def test_the_fleet_has_eight_credentials() -> None:
    names = [account.name for account in load_scenario("fleet").accounts]
    assert names == ["max", "work", "team", "studio", "research", "ci", "laptop", "api-key"]


def test_a_scenario_is_also_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(LEAST)
    assert load_scenario(path).name == "mine"
    assert load_scenario(str(path)).account("max").usage_per_hour == 28


def test_an_unknown_name_lists_the_ones_there_are() -> None:
    with pytest.raises(ScenarioError, match=r"^tools: there is no such scenario; choose one of bare-429, "):
        load_scenario("tools")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"gone\.toml: cannot be read: "):
        load_scenario(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title = ", "x.toml: is not valid TOML: "),
        ('title = "T"\nabout = "A"', "x.toml: accounts: is missing; a scenario needs at least one account."),
        (LEAST + "colour = 1", "x.toml: accounts.0.colour: is not a key here; known: "),
        (LEAST + 'modles = ["a"]', "x.toml: accounts.0.modles: is not a key here; did you mean 'models'?"),
        (LEAST.replace('"oauth"', '"login"'), "x.toml: accounts.0.kind: must be one of oauth, setup_token, "),
        (LEAST.replace("demo", "real"), "x.toml: accounts.0.token: must contain 'demo'"),
        (LEAST.replace('"pro"', '"gold"'), "x.toml: accounts.0.plan: must be one of pro, max_5x, "),
        (LEAST.replace('name = "max"\n', ""), "x.toml: accounts.0.name: is missing."),
        (LEAST + "models = [1]", "x.toml: accounts.0.models: must be a list of texts, got [1]."),
        (
            LEAST + "usage_per_hour = 0",
            "x.toml: accounts.0.usage_per_hour: must be a whole number of at least 1",
        ),
        (LEAST + "windows = 5", "x.toml: accounts.0.windows: must be a table."),
        (
            LEAST + "rules = 5",
            "x.toml: accounts.0.rules: must be a list of tables, written as [[accounts.0.rules]].",
        ),
        (
            LEAST + "[accounts.windows]\n5h = { utilization = 0.5 }",
            "x.toml: accounts.0.windows.5h.resets_in: is missing; only a window that nobody uses",
        ),
        (
            LEAST + '[accounts.windows]\n5h = { utilization = -1, resets_in = "1h" }',
            "x.toml: accounts.0.windows.5h.utilization: must be a number of at least 0, got -1.",
        ),
        (
            LEAST + '[accounts.windows]\n5h = { resets_in = "soon" }',
            'x.toml: accounts.0.windows.5h.resets_in: must be a span such as "1h 48m"',
        ),
        (
            LEAST + "[accounts.windows]\nweek = {}",
            'x.toml: accounts.0.windows.week: must be named by its length, such as "5h"',
        ),
        (
            LEAST + "[accounts.overage]\nallowed = 1",
            "x.toml: accounts.0.overage.allowed: must be true or false, got 1.",
        ),
        (
            LEAST + '[[accounts.rules]]\nreply = "bare_429"\nfirst = 1',
            "x.toml: accounts.0.rules.0.every: is missing; lasts and first say which part",
        ),
        (
            LEAST + '[[accounts]]\nname = "max"\ntoken = "demo-2"\nkind = "api_key"\nsource = "S"',
            "x.toml: accounts.1.name: is the same as that of an account above.",
        ),
        (
            TOP_AND_ACCOUNT + 'name = "k"\ntoken = "demo"\nkind = "api_key"\nsource = "S"\nwindows.5h = {}',
            "x.toml: accounts.0.windows: an API key has no windows;",
        ),
    ],
)
def test_a_problem_names_the_file_the_key_and_what_is_right(text: str, problem: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "x.toml")
    assert str(caught.value).startswith(problem)
    assert caught.value.file == "x.toml"


def test_an_account_is_found_by_its_name() -> None:
    with pytest.raises(KeyError, match="nobody"):
        load_scenario("fleet").account("nobody")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1h 48m", timedelta(hours=1, minutes=48)),
        ("4d3h", timedelta(days=4, hours=3)),
        ("90s", timedelta(seconds=90)),
        ("", None),
        ("48", None),
        ("1m 1h", None),
    ],
)
def test_spans_read_as_people_write_them(text: str, span: timedelta | None) -> None:
    assert parse_span(text) == span


def test_a_list_of_scenarios_does_not_load_a_server(run_python: Callable[..., str]) -> None:
    code = """
import sys
from quotaboard.simulator import scenario_names
scenario_names()
print(sorted({"hypercorn", "starlette", "asyncio", "httpx"} & set(sys.modules)))
"""
    assert run_python(code) == "[]\n"
