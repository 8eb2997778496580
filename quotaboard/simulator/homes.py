"""Config files of pretend agents, as the real ones keep them, pointing at the embedded provider."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from quotaboard.simulator.agents import AgentKind, Line, PretendAgent
from quotaboard.simulator.scenario import CredentialKind, Scenario


def lay_homes(scenario: Scenario, base_url: str, home: Path) -> None:
    """Below `home`, which is to be a folder of nobody's. Only this user may read what is written."""
    for agent in scenario.agents:
        for path, text in _FILES[agent.kind](agent, scenario, base_url).items():
            _write(home / path, text)


def variable_of(account: str) -> str:
    """The variable in which agents keep this account's key."""
    return f"DEMO_{account.upper().replace('-', '_')}_KEY"


def _hermes(agent: PretendAgent, scenario: Scenario, base_url: str) -> dict[str, str]:
    endpoints = {
        agent.name_of(line): {
            "name": agent.name_of(line),
            "api": _address(line, scenario, base_url),
            "key_env": variable_of(line.account),
            "transport": "anthropic_messages" if _is_anthropic(line, scenario) else "chat_completions",
            "default_model": line.model,
        }
        for line in agent.lines
    }
    text = [
        "# A pretend Hermes: change it as you like, it goes with the demo.",
        "_config_version: 33",
        "model:",
        f"  provider: custom:{agent.name_of(agent.on)}   # for now",
        f"  default: {agent.on.model}",
        "",
        "# One endpoint for each account",
        "providers:",
        *(f"  {name}: {json.dumps(told)}" for name, told in endpoints.items()),
        "",
        "display:",
        "  compact: true",
    ]
    return {
        ".hermes/config.yaml": _joined(text),
        ".hermes/.env": _dotenv(agent, scenario),
        ".hermes/logs/agent.log": "",
    }


def _openclaw(agent: PretendAgent, scenario: Scenario, base_url: str) -> dict[str, str]:
    providers = [part for line in agent.lines for part in _openclaw_provider(agent, line, scenario, base_url)]
    others = ", ".join(json.dumps(f"{agent.name_of(line)}/{line.model}") for line in agent.others)
    text = [
        "// A pretend OpenClaw: change it as you like, it goes with the demo.",
        "{",
        "  gateway: { mode: 'local' },",
        "  agents: { defaults: { model: {",
        f"    primary: '{agent.name_of(agent.on)}/{agent.on.model}', // for now",
        f"    fallbacks: [{others}],",
        "  } } },",
        "  models: {",
        "    providers: {",
        *providers,
        "    },",
        "  },",
        "}",
    ]
    return {".openclaw/openclaw.json": _joined(text), ".openclaw/.env": _dotenv(agent, scenario)}


def _openclaw_provider(agent: PretendAgent, line: Line, scenario: Scenario, base_url: str) -> Iterable[str]:
    api = "anthropic-messages" if _is_anthropic(line, scenario) else "openai-completions"
    model = json.dumps(line.model)
    yield f"      {json.dumps(agent.name_of(line))}: {{"
    yield f"        baseUrl: {json.dumps(_address(line, scenario, base_url))},"
    yield f'        apiKey: "${{{variable_of(line.account)}}}", api: "{api}",'
    yield f"        models: [{{ id: {model}, name: {model} }}],"
    yield "      },"


def _claude_code(agent: PretendAgent, scenario: Scenario, base_url: str) -> dict[str, str]:
    """A login is Claude Code's own; a key stands in its settings."""
    files = {}
    for account in (each for each in scenario.accounts if each.kind is CredentialKind.OAUTH):
        if any(line.account == account.name for line in agent.lines):
            login = {"accessToken": account.token, "scopes": ["user:inference"], "subscriptionType": "max"}
            files[".claude/.credentials.json"] = _json({"claudeAiOauth": login})
    settings: dict[str, object] = {"theme": "dark"}
    if _tokens(scenario)[agent.on.account] not in "".join(files.values()):
        settings["env"] = {
            "ANTHROPIC_BASE_URL": _address(agent.on, scenario, base_url),
            "ANTHROPIC_API_KEY": _tokens(scenario)[agent.on.account],
            "ANTHROPIC_MODEL": agent.on.model,
        }
    return {**files, ".claude/settings.json": _json(settings)}


_FILES: Mapping[AgentKind, Callable[[PretendAgent, Scenario, str], dict[str, str]]] = {
    AgentKind.HERMES: _hermes,
    AgentKind.OPENCLAW: _openclaw,
    AgentKind.CLAUDE_CODE: _claude_code,
}


def _address(line: Line, scenario: Scenario, base_url: str) -> str:
    bases = {other.name: other.base for other in scenario.others}
    return base_url + bases.get(line.account, "")


def _is_anthropic(line: Line, scenario: Scenario) -> bool:
    return any(account.name == line.account for account in scenario.accounts)


def _tokens(scenario: Scenario) -> dict[str, str]:
    tokens = {account.name: account.token for account in scenario.accounts}
    return tokens | {other.name: other.token for other in scenario.others}


def _dotenv(agent: PretendAgent, scenario: Scenario) -> str:
    tokens = _tokens(scenario)
    accounts = dict.fromkeys(line.account for line in agent.lines)
    return _joined(f"{variable_of(account)}={tokens[account]}" for account in accounts)


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
