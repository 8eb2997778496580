"""Switching one of Paperclip's agents, and taking it back: by its API, as its database is not ours to write.

The record is on disk before the request is sent. Whether it arrived is asked of the API itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.paperclip.api import change, read_one
from quotaboard.agents.switching.engine import last_switch
from quotaboard.agents.switching.journal import Journal
from quotaboard.agents.switching.record import Kind, Record, State, Step, digest
from quotaboard.agents.switching.target import failed
from quotaboard.domain.agent import Home, Refusal, RefusalKind, SwitchPlan


def write(plan: SwitchPlan, around: Surroundings) -> Refusal | None:
    """Send the plan, if the agent is still as the plan found it."""
    (edit,) = plan.edits
    journal = Journal.of(plan.home, around.state_dir)
    now = read_one(edit.path, around)
    if isinstance(now, Refusal):
        return now
    if now.content != edit.before:
        return _edited(plan.home, edit.path)
    wanted = _document(edit.after)
    body = {
        "adapterType": wanted["adapterType"],
        "adapterConfig": {"model": wanted["adapterConfig"]["model"]},
        "replaceAdapterConfig": False,
    }
    step = Step(edit.path, edit.path, "", digest(edit.before), digest(edit.after))
    try:
        with journal.alone() as free:
            if not free:
                return _busy(plan.home)
            journal.keep([edit.before, edit.after])
            record = Record(
                journal.next_number(),
                Kind.SWITCH,
                State.DONE,
                plan.home,
                plan.profile.name,
                around.now,
                (step,),
            )
            journal.write(record)
            if refusal := change(edit.path, body, around):
                journal.mark(record, State.DROPPED)
                return refusal
            journal.tidy()
    except OSError as error:
        return failed(journal.folder, error)
    return None


def take_back(home: Home, around: Surroundings) -> str | Refusal:
    """Put the agent back on what it was on before our newest switch; returns the profile that it leaves."""
    journal = Journal.of(home, around.state_dir)
    record = last_switch(journal)
    if record is None:
        sentence = f"There is no switch of {home.id} to undo: none that quotaboard made still stands."
        return Refusal(RefusalKind.NOTHING, sentence)
    (step,) = record.steps
    now = read_one(step.path, around)
    if isinstance(now, Refusal):
        return now
    try:
        before, after = journal.content(step.before), journal.content(step.after)
        if now.content == before:
            journal.mark(record, State.DROPPED)
            return Refusal(RefusalKind.NOTHING, f"{home.id} is as it was before the switch already.")
        if _choice(_document(now.content)) != _choice(_document(after)):
            return _edited(home, step.path)
        with journal.alone() as free:
            if not free:
                return _busy(home)
            # Hidden values of variables are put back by the server from what it holds.
            if refusal := change(step.path, {**_document(before), "replaceAdapterConfig": True}, around):
                return refusal
            journal.mark(record, State.UNDONE)
            journal.tidy()
    except OSError as error:
        return failed(journal.folder, error)
    return record.profile


def _document(content: bytes | None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(content or b"{}")
    return document


def _choice(document: Mapping[str, Any]) -> tuple[object, object]:
    return document.get("adapterType"), (document.get("adapterConfig") or {}).get("model")


def _edited(home: Home, url: str) -> Refusal:
    sentence = f"{home.id} was changed in Paperclip meanwhile, so nothing was sent: look at it again."
    return Refusal(RefusalKind.EDITED, sentence, url)


def _busy(home: Home) -> Refusal:
    return Refusal(RefusalKind.BUSY, f"{home.id} is being switched by somebody else: try again in a moment.")
