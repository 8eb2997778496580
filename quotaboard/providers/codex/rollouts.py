"""The newest rollout file of Codex: the plan's windows for nothing, as old as the last turn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from quotaboard.domain.reading import Origin, Reading
from quotaboard.providers.codex.bodies import rollout_meters
from quotaboard.providers.meters import mapping
from quotaboard.providers.moments import moment

TAIL_BYTES = 262_144
"""Files grow to many megabytes; the last turn stands at the end."""
_NEWEST = 5
"""Files that are looked into: the newest may not have had an answer yet."""


def newest_reading(codex_home: Path, now: datetime) -> Reading | None:
    """What the last turn that any recent session finished was told of its limits."""
    for path in _rollouts(codex_home / "sessions"):
        event = last_limits(_tail(path))
        if event is None:
            continue
        said_at = moment(event.get("timestamp")) or now
        told = rollout_meters(event, said_at)
        return Reading(min(said_at, now), Origin.CACHED, told.windows, told.overage, told.balance, told.plan)
    return None


def last_limits(text: str) -> Mapping[str, Any] | None:
    """The last `token_count` event with limits in the lines of a rollout; a cut-off line is passed over."""
    for line in reversed(text.splitlines()):
        if '"token_count"' not in line or '"rate_limits"' not in line:
            continue
        try:
            event = json.loads(line)
        except ValueError:
            continue
        payload = mapping(mapping(event).get("payload"))
        if payload.get("type") == "token_count" and isinstance(payload.get("rate_limits"), Mapping):
            return mapping(event)
    return None


def _rollouts(sessions: Path) -> Iterator[Path]:
    """The newest files, by their folders `YYYY/MM/DD` and the time in their names."""
    found = 0
    for year in _newest_first(sessions, "[0-9]*"):
        for month in _newest_first(year, "[0-9]*"):
            for day in _newest_first(month, "[0-9]*"):
                for path in _newest_first(day, "rollout-*.jsonl"):
                    yield path
                    found += 1
                    if found >= _NEWEST:
                        return


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern), reverse=True)
    except OSError:
        return []


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            return file.read(TAIL_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
