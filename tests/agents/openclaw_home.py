"""A home of OpenClaw as its version 2026.9.6 keeps it, from the recorded contents."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyjson5

from quotaboard.agents import openclaw
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import AgentState
from tests.agents.moves import Moves

_MOVES = Moves("openclaw")
planned, refused = _MOVES.planned, _MOVES.refused

RELAY = {"RELAY_KEY": "sk-fake-relay"}
CONFIG = """// mine
{
  gateway: { mode: "local" },
  agents: {
    defaults: {
      model: {
        primary: 'anthropic/claude-sonnet-4-6', // the subscription
        fallbacks: [
          "relay/m-ok", // cheap
          'openrouter/auto',
        ],
      },
      models: { "anthropic/claude-sonnet-4-6": { alias: "sonnet" } },
    },
  },
  models: {
    providers: {
      relay: { baseUrl: "http://127.0.0.1:8080/v1", apiKey: "${RELAY_KEY}", api: "openai-completions",
               models: [{ id: "m-ok", name: "O" }, { id: "m-two", name: "T" }] },
    },
  },
}
"""


def lay_state(
    folder: Path, recorded: Path, *, order: bool = True, pins: dict[str, str] | None = None
) -> None:
    """Both databases, filled with what was recorded."""
    cases = {
        each["id"]: each["body"]
        for each in json.loads((recorded / "openclaw/auth_state_examples.json").read_text())
    }
    shared, own = cases["oc-d01"], cases["oc-d02"]
    rows = dict(own["rows"])
    if not order:
        rows["primary"] = {key: value for key, value in rows["primary"].items() if key != "order"}
    insert(folder / "state/openclaw.sqlite", [shared["ddl"]], "config_machine_state", shared["rows"])
    nodes = {
        key: {
            "providerOverride": model.partition("/")[0],
            "modelOverride": model.partition("/")[2],
            "modelOverrideSource": "user",
        }
        for key, model in (pins or {}).items()
    }
    database = folder / "agents/main/agent/openclaw-agent.sqlite"
    insert(database, own["ddl"], "auth_profile_state", rows)
    with closing(sqlite3.connect(database)) as connection:
        columns = "session_key TEXT PRIMARY KEY, entry_json TEXT NOT NULL, archived_at INTEGER"
        connection.execute(f"CREATE TABLE session_nodes ({columns}) STRICT")
        connection.executemany(
            "INSERT INTO session_nodes VALUES (?, ?, NULL)",
            [(key, json.dumps(entry)) for key, entry in nodes.items()],
        )
        connection.commit()


def insert(path: Path, ddl: list[str], table: str, rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=wal")
        for statement in ddl:
            connection.execute(statement)
        for key, value in rows.items():
            connection.execute(f"INSERT INTO {table} VALUES (?, ?, 0)", (key, json.dumps(value)))  # noqa: S608
        connection.commit()


def state_of(around: Surroundings) -> AgentState:
    return openclaw.look(openclaw.homes(around)[0], around)


def config_of(around: Surroundings) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    text = (around.home / ".openclaw/openclaw.json").read_text()
    decoded: dict[str, dict[str, dict[str, dict[str, object]]]] = pyjson5.decode(text)
    return decoded
