"""The config files of pretend agents: what the agents' own adapters make of them is tested with the demo."""

import stat
from pathlib import Path

import pytest

from quotaboard.simulator import ScenarioError, load_scenario, parse_scenario, scenario_names
from quotaboard.simulator.homes import lay_homes

BASE = "http://127.0.0.1:5"
LEAST = """
title = "T"
about = "A"
[[accounts]]
name = "max"
token = "sk-ant-oat01-demo"
kind = "oauth"
plan = "pro"
source = "Claude Code"
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
"""
HERMES = LEAST + '[[agents]]\nkind = "hermes"\non = "max/claude-haiku-4-5"\n'


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_lays_its_agents_for_this_user_alone(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(name)
    lay_homes(scenario, BASE, tmp_path / "home")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert bool(files) is bool(scenario.agents)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


def test_every_address_in_them_is_the_embedded_providers(tmp_path: Path) -> None:
    lay_homes(load_scenario("fleet"), BASE, tmp_path)
    text = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert text.count("://") == text.count(BASE) > 0


def test_several_models_of_one_account_are_called_by_both(tmp_path: Path) -> None:
    lay_homes(parse_scenario(HERMES + 'others = ["max/claude-sonnet-4-6"]\n', "x.toml"), BASE, tmp_path)
    config = (tmp_path / ".hermes/config.yaml").read_text()
    assert "provider: custom:max-haiku-4-5" in config
    assert "  max-sonnet-4-6: {" in config


def test_a_home_that_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    scenario = parse_scenario(HERMES, "x.toml")
    lay_homes(scenario, BASE, tmp_path)
    with pytest.raises(FileExistsError):
        lay_homes(scenario, BASE, tmp_path)


def test_a_login_of_claude_code_is_its_own_and_stands_in_no_settings(tmp_path: Path) -> None:
    text = LEAST + '[[agents]]\nkind = "claude-code"\non = "max/claude-sonnet-4-6"\n'
    lay_homes(parse_scenario(text, "x.toml"), BASE, tmp_path)
    assert "sk-ant-oat01-demo" in (tmp_path / ".claude/.credentials.json").read_text()
    assert "demo" not in (tmp_path / ".claude/settings.json").read_text()


@pytest.mark.parametrize(
    ("agent", "problem"),
    [
        (
            'kind = "hermes"\non = "pro/claude-haiku-4-5"',
            "agents.0.on: names the account 'pro', which",
        ),
        ('kind = "hermes"\non = "max/gpt"', "agents.0.on: must be ACCOUNT/MODEL with one of claude-"),
        (
            'kind = "hermes"\non = "max/claude-haiku-4-5"\nothers = ["max"]',
            "agents.0.others: must be",
        ),
        (
            'kind = "herpes"\non = "max/claude-haiku-4-5"',
            "agents.0.kind: must be one of hermes, claude",
        ),
    ],
)
def test_a_wrong_agent_names_its_key(agent: str, problem: str) -> None:
    with pytest.raises(ScenarioError) as told:
        parse_scenario(f"{LEAST}[[agents]]\n{agent}\n", "x.toml")
    assert str(told.value).startswith(f"x.toml: {problem}")


def test_two_agents_of_one_kind_would_have_one_home() -> None:
    with pytest.raises(ScenarioError, match=r"agents\.1\.kind: is the same as that of an agent above"):
        parse_scenario(HERMES + HERMES.removeprefix(LEAST), "x.toml")
