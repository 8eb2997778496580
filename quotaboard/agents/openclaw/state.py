"""OpenClaw's own state, read only: logins, their order, its pauses, and sessions pinned to a model.

Newer versions keep it in SQLite, older ones in JSON. A JSON file may lie stale beside the database that took
over, so the database goes first.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quotaboard.agents.reading import mapping, read_document
from quotaboard.domain.agent import Refusal

_BUSY = 1.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A session that was put on a model by hand, and stays there."""

    session: str
    model: str


@dataclass(frozen=True, slots=True)
class State:
    """What OpenClaw has noted for one of its agents."""

    logins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """By id. They hold secrets."""
    order: Mapping[str, list[str]] = field(default_factory=dict)
    """By provider: the order stored for this agent, which beats that of the config."""
    usage: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pins: tuple[Pin, ...] = ()
    place: str = "OpenClaw's logins"

    def paused_until(self, login: str, model: str, now: datetime) -> tuple[datetime, str] | None:
        """Until when OpenClaw itself avoids the login for this model, and its word for why."""
        stats = mapping(self.usage.get(login))
        found: list[tuple[datetime, str]] = []
        for kind in ("blocked", "disabled", "cooldown"):
            until = _moment(stats.get(f"{kind}Until"))
            scope = stats.get(f"{kind}Model")
            if until and until > now and scope in (None, model):
                found.append((until, str(stats.get(f"{kind}Reason") or "unknown")))
        return max(found, default=None)

    def used_at(self, login: str) -> datetime | None:
        """When it was used last."""
        return _moment(mapping(self.usage.get(login)).get("lastUsed"))


def read_state(folder: Path, agent: str) -> State:
    """The state of one agent. What cannot be read counts as not there: it is a second source only."""
    own = folder / "agents" / agent / "agent"
    database = own / "openclaw-agent.sqlite"
    shared = _json_rows(
        folder / "state" / "openclaw.sqlite",
        "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store'",
    )
    store = _json_rows(database, "SELECT store_json FROM auth_profile_store WHERE store_key = 'primary'")
    kept = _json_rows(database, "SELECT state_json FROM auth_profile_state WHERE state_key = 'primary'")
    sessions = _json_rows(
        database,
        "SELECT json_object('key', session_key, 'entry', json(entry_json)) FROM session_nodes "
        "WHERE archived_at IS NULL",
    )
    logins = {**_logins(shared), **_logins(store)}
    if not logins:
        files = [own / "auth-profiles.json"]
        if agent != "main":
            files.insert(0, folder / "agents" / "main" / "agent" / "auth-profiles.json")
        documents = [_document(path) for path in files]
        logins = _logins(documents)
        kept = kept or [*documents[-1:], _document(own / "auth-state.json")]
    order, usage = {}, {}
    for document in kept:
        order.update({name: _texts(ids) for name, ids in mapping(document.get("order")).items()})
        usage.update(mapping(document.get("usageStats")))
    if not sessions:
        old = _document(folder / "agents" / agent / "sessions" / "sessions.json")
        sessions = [{"key": key, "entry": entry} for key, entry in old.items()]
    return State(logins, order, usage, tuple(_pins(sessions)))


def _json_rows(database: Path, query: str) -> list[dict[str, Any]]:
    """The objects in the first column; none when the file, the table or the row is not there."""
    if not database.is_file():
        return []
    try:
        return _query(database, query)
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            return []
    except (sqlite3.Error, ValueError):
        return []
    # Its folder may not be writable for us, which a database with a write-ahead log asks for.
    try:
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ("", "-wal"):
                part = database.with_name(database.name + suffix)
                if part.exists():
                    shutil.copyfile(part, Path(folder) / part.name)
            return _query(Path(folder) / database.name, query)
    except (sqlite3.Error, OSError, ValueError):
        return []


def _query(database: Path, query: str) -> list[dict[str, Any]]:
    # Opening it makes the files of its log, in our name, where there are none. Then nobody has it open
    # either, and only then it may be taken for unchanging.
    live = database.with_name(database.name + "-wal").exists()
    address = f"{database.absolute().as_uri()}?mode=ro" + ("" if live else "&immutable=1")
    with closing(sqlite3.connect(address, uri=True, timeout=_BUSY)) as connection:
        return [mapping(json.loads(row[0])) for row in connection.execute(query).fetchall() if row[0]]


def _document(path: Path) -> dict[str, Any]:
    document = read_document(path)
    return {} if isinstance(document, Refusal) else dict(document)


def _logins(documents: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {
        name: mapping(entry)
        for document in documents
        for name, entry in mapping(document.get("profiles")).items()
    }


def _pins(sessions: Iterable[Mapping[str, Any]]) -> Iterable[Pin]:
    for session in sessions:
        entry = mapping(session.get("entry"))
        provider, model = entry.get("providerOverride"), entry.get("modelOverride")
        # Older entries do not say who set them; OpenClaw takes those for the user's own.
        by_hand = entry.get("modelOverrideSource", "user") == "user"
        if by_hand and isinstance(model, str) and model:
            full = f"{provider}/{model}" if isinstance(provider, str) and provider else model
            yield Pin(str(session.get("key")), full)


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
