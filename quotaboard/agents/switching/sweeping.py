"""Temporary files that a crash left beside an agent's files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from quotaboard.agents.switching.journal import Journal
from quotaboard.agents.switching.record import Record, Step, digest
from quotaboard.agents.switching.target import read


def sweep(journal: Journal, record: Record) -> list[str]:
    """Remove ours. One that holds somebody's edit of that very moment stays, and is returned."""
    kept = []
    for step in record.steps:
        temporary = Path(step.temporary)
        with suppress(OSError):
            if _is_ours(read(temporary), journal, step):
                temporary.unlink()
            else:
                kept.append(step.temporary)
    return kept


def _is_ours(content: bytes, journal: Journal, step: Step) -> bool:
    """Whether it is what we were writing, perhaps not to its end, or what we had just replaced."""
    names = {name for name in (step.before, step.after, step.later) if name}
    if digest(content) in names:
        return True
    return any((wanted := journal.content(name)) is not None and wanted.startswith(content) for name in names)
