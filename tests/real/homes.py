"""Homes of Hermes, generated: every kind of route, with keys and addresses wherever they can lie."""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quotaboard.domain.agent import GivenProfile

VARIABLES = {
    "ANTHROPIC_TOKEN": "sk-ant-oat01-fake-anthropic-token",
    "CLAUDE_CODE_OAUTH_TOKEN": "sk-ant-oat01-fake-setup-token",
    "ANTHROPIC_API_KEY": "sk-ant-api03-fake-anthropic-key",
    "OPENROUTER_API_KEY": "sk-or-v1-fake-openrouter",
    "DEEPSEEK_API_KEY": "sk-fake-deepseek",
    "MINIMAX_API_KEY": "fake-minimax",
    "OPENAI_API_KEY": "sk-fake-openai",
    "RELAY_KEY": "fake-relay",
    "ANTHROPIC_BASE_URL": "https://gateway.example/claude",
    "DEEPSEEK_BASE_URL": "https://mirror.example/deepseek",
}
GIVEN = (
    GivenProfile("hermes", "given-or", "openrouter", "anthropic/claude-sonnet-4.6"),
    GivenProfile("hermes", "given-max", "anthropic", "claude-opus-5"),
    GivenProfile("hermes", "given-deepseek", "deepseek", "deepseek-chat"),
    GivenProfile("hermes", "given-minimax", "minimax", "minimax-m2"),
    GivenProfile("hermes", "given-messages", "messages", "m-2"),
    GivenProfile("hermes", "given-openai", "openai", "gpt-6"),
)
"""Profiles of our own config, to put them on."""

PROVIDERS = [
    "anthropic",
    "claude",
    "openrouter",
    "deepseek",
    "minimax",
    "openai-api",
    "xai",
    "custom:relay",
    "custom:messages",
    "relay",
    "custom",
    "ollama",
    "lmstudio",
    "nobody",
    "auto",
    None,
]
ADDRESSES = [
    None,
    None,
    "http://127.0.0.1:9/own",
    "http://127.0.0.1:9/own/anthropic",
    "https://api.anthropic.com",
    "https://relay.example/v1",
    "https://api.deepseek.com/v1",
]


@dataclass(frozen=True, slots=True)
class Case:
    """One home, and what is exported beside it."""

    config: dict[str, Any]
    env: dict[str, str]
    pool: dict[str, Any]
    claude: dict[str, Any] | None
    exported: dict[str, str] = field(default_factory=dict)

    def lay(self, user: Path) -> Path:
        """Write it; returns the home."""
        home = user / ".hermes"
        home.mkdir(parents=True)
        # JSON is YAML too.
        (home / "config.yaml").write_text(json.dumps(self.config, indent=2) + "\n")
        (home / ".env").write_text("".join(f"{name}={value}\n" for name, value in self.env.items()))
        (home / "auth.json").write_text(
            json.dumps({"version": 1, "providers": {}, "credential_pool": self.pool})
        )
        if self.claude:
            (user / ".claude").mkdir()
            (user / ".claude" / ".credentials.json").write_text(json.dumps({"claudeAiOauth": self.claude}))
        return home


def case(seed: int) -> Case:
    chance = random.Random(seed)
    provider, address = chance.choice(PROVIDERS), chance.choice(ADDRESSES)
    model: dict[str, Any] = {"default": chance.choice(["claude-sonnet-4-6", "some-model"])}
    if provider is not None:
        model["provider"] = provider
    if address is not None:
        model["base_url"] = address
    if chance.random() < 0.2:
        model["api_mode"] = chance.choice(["chat_completions", "anthropic_messages", "codex_responses"])
    if chance.random() < 0.15:
        model["api_key"] = "fake-inline-key"
    config: dict[str, Any] = {"_config_version": 33, "model": model, "providers": _endpoints(chance)}
    if chance.random() < 0.1:
        config["base_url"] = "https://root.example/v1"
    env = {name: value for name, value in VARIABLES.items() if chance.random() < 0.25}
    claude = None
    if chance.random() < 0.3:
        claude = {"accessToken": "sk-ant-oat01-fake-claude-code", "expiresAt": 4102444800000}
        if chance.random() < 0.5:
            claude["refreshToken"] = "sk-ant-ort01-fake"
    return Case(config, env, _pool(chance), claude)


def _endpoints(chance: random.Random) -> dict[str, Any]:
    relay = {"name": "relay", "api": "https://relay.example/v1", "default_model": "relay-model"}
    relay |= chance.choice([{"key_env": "RELAY_KEY"}, {"api_key": "fake-relay-inline"}, {}])
    messages = {
        "name": "messages",
        "api": "https://messages.example/anthropic",
        "key_env": "RELAY_KEY",
        "default_model": "m",
    }
    if chance.random() < 0.5:
        messages["transport"] = "anthropic_messages"
    return {"relay": relay, "messages": messages}


def _pool(chance: random.Random) -> dict[str, Any]:
    pool: dict[str, Any] = {}
    if chance.random() < 0.4:
        pool["anthropic"] = [
            {
                "id": "aaaaaa",
                "label": "work-max",
                "auth_type": "oauth",
                "priority": 0,
                "source": "manual",
                "access_token": "sk-ant-oat01-fake-pool-one",
                "base_url": "https://api.anthropic.com",
                "last_status": chance.choice([None, "exhausted"]),
                "last_status_at": 4102444800.0,
            },
            {
                "id": "bbbbbb",
                "label": "home-max",
                "auth_type": "oauth",
                "priority": 1,
                "source": "manual",
                "access_token": "sk-ant-oat01-fake-pool-two",
                "base_url": "https://api.anthropic.com",
            },
        ]
    if chance.random() < 0.3:
        pool["openrouter"] = [
            {
                "id": "cccccc",
                "label": "or-main",
                "auth_type": "api_key",
                "priority": 0,
                "source": "manual",
                "access_token": "sk-or-v1-fake-pool",
                "base_url": "https://openrouter.ai/api/v1",
            }
        ]
    return pool
