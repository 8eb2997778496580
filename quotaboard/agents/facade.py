"""All agents together: find them, plan a switch, apply it, prove it by reading back, take it back."""

from __future__ import annotations

from datetime import datetime

from quotaboard.agents import registry
from quotaboard.agents.base import Agent, KeptElsewhere, Surroundings
from quotaboard.agents.finding import asked, choose, find_agents, find_home, look_at
from quotaboard.agents.switching import engine
from quotaboard.agents.switching.journal import Journal
from quotaboard.agents.switching.recovery import cut_short as switches_cut_short
from quotaboard.agents.switching.recovery import recover as recover_switches
from quotaboard.agents.switching.replacing import Seam, nothing
from quotaboard.domain.agent import (
    Applied,
    Home,
    Interrupted,
    Refusal,
    RefusalKind,
    Route,
    SwitchPlan,
    TakesEffect,
    Undone,
)

__all__ = [
    "apply",
    "choose",
    "cut_short",
    "find_agents",
    "find_home",
    "plan_switch",
    "recover",
    "settle",
    "settles_last_at",
    "undo",
    "undoable",
]


def plan_switch(name: str, profile: str, around: Surroundings) -> SwitchPlan | Refusal:
    """What putting the agent on the profile of that name would change. Writes nothing."""
    found = find_home(name, around)
    if isinstance(found, Refusal):
        return found
    adapter, home = found
    state = look_at(adapter, home, around)
    if state.trouble:
        return state.trouble
    chosen = choose(state, profile)
    if isinstance(chosen, Refusal):
        return chosen
    return asked(adapter, lambda: adapter.plan(home, chosen, around))


def apply(plan: SwitchPlan, around: Surroundings, at: Seam = nothing) -> Applied | Refusal:
    """Write the plan, then read back what the agent will make of it."""
    adapter = registry.agent(plan.home.agent)
    if adapter is None:
        return _gone(plan.home)
    if plan.edits and isinstance(adapter, KeptElsewhere):
        refusal = adapter.write(plan, around)
        if refusal:
            return refusal
    elif plan.edits:
        done = engine.apply(plan, around.state_dir, around.now, at)
        if isinstance(done, Refusal):
            return done
    return Applied(plan, around.now, _now_on(adapter, plan.home, around))


def undo(name: str, around: Surroundings, at: Seam = nothing) -> Undone | Refusal:
    """Take back the agent's newest switch."""
    found = find_home(name, around)
    if isinstance(found, Refusal):
        return found
    adapter, home = found
    if isinstance(adapter, KeptElsewhere):
        return _undone_elsewhere(adapter, home, around)
    done = engine.undo(home, around.state_dir, around.now, at)
    if isinstance(done, Refusal):
        return done
    record = done.record
    now_on = _now_on(adapter, home, around)
    effects = _effects(adapter, home, now_on, around)
    settles_at = record.settles_at if any(step.later is not None for step in record.steps) else None
    return Undone(home, record.profile, around.now, now_on, done.merged, settles_at, effects)


def _undone_elsewhere(adapter: Agent, home: Home, around: Surroundings) -> Undone | Refusal:
    left = adapter.take_back(home, around) if isinstance(adapter, KeptElsewhere) else _gone(home)
    if isinstance(left, Refusal):
        return left
    now_on = _now_on(adapter, home, around)
    return Undone(home, left, around.now, now_on, effects=_effects(adapter, home, now_on, around))


def _now_on(adapter: Agent, home: Home, around: Surroundings) -> Route | Refusal:
    return asked(adapter, lambda: adapter.verify(home, around))


def _effects(
    adapter: Agent, home: Home, now_on: Route | Refusal, around: Surroundings
) -> tuple[TakesEffect, ...]:
    if isinstance(now_on, Refusal):
        return ()
    told = asked(adapter, lambda: adapter.takes_effect(home, now_on, around))
    return () if isinstance(told, Refusal) else told


def settle(around: Surroundings) -> list[Refusal]:
    """Finish the undos whose bridge has served, and say what could not be. Cheap when there is none."""
    refusals = []
    for journal in Journal.all_in(around.state_dir):
        for home in {record.home for record in journal.records()}:
            outcome = engine.settle(home, around.state_dir, around.now)
            refusals += [outcome] if isinstance(outcome, Refusal) else []
    return refusals


def settles_last_at(around: Surroundings) -> datetime | None:
    """When `settle` can finish the last undo that waits; None when none does."""
    return engine.settles_last_at(around.state_dir)


def recover(around: Surroundings) -> list[Interrupted]:
    """What crashes left behind. To be asked at every start."""
    return recover_switches(around.state_dir)


def cut_short(around: Surroundings) -> list[Interrupted]:
    """The same, without closing anything."""
    return switches_cut_short(around.state_dir)


def undoable(name: str, around: Surroundings) -> str | None:
    """The profile that an undo would leave, if there is something to undo."""
    found = find_home(name, around)
    if isinstance(found, Refusal):
        return None
    record = engine.last_switch(Journal.of(found[1], around.state_dir))
    return record.profile if record else None


def _gone(home: Home) -> Refusal:
    return Refusal(RefusalKind.UNKNOWN, f"There is no agent called {home.agent} any more: look again.")
