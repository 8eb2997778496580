"""What crashes left behind: found at the next start, named, and offered for undo."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from quotaboard.agents.switching.engine import close_undo
from quotaboard.agents.switching.journal import Journal
from quotaboard.agents.switching.record import Kind, Record, State
from quotaboard.agents.switching.stage import position
from quotaboard.agents.switching.sweeping import sweep
from quotaboard.domain.agent import Interrupted, Stage


def recover(state_dir: Path) -> list[Interrupted]:
    """Every switch and undo that did not come to its end; what is certain is closed in the journal."""
    found: list[Interrupted] = []
    for journal in Journal.all_in(state_dir):
        with suppress(OSError), journal.alone() as free:
            # Whoever holds the lock is at work, not interrupted.
            if free:
                begun = [record for record in journal.records() if record.state is State.BEGUN]
                found += [_examine(journal, record) for record in begun]
                if begun:
                    journal.tidy()
    return found


def cut_short(state_dir: Path) -> list[Interrupted]:
    """The same, for whoever only looks: nothing is closed, and one that is at work now is among them."""
    return [
        _told(record, position(record), "")
        for journal in Journal.all_in(state_dir)
        for record in journal.records()
        if record.state is State.BEGUN
    ]


def _examine(journal: Journal, record: Record) -> Interrupted:
    kept = sweep(journal, record)
    lost = f" An edit that somebody made in that moment is kept in {', '.join(kept)}." if kept else ""
    made = position(record)
    stage = _stage(record, made)
    if stage is Stage.OLD:
        journal.mark(record, State.DROPPED)
    elif stage is Stage.NEW:
        if record.kind is Kind.UNDO:
            close_undo(journal, record)
        else:
            journal.mark(record, State.DONE)
    elif record.kind is Kind.UNDO:
        # The switch itself still stands in the journal, and can be undone again from wherever its files are.
        journal.mark(record, State.DROPPED)
    return _told(record, made, lost)


def _told(record: Record, made: int | None, lost: str) -> Interrupted:
    stage = _stage(record, made)
    can_undo = record.kind is Kind.SWITCH and stage is not Stage.OLD
    sentence = _sentence(record, stage) + lost
    return Interrupted(record.home, record.profile, stage, record.at, sentence, can_undo)


def _stage(record: Record, made: int | None) -> Stage:
    if made is None:
        return Stage.CHANGED
    if made == len(record.steps):
        return Stage.NEW
    return Stage.PARTLY if made else Stage.OLD


def _sentence(record: Record, stage: Stage) -> str:
    what = "A switch" if record.kind is Kind.SWITCH else "An undo of the switch"
    home, profile = record.home.id, record.profile
    begin = f"{what} of {home} to {profile} was interrupted on {record.at:%d %B at %H:%M} UTC"
    undo = f"`quotaboard undo {home}`"
    match stage, record.kind:
        case Stage.OLD, Kind.SWITCH:
            return f"{begin} before it changed anything: {home} is as it was."
        case Stage.NEW, Kind.SWITCH:
            return f"{begin} when everything was written: {home} is on {profile}. {undo} takes it back."
        case Stage.PARTLY, Kind.SWITCH:
            return f"{begin} half-way, with no key at a wrong host: {undo} puts everything back."
        case Stage.CHANGED, Kind.SWITCH:
            return f"{begin}, and its files were edited since: look at them, or try {undo}."
        case Stage.OLD, Kind.UNDO:
            return f"{begin} before it changed anything: {home} is still on {profile}. {undo} does it again."
        case Stage.NEW, Kind.UNDO:
            return f"{begin} when everything was written: {home} is as it was before the switch."
        case _:
            return f"{begin} half-way: {undo} finishes it."
