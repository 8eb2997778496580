"""Apply, undo and settle: the only code that writes an agent's files.

Whatever happens, a kill -9 included, each file is the old one or the new one, and the journal says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from quotaboard.agents.switching.going_back import Write, ways_back
from quotaboard.agents.switching.journal import Journal, locked
from quotaboard.agents.switching.record import Kind, Record, State, Step, digest
from quotaboard.agents.switching.replacing import Seam, edited, nothing, temporary_name
from quotaboard.agents.switching.replacing import replace as replace_file
from quotaboard.agents.switching.sweeping import sweep
from quotaboard.agents.switching.target import examine, failed
from quotaboard.domain.agent import Home, Refusal, RefusalKind, SwitchPlan


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What an undo wrote."""

    record: Record
    merged: bool
    """Others had edited the file since; what they wrote is kept."""


def apply(plan: SwitchPlan, state_dir: Path, now: datetime, at: Seam = nothing) -> Record | Refusal:
    """Write the plan's files. A refusal has changed nothing."""
    journal = Journal.of(plan.home, state_dir)
    writes = [Write(edit.path, edit.before, edit.after, bridge=edit.bridge) for edit in plan.edits]
    try:
        with _alone(journal, plan.home, plan.lock) as refusal:
            if refusal:
                return refusal
            at("locked")
            new = Record(0, Kind.SWITCH, State.BEGUN, plan.home, plan.profile.name, now, (), lock=plan.lock)
            done = _perform(journal, new, writes, at)
            if isinstance(done, Record):
                _close_older(journal, done)
                journal.tidy()
            return done
    except OSError as error:
        return failed(journal.folder, error)


def undo(home: Home, state_dir: Path, now: datetime, at: Seam = nothing) -> TakenBack | Refusal:
    """Take back the newest switch of this home. What others wrote since is kept, or it is refused."""
    journal = Journal.of(home, state_dir)
    standing = last_switch(journal)
    if standing is None:
        sentence = f"There is no switch of {home.id} to undo: none that quotaboard made still stands."
        return Refusal(RefusalKind.NOTHING, sentence)
    try:
        with _alone(journal, home, standing.lock) as refusal:
            if refusal:
                return refusal
            at("locked")
            record = last_switch(journal)
            if record != standing:
                return _busy(home)
            return _take_back(journal, standing, now, at)
    except OSError as error:
        return failed(journal.folder, error)


def settle(home: Home, state_dir: Path, now: datetime, at: Seam = nothing) -> bool | Refusal:
    """Write what an undo has left to write, when its time has come. Whether something was written."""
    journal = Journal.of(home, state_dir)
    if not _due(journal, now):
        return False
    try:
        with _alone(journal, home, None) as refusal:
            if refusal:
                return refusal
            outcomes = [_settle(journal, record, at) for record in _due(journal, now)]
            journal.tidy()
            refused = next((outcome for outcome in outcomes if isinstance(outcome, Refusal)), None)
            return refused or any(outcomes)
    except OSError as error:
        return failed(journal.folder, error)


def settles_last_at(state_dir: Path) -> datetime | None:
    """When the last of the undos here can be finished; None when none waits."""
    waiting = [
        record.settles_at
        for journal in Journal.all_in(state_dir)
        for record in journal.records()
        if record.state is State.SETTLING
    ]
    return max(waiting, default=None)


def last_switch(journal: Journal) -> Record | None:
    """The newest switch that stands, whole or in part."""
    standing = (State.BEGUN, State.DONE)
    records = [one for one in journal.records() if one.kind is Kind.SWITCH and one.state in standing]
    return records[-1] if records else None


def close_undo(journal: Journal, record: Record) -> Record:
    """Note that an undo has been written, and with it that its switch no longer stands."""
    for one in journal.records():
        if one.number == record.undoes:
            journal.mark(one, State.UNDONE)
    bridged = any(step.later is not None for step in record.steps)
    return journal.mark(record, State.SETTLING if bridged else State.DONE)


def _perform(journal: Journal, new: Record, writes: Sequence[Write], at: Seam) -> Record | Refusal:
    """Journal first, then file after file; a refusal half-way goes back all the way."""
    steps = _prepare(writes)
    if isinstance(steps, Refusal):
        return steps
    journal.keep(content for write in writes for content in write.contents)
    at("contents kept")
    record = replace(new, number=journal.next_number(), steps=steps)
    journal.write(record)
    at("journal written")
    refusal = _write_steps(journal, record, at)
    if refusal:
        return refusal
    at("files written")
    # The files say what happened; a journal that cannot be closed now is closed at the next start.
    with suppress(OSError):
        record = close_undo(journal, record) if new.kind is Kind.UNDO else journal.mark(record, State.DONE)
    at("journal closed")
    return record


def _prepare(writes: Sequence[Write]) -> tuple[Step, ...] | Refusal:
    """Every file examined and found as it is expected, before the first is touched."""
    held: dict[str, bytes | None] = {}
    steps = []
    for write in writes:
        target = examine(Path(write.path))
        if isinstance(target, Refusal):
            return target
        if held.get(write.path, target.content) != write.before:
            return edited(target.path)
        held[write.path] = write.after
        steps.append(
            Step(
                path=write.path,
                target=str(target.path),
                temporary=str(temporary_name(target.path)),
                before=digest(write.before),
                after=digest(write.after),
                bridge=digest(write.bridge),
                later=(digest(write.later[0]) or "") if write.later else None,
            )
        )
    return tuple(steps)


def _write_steps(journal: Journal, record: Record, at: Seam) -> Refusal | None:
    for index, step in enumerate(record.steps):
        refusal = _write_step(journal, step, step.before, step.after, at)
        if refusal:
            return _gone_back(journal, record, index, refusal)
        at(f"file {index + 1} written")
    return None


def _gone_back(journal: Journal, record: Record, made: int, refusal: Refusal) -> Refusal:
    """The refusal, once the steps that were made are taken back; or what to do when they cannot be."""
    back = [
        _write_step(journal, step, step.after, step.before, nothing) for step in reversed(record.steps[:made])
    ]
    if any(back):
        sentence = (
            f"{refusal.sentence} What had been written before could not be taken back: see `quotaboard undo`."
        )
        return replace(refusal, sentence=sentence)
    with suppress(OSError):
        journal.mark(record, State.DROPPED)
    journal.tidy()
    return refusal


def _write_step(
    journal: Journal, step: Step, expected: str | None, wanted: str | None, at: Seam
) -> Refusal | None:
    target = examine(Path(step.path))
    if isinstance(target, Refusal):
        return target
    if digest(target.content) != expected or str(target.path) != step.target:
        return edited(target.path)
    try:
        content = journal.content(wanted)
    except OSError as error:
        return failed(journal.folder, error)
    return replace_file(target, Path(step.temporary), content, at)


def _take_back(journal: Journal, record: Record, now: datetime, at: Seam) -> TakenBack | Refusal:
    ways = ways_back(journal, record)
    if isinstance(ways, Refusal):
        return ways
    writes, merged = ways
    new = Record(0, Kind.UNDO, State.BEGUN, record.home, record.profile, now, (), record.number)
    done = _perform(journal, new, writes, at)
    if isinstance(done, Refusal):
        return done
    journal.tidy()
    return TakenBack(done, merged)


def _due(journal: Journal, now: datetime) -> list[Record]:
    settling = (record for record in journal.records() if record.state is State.SETTLING)
    return [record for record in settling if record.settles_at <= now]


def _settle(journal: Journal, record: Record, at: Seam) -> bool | Refusal:
    """What an earlier attempt left is done again; what others edited meanwhile stays as they want it."""
    sweep(journal, record)
    wrote = False
    for step in record.steps:
        if step.later is None:
            continue
        refusal = _write_step(journal, step, step.after, step.later or None, at)
        if refusal and refusal.kind is not RefusalKind.EDITED:
            return refusal
        wrote = wrote or refusal is None
    journal.mark(record, State.DONE)
    return wrote


def _close_older(journal: Journal, newest: Record) -> None:
    """What was left open before this switch is no longer of use."""
    for record in journal.records():
        if record.number != newest.number and record.state in (State.SETTLING, State.BEGUN):
            journal.mark(record, State.DROPPED)


@contextmanager
def _alone(journal: Journal, home: Home, lock: str | None) -> Iterator[Refusal | None]:
    """None when nobody else switches this home, nor the agent writes."""
    with ExitStack() as stack:
        free = stack.enter_context(journal.alone())
        if free and lock and Path(lock).parent.is_dir():
            free = stack.enter_context(locked(Path(lock)))
        yield None if free else _busy(home)


def _busy(home: Home) -> Refusal:
    sentence = f"The files of {home.id} are being written by somebody else just now: try again in a moment."
    return Refusal(RefusalKind.BUSY, sentence, home.path)
