"""What an undo has to write, from what the files hold now."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from quotaboard.agents.switching.journal import Journal
from quotaboard.agents.switching.merging import take_back
from quotaboard.agents.switching.record import Record, Step
from quotaboard.agents.switching.replacing import edited
from quotaboard.agents.switching.stage import position
from quotaboard.agents.switching.target import content_of
from quotaboard.domain.agent import Refusal


@dataclass(frozen=True, slots=True)
class Write:
    """One file's change, with contents."""

    path: str
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)
    bridge: bytes | None = field(default=None, repr=False)
    later: tuple[bytes | None] | None = field(default=None, repr=False)
    """What is to be written after a while; within a tuple, because no file at all can be meant."""

    @property
    def contents(self) -> tuple[bytes | None, ...]:
        return (self.before, self.after, self.bridge, self.later[0] if self.later else None)


def ways_back(journal: Journal, record: Record) -> tuple[list[Write], bool] | Refusal:
    """The writes that take the record back from where it stands, and whether they keep others' edits."""
    made = position(record)
    if made is not None:
        return [_back(journal, step, record) for step in reversed(record.steps[:made])], False
    writes = []
    for step in reversed(record.steps):
        write = _merged(journal, step)
        if write is None or _is_rewritten(step, record):
            return edited(Path(step.path))
        writes.append(write)
    return writes, True


def _back(journal: Journal, step: Step, record: Record) -> Write:
    before, after = journal.content(step.before), journal.content(step.after)
    if step.bridge is None or _is_rewritten(step, record):
        return Write(step.path, after, before)
    return Write(step.path, after, journal.content(step.bridge), later=(before,))


def _merged(journal: Journal, step: Step) -> Write | None:
    """The step taken back from a file that others have edited; None when that cannot be told apart."""
    base, wanted = journal.content(step.after), journal.content(step.before)
    current = content_of(Path(step.path))
    if base is None or wanted is None or current is None:
        return None
    goal = take_back(base, wanted, current)
    bridge = journal.content(step.bridge)
    if goal is None or bridge is None:
        return None if goal is None else Write(step.path, current, goal)
    between = take_back(base, bridge, current)
    return Write(step.path, current, goal if between is None else between, later=(goal,) if between else None)


def _is_rewritten(step: Step, record: Record) -> bool:
    """Whether the record writes this file more than once."""
    return sum(other.path == step.path for other in record.steps) > 1
