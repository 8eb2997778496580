"""Homes of every agent, made at random: several endpoints, and in each place a key of its own."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import GivenProfile
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from tests.agents.hermes.test_every_pair import HOSTS as HERMES_HOSTS
from tests.real import homes as hermes

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
PUBLIC = {
    "anthropic": "api.anthropic.com",
    "openrouter": "openrouter.ai",
    "openai": "api.openai.com",
    "deepseek": "api.deepseek.com",
    "minimax": "api.minimax.io",
    "xai": "api.x.ai",
}
"""The host of a provider when no address is written."""
STARTS = {"anthropic": "sk-ant-api03-", "openrouter": "sk-or-v1-", "plain": "sk-plain-"}
ADDRESSES = [
    "https://relay.example/v1",
    "https://second.example/v1",
    "https://openrouter.ai/api/v1",
    "https://api.anthropic.com/v1",
    "http://127.0.0.1:9/v1",
]


@dataclass(frozen=True, slots=True)
class Laid:
    """One home, and where each of its keys was put by its user."""

    around: Surroundings
    config: Path
    """The file that a switch writes."""
    belongs: Mapping[str, set[str]] = field(repr=False)
    """By fingerprint: the hosts beside which the key lies."""


@dataclass(slots=True)
class Keys:
    """Makes keys, each once, and remembers where they belong."""

    dice: random.Random
    belongs: dict[str, set[str]] = field(default_factory=dict)
    count: int = 0

    def make(self, *hosts: str, start: str | None = None) -> str:
        """A key that lies beside these hosts. Its looks tell an owner, be it another one, or nothing."""
        self.count += 1
        looks = start or self.dice.choice(list(STARTS))
        token = f"{STARTS[looks]}{self.count:040d}"
        owner = [PUBLIC[looks]] if looks in PUBLIC else []
        self.belongs[Secret(token).fingerprint] = {*hosts, *owner}
        return token


Lay = Callable[[random.Random, Path], Laid]


def of_hermes(dice: random.Random, user: Path) -> Laid:
    home = hermes.case(dice.randrange(1_000_000)).lay(user)
    belongs = {Secret(key).fingerprint: hosts for key, hosts in HERMES_HOSTS.items()}
    return Laid(surroundings(user, own_profiles=hermes.GIVEN), home / "config.yaml", belongs)


def of_claude_code(dice: random.Random, user: Path) -> Laid:
    keys = Keys(dice)
    login = "sk-ant-oat01-" + "l" * 40
    keys.belongs[Secret(login).fingerprint] = {PUBLIC["anthropic"]}
    write(user / ".claude/.credentials.json", {"claudeAiOauth": {"accessToken": login}})
    credentials, secrets, profiles = [], {}, []
    for number in range(dice.randrange(2, 5)):
        name, provider = f"c{number}", dice.choice(["anthropic", "openrouter", "relay"])
        address = dice.choice([None, *ADDRESSES])
        usual = PUBLIC.get(provider)
        host = host_of(address) or usual
        token = keys.make(*([host] if host else []), start=provider if provider in STARTS else None)
        kind = dice.choice([Kind.API_KEY, Kind.GATEWAY, Kind.SETUP_TOKEN])
        fingerprint = Secret(token).fingerprint
        credentials.append(
            Credential(name, provider, kind, f"env:{name}", fingerprint=fingerprint, base_url=address)
        )
        secrets[name] = Secret(token)
        wanted = dice.choice(["anthropic", "openrouter", "relay"])
        profiles.append(GivenProfile("claude-code", f"p{number}", wanted, "m", name))
    env = {"ANTHROPIC_MODEL": "old", "FOO": "bar"}
    if dice.random() < 0.5:
        address = dice.choice(ADDRESSES)
        env |= {"ANTHROPIC_BASE_URL": address, "ANTHROPIC_AUTH_TOKEN": keys.make(str(host_of(address)))}
    path = write(user / ".claude/settings.json", {"env": env} if dice.random() < 0.8 else {})
    environment = {}
    if dice.random() < 0.3:
        environment["ANTHROPIC_API_KEY"] = keys.make(PUBLIC["anthropic"], start="anthropic")
    around = surroundings(
        user,
        environment,
        own_profiles=tuple(profiles),
        credentials=tuple(credentials),
        secrets=secrets,
    )
    return Laid(around, path, keys.belongs)


def of_openclaw(dice: random.Random, user: Path) -> Laid:
    keys, providers = Keys(dice), {}
    for name in dice.sample(["relay", "second", "anthropic", "openrouter"], dice.randrange(2, 5)):
        address = dice.choice(ADDRESSES) if name not in PUBLIC or dice.random() < 0.5 else None
        entry = {"apiKey": keys.make(host_of(address) or PUBLIC[name]), "models": [{"id": "m"}, {"id": "n"}]}
        providers[name] = entry | ({"baseUrl": address} if address else {})
    refs = [f"{name}/{model}" for name in providers for model in "mn"]
    model = {"primary": dice.choice(refs), "fallbacks": dice.sample(refs, dice.randrange(3))}
    config = {"agents": {"defaults": {"model": model}}, "models": {"providers": providers}}
    environment = {
        "ANTHROPIC_API_KEY": keys.make(PUBLIC["anthropic"], start="anthropic"),
        "OPENROUTER_API_KEY": keys.make(PUBLIC["openrouter"], start="openrouter"),
    }
    path = write(user / ".openclaw/openclaw.json", config)
    return Laid(surroundings(user, environment), path, keys.belongs)


def of_codex(dice: random.Random, user: Path) -> Laid:
    keys, environment, tables = Keys(dice), {}, ""
    names = ["one", "two", "three", "four"][: dice.randrange(2, 5)]
    for name in names:
        address = dice.choice(ADDRESSES)
        tables += f'[model_providers.{name}]\nbase_url = "{address}"\n'
        if dice.random() < 0.25:
            tables += "requires_openai_auth = true\n"
        else:
            tables += f'env_key = "{name}_KEY"\n'
            environment[f"{name}_KEY"] = keys.make(str(host_of(address)))
    login = "eyJ.plan." + "x" * 20
    # A table may ask for it at an address of this machine, where nobody else listens.
    keys.belongs[Secret(login).fingerprint] = {PUBLIC["openai"], "127.0.0.1"}
    write(user / ".codex/auth.json", {"auth_mode": "chatgpt", "tokens": {"access_token": login}})
    start = f'model_provider = "{dice.choice(names)}"\nmodel = "m"\n' if dice.random() < 0.7 else ""
    path = write(user / ".codex/config.toml", start + tables)
    return Laid(surroundings(user, environment), path, keys.belongs)


def of_opencode(dice: random.Random, user: Path) -> Laid:
    keys, providers = Keys(dice), dict[str, dict[str, Any]]()
    for name in dice.sample(["relay", "second", "anthropic", "openrouter"], dice.randrange(2, 5)):
        address = dice.choice(ADDRESSES) if name not in PUBLIC or dice.random() < 0.5 else None
        options: dict[str, Any] = {"baseURL": address} if address else {}
        if dice.random() < 0.8:
            options["apiKey"] = keys.make(host_of(address) or PUBLIC[name])
        sdk = dice.choice(["@ai-sdk/anthropic", "@ai-sdk/openai-compatible", "@ai-sdk/openai"])
        providers[name] = {"npm": sdk, "options": options, "models": {"m": {}, "n": {}}}
    environment = {}
    for name in ("anthropic", "openrouter", "openai"):
        # An entry that has the provider's name says where the provider's variable goes.
        own = host_of(providers.get(name, {}).get("options", {}).get("baseURL")) or PUBLIC[name]
        if dice.random() < 0.7:
            start = name if name in STARTS else "plain"
            environment[f"{name.upper()}_API_KEY"] = keys.make(PUBLIC[name], own, start=start)
    config = {"model": f"{dice.choice(list(providers))}/m", "provider": providers}
    path = write(user / ".config/opencode/opencode.json", config)
    return Laid(surroundings(user, environment), path, keys.belongs)


def of_aider(dice: random.Random, user: Path) -> Laid:
    keys, variables = Keys(dice), {}
    base = dice.choice([*ADDRESSES, None])
    variables["ANTHROPIC_API_KEY"] = keys.make(PUBLIC["anthropic"], start="anthropic")
    variables["OPENROUTER_API_KEY"] = keys.make(PUBLIC["openrouter"], start="openrouter")
    variables["OPENAI_API_KEY"] = keys.make(host_of(base) or PUBLIC["openai"])
    if base:
        variables[dice.choice(["OPENAI_API_BASE", "AIDER_OPENAI_API_BASE"])] = base
    variables["AIDER_MODEL"] = dice.choice(["openai/m", "sonnet", "openrouter/x/y", "deepseek"])
    path = user / "work/.env"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    address = dice.choice(ADDRESSES)
    token = variables["OPENAI_API_KEY"] if dice.random() < 0.5 else keys.make(str(host_of(address)))
    mine = Secret(token).fingerprint
    # Whoever says in our config that this key is of that address has said that it belongs there.
    keys.belongs[mine].add(str(host_of(address)))
    credential = Credential("c", "second", Kind.API_KEY, "x", fingerprint=mine, base_url=address)
    profiles = (
        GivenProfile("aider", "g", "second", "m", "c"),
        GivenProfile("aider", "o", "openai", "gpt-5"),
        GivenProfile("aider", "a", "anthropic", "claude-sonnet-4-5"),
    )
    around = surroundings(user, cwd=path.parent, credentials=(credential,), own_profiles=profiles)
    return Laid(around, path, keys.belongs)


def surroundings(user: Path, environment: Mapping[str, str] | None = None, **more: Any) -> Surroundings:
    return Surroundings(environment or {}, user, NOW, user / "state", root=user / "machine", **more)


def host_of(address: str | None) -> str | None:
    return address.split("/")[2].partition(":")[0] if address else None


def write(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document, indent=2) + "\n")
    path.chmod(0o600)
    return path


LAY: Mapping[str, Lay] = {
    "hermes": of_hermes,
    "claude-code": of_claude_code,
    "openclaw": of_openclaw,
    "codex": of_codex,
    "opencode": of_opencode,
    "aider": of_aider,
}
