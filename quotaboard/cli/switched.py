"""A switch and its undo, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from quotaboard.cli.agents import refused_document
from quotaboard.cli.table import cell_words
from quotaboard.domain import document as doc
from quotaboard.domain.agent import Applied, Refusal, Route, SwitchPlan, TakesEffect, Undone
from quotaboard.poll.switching import Proof
from quotaboard.tui.draw.foreign import shown

SCHEMA = "quotaboard.switch/1"
UNDO_SCHEMA = "quotaboard.undo/1"


def refusal(agent: str, told: Refusal, at: datetime, schema: str = SCHEMA) -> dict[str, Any]:
    """Nothing was written."""
    return {"schema": schema, "at": doc.moment(at), "agent": agent, "refused": refused_document(told)}


def document(
    plan: SwitchPlan, at: datetime, *, done: Applied | None = None, proof: Proof | None = None
) -> dict[str, Any]:
    """What was planned, and what became of it."""
    return {
        "schema": SCHEMA,
        "at": doc.moment(at),
        "agent": plan.home.id,
        "home": plan.home.path,
        "profile": plan.profile.name,
        "from": _route(plan.before),
        "to": _route(plan.after),
        "dry_run": done is None,
        "changed": done is not None and bool(plan.edits),
        "files": list(dict.fromkeys(edit.path for edit in plan.edits)),
        "diff": plan.diff,
        "warnings": list(plan.warnings),
        "effects": [_effect(effect) for effect in plan.effects],
        "verified": done.verified if done else None,
        "proof": _proof(proof),
        "unproven": proof.missing if proof else None,
        "undo": f"quotaboard undo {plan.home.id}" if done and plan.edits else None,
        "refused": None,
    }


def undo_document(done: Undone) -> dict[str, Any]:
    """What was taken back."""
    return {
        "schema": UNDO_SCHEMA,
        "at": doc.moment(done.at),
        "agent": done.home.id,
        "home": done.home.path,
        "left": done.profile,
        "now": _route(done.now_on) if isinstance(done.now_on, Route) else None,
        "merged": done.merged,
        "settles_at": doc.moment(done.settles_at),
        "effects": [_effect(effect) for effect in done.effects],
        "trouble": done.now_on.sentence if isinstance(done.now_on, Refusal) else None,
        "refused": None,
    }


def plan_lines(plan: SwitchPlan) -> Iterator[str]:
    """From where to where, the diff, and the warnings."""
    if not plan.edits:
        yield f"{plan.home.id} is on {shown(plan.profile.name)} already: there is nothing to write."
    else:
        yield f"{plan.home.id}: from {route_words(plan.before)} to {route_words(plan.after)}"
        yield ""
        # A config may hold what steers a terminal.
        yield from (shown(line) for line in plan.diff.splitlines())
    for warning in plan.warnings:
        yield ""
        yield f"Mind: {shown(warning)}"


def effect_lines(effects: Sequence[TakesEffect]) -> Iterator[str]:
    """When it takes effect, and what to type."""
    for effect in effects:
        yield f"{effect.what}: {shown(effect.sentence)}"
        if effect.command:
            yield f"    {shown(effect.command)}"


def proof_line(proof: Proof) -> str:
    """What one request on the new lane showed."""
    if proof.view is None or proof.missing:
        return f"Not proven: {shown(proof.missing or 'nothing was asked.')}"
    judgement = proof.view.judgement
    return f"Proven by one request: {cell_words(judgement)}. {shown(judgement.summary)}"


def route_words(route: Route | None) -> str:
    """`anthropic, claude-sonnet-4-6`."""
    if route is None:
        return "nothing that can be read"
    where = f" at {route.host}" if route.host else ""
    return shown(f"{route.provider} ({route.model or 'its usual model'}){where}")


def _route(route: Route | None) -> dict[str, Any] | None:
    if route is None:
        return None
    return {
        "provider": route.provider,
        "model": route.model,
        "base_url": route.base_url,
        "api_mode": route.api_mode,
        "key": route.key.place if route.key else None,
    }


def _effect(effect: TakesEffect) -> dict[str, Any]:
    return {
        "what": effect.what,
        "when": effect.when.value,
        "sentence": effect.sentence,
        "command": effect.command,
    }


def _proof(proof: Proof | None) -> dict[str, Any] | None:
    if proof is None or proof.view is None or proof.missing:
        return None
    judgement = proof.view.judgement
    return {
        "lane": proof.view.lane.id,
        **doc.verdict(judgement),
        "observed_at": doc.moment(judgement.observed_at),
    }
