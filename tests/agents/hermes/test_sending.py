"""What Hermes really sends: the recorded table, row by row."""

from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import facade
from quotaboard.domain.agent import AgentState

CONFIG = "model: {provider: anthropic, default: claude-sonnet-4-6}\n"
KEY, TOKEN, SETUP = "sk-ant-api03-key", "sk-ant-oat01-token", "sk-ant-oat01-setup"
POOL = {
    "version": 1,
    "credential_pool": {
        "anthropic": [
            {
                "id": "1",
                "label": "work-max",
                "auth_type": "oauth",
                "priority": 0,
                "source": "manual",
                "access_token": "sk-ant-oat01-pool",
                "base_url": "https://api.anthropic.com",
            }
        ]
    },
}
CLAUDE = {
    "claudeAiOauth": {"accessToken": "sk-ant-oat01-claude", "expiresAt": 4102444800000, "refreshToken": "r"}
}


@pytest.fixture
def looked(around: Any, lay: Any) -> Any:
    def look(*, pool: bool = False, claude: bool = False, **variables: str) -> AgentState:
        lay(".hermes/config.yaml", CONFIG)
        lay(".hermes/.env", "".join(f"{name}={value}\n" for name, value in variables.items()))
        if pool:
            lay(".hermes/auth.json", POOL)
        if claude:
            lay(".claude/.credentials.json", CLAUDE)
        return next(state for state in facade.find_agents(around()) if state.home.agent == "hermes")

    return look


def places(state: AgentState) -> tuple[str, str, list[str]]:
    assert state.configured
    assert state.configured.key
    assert state.sends
    assert state.sends.key
    return state.configured.key.place, state.sends.key.place, [key.place for key in state.also_sends]


@pytest.mark.parametrize(
    ("present", "listed", "sent", "also"),
    [
        ({"pool": True}, '"work-max" in the pool', '"work-max" in the pool', []),
        ({"ANTHROPIC_API_KEY": KEY}, "ANTHROPIC_API_KEY in .env", "ANTHROPIC_API_KEY in .env", []),
        (
            {"pool": True, "ANTHROPIC_API_KEY": KEY},
            '"work-max" in the pool',
            '"work-max" in the pool',
            ["ANTHROPIC_API_KEY in .env"],
        ),
        (
            {"ANTHROPIC_TOKEN": TOKEN, "CLAUDE_CODE_OAUTH_TOKEN": SETUP, "ANTHROPIC_API_KEY": KEY},
            "ANTHROPIC_TOKEN in .env",
            "ANTHROPIC_TOKEN in .env",
            ["ANTHROPIC_API_KEY in .env"],
        ),
        ({"claude": True}, "the Claude Code login", "the Claude Code login", []),
        ({"claude": True, "ANTHROPIC_TOKEN": TOKEN}, "ANTHROPIC_TOKEN in .env", "the Claude Code login", []),
        ({"claude": True, "pool": True}, '"work-max" in the pool', "the Claude Code login", []),
        (
            {"claude": True, "ANTHROPIC_API_KEY": KEY},
            "ANTHROPIC_API_KEY in .env",
            "the Claude Code login",
            ["ANTHROPIC_API_KEY in .env"],
        ),
    ],
)
def test_the_recorded_table_of_what_is_sent(
    present: dict[str, Any], listed: str, sent: str, also: list[str], looked: Any
) -> None:
    state = looked(**present)
    assert places(state) == (listed, sent, also)
    differs = [warning for warning in state.warnings if "lists" in warning]
    assert bool(differs) == (listed != sent)


def test_the_difference_is_said_in_a_sentence(looked: Any) -> None:
    (warning,) = looked(claude=True, pool=True).warnings
    assert warning == (
        'Hermes lists "work-max" in the pool as the one in use, but sends the Claude Code login, '
        "which it looks for first at each request."
    )


def test_no_secret_is_in_what_is_shown(looked: Any) -> None:
    state = looked(pool=True, claude=True, ANTHROPIC_API_KEY=KEY, ANTHROPIC_TOKEN=TOKEN)
    assert "sk-ant" not in repr(state)


def test_an_address_that_hermes_ignores_is_said(looked: Any, lay: Any, around: Any) -> None:
    looked(ANTHROPIC_TOKEN=TOKEN)
    lay(
        ".hermes/config.yaml",
        "model: {provider: anthropic, default: m, base_url: 'https://relay.example/v1'}\n",
    )
    (state,) = facade.find_agents(around())
    assert state.sends
    assert state.sends.base_url is None
    (warning,) = state.warnings
    assert warning == (
        "Hermes ignores the base_url https://relay.example/v1 for anthropic, "
        "because it does not end in /anthropic: it sends to https://api.anthropic.com."
    )


def test_an_unknown_provider_is_said(lay: Any, around: Any) -> None:
    lay(".hermes/config.yaml", "model: {provider: nobody, default: m}\n")
    (state,) = facade.find_agents(around())
    assert state.configured is None
    assert state.warnings[0].startswith('Hermes knows no provider "nobody": `hermes model` lists')


def test_a_pool_that_cannot_be_read_is_a_warning(looked: Any, lay: Any, around: Any, home: Path) -> None:
    looked(ANTHROPIC_TOKEN=TOKEN)
    lay(".hermes/auth.json", "{\n")
    (state,) = facade.find_agents(around())
    assert state.warnings == (f"{home}/.hermes/auth.json:2: not JSON. Correct it.",)
    assert places(state)[1] == "ANTHROPIC_TOKEN in .env"
