"""A home of Hermes with a named endpoint for each of several accounts."""

import json
from collections.abc import Mapping
from pathlib import Path

MODEL = "claude-sonnet-4-6"


def variable(name: str) -> str:
    """The variable in which Hermes keeps this account's key."""
    return f"FOUR_{name.upper().replace('-', '_')}"


def lay_hermes(user: Path, base_url: str, tokens: Mapping[str, str], active: str, *, more: str = "") -> Path:
    """The home, put on one of the accounts, with comments that a switch must keep; `more` comes last."""
    home = user / ".hermes"
    (home / "logs").mkdir(parents=True, exist_ok=True)
    endpoints = {
        name: {
            "name": name,
            "api": base_url,
            "key_env": variable(name),
            "transport": "anthropic_messages",
            "default_model": MODEL,
        }
        for name in tokens
    }
    lines = [
        "# mine",
        "_config_version: 33",
        "model:",
        f"  provider: custom:{active}   # for now",
        f"  default: {MODEL}",
        "providers:",
        *(f"  {name}: {json.dumps(told)}" for name, told in endpoints.items()),
    ]
    (home / "config.yaml").write_text("\n".join(lines) + "\n" + more)
    (home / ".env").write_text("".join(f"{variable(name)}={token}\n" for name, token in tokens.items()))
    return home


def log_line(at: str, text: str, level: str = "INFO") -> str:
    """One line as Hermes logs it."""
    return f"{at} {level} [20261120_032428_4935f0] agent.conversation_loop: {text}\n"


def append(home: Path, line: str, name: str = "agent.log") -> None:
    with (home / "logs" / name).open("a") as file:
        file.write(line)
