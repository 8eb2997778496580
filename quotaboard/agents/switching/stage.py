"""Which of a record's steps have been made, told from nothing but the files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from quotaboard.agents.switching.record import Record, digest
from quotaboard.agents.switching.target import content_of


def position(record: Record) -> int | None:
    """How many steps have been made; None when the files fit no number of them. Raises OSError."""
    paths = {step.path for step in record.steps}
    actual = {path: digest(content_of(Path(path))) for path in paths}
    # From the end: a step that changes nothing has been made.
    made = range(len(record.steps), -1, -1)
    return next((count for count in made if _after(record, count) == actual), None)


def _after(record: Record, count: int) -> Mapping[str, str | None]:
    """What each file holds after that many steps."""
    held: dict[str, str | None] = {}
    for step in record.steps:
        held.setdefault(step.path, step.before)
    for step in record.steps[:count]:
        held[step.path] = step.after
    return held
