"""What is known of one switch or undo: which files, from which content to which."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from quotaboard.domain.agent import Home

SCHEMA = "quotaboard.switch/1"

BRIDGE_FOR = timedelta(seconds=10)
"""Running programs were seen to take up a change within a few seconds."""


class Kind(StrEnum):
    """What a record was made for."""

    SWITCH = "switch"
    UNDO = "undo"


class State(StrEnum):
    """How far it came."""

    BEGUN = "begun"
    SETTLING = "settling"
    """An undo that has written a bridge, and waits to write what was there."""
    DONE = "done"
    UNDONE = "undone"
    DROPPED = "dropped"
    """It never took place, or there is nothing left of it to take back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One file's change. Contents are named by their digest; None stands for no such file."""

    path: str
    """As the agent opens it."""
    target: str
    """Where it really lies."""
    temporary: str
    before: str | None
    after: str | None
    bridge: str | None = None
    """Of a switch: what its undo writes first."""
    later: str | None = None
    """Of an undo that wrote a bridge: what is to follow, `""` for no file; None when nothing is."""


@dataclass(frozen=True, slots=True)
class Record:
    """A switch or an undo."""

    number: int
    kind: Kind
    state: State
    home: Home
    profile: str
    at: datetime
    steps: tuple[Step, ...]
    undoes: int | None = None
    """The number of the switch that this takes back."""
    lock: str | None = None
    """The agent's own lock, which its undo takes too."""

    @property
    def settles_at(self) -> datetime:
        """When an undo that wrote a bridge may write what was there."""
        return self.at + BRIDGE_FOR


def digest(content: bytes | None) -> str | None:
    """Names a content; the same content has the same name."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def to_document(record: Record) -> dict[str, Any]:
    """The record as JSON. It holds no content, so no secret."""
    home = record.home
    return {
        "schema": SCHEMA,
        "number": record.number,
        "kind": record.kind.value,
        "state": record.state.value,
        "agent": home.agent,
        "home": home.path,
        "label": home.label,
        "profile": record.profile,
        "at": record.at.astimezone(UTC).isoformat(),
        "undoes": record.undoes,
        "lock": record.lock,
        "steps": [
            {
                "path": step.path,
                "target": step.target,
                "temporary": step.temporary,
                "before": step.before,
                "after": step.after,
                "bridge": step.bridge,
                "later": step.later,
            }
            for step in record.steps
        ],
    }


def from_document(document: Mapping[str, Any]) -> Record | None:
    """The record in a JSON object; None when it is not one of ours."""
    if document.get("schema") != SCHEMA:
        return None
    try:
        return Record(
            number=int(document["number"]),
            kind=Kind(document["kind"]),
            state=State(document["state"]),
            home=Home(document["agent"], document["home"], document["label"]),
            profile=document["profile"],
            at=datetime.fromisoformat(document["at"]),
            steps=tuple(Step(**step) for step in document["steps"]),
            undoes=document["undoes"],
            lock=document["lock"],
        )
    except (KeyError, TypeError, ValueError):
        return None
