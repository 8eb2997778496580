"""All agents together: find them, plan a switch, apply it, prove it by reading back, take it back."""

from __future__ import annotations

from difflib import get_close_matches

from quotaboard.agents import registry
from quotaboard.agents.base import Agent, Surroundings
from quotaboard.agents.switching import engine
from quotaboard.agents.switching.journal import Journal
from quotaboard.agents.switching.recovery import recover as recover_switches
from quotaboard.agents.switching.replacing import Seam, nothing
from quotaboard.domain.agent import (
    AgentState,
    Applied,
    Home,
    Interrupted,
    Profile,
    Refusal,
    RefusalKind,
    SwitchPlan,
    Undone,
)


def find_agents(around: Surroundings) -> list[AgentState]:
    """Every home of every agent that is here, read now."""
    states = []
    for name in registry.names():
        if found := registry.agent(name):
            homes = _homes(found, around)
            if isinstance(homes, Refusal):
                states.append(AgentState(Home(name, homes.path or ""), None, trouble=homes))
            else:
                states += [_look(found, home, around) for home in homes]
    return states


def find_home(name: str, around: Surroundings) -> tuple[Agent, Home] | Refusal:
    """`hermes`, or `hermes:work` for one of several homes."""
    word, _, label = name.partition(":")
    found = registry.agent(word)
    if found is None:
        known = registry.names()
        sentence = f'There is no agent called "{word}".{_nearest(word, known)} Known are {_listed(known)}.'
        return Refusal(RefusalKind.UNKNOWN, sentence)
    homes = _homes(found, around)
    if isinstance(homes, Refusal):
        return homes
    if not homes:
        sentence = (
            f"{found.TITLE} was not found here: install it, or start it once so that it makes its home."
        )
        return Refusal(RefusalKind.UNKNOWN, sentence)
    home = next((home for home in homes if home.label == (label or None)), None)
    if home is None and not label:
        home = homes[0]
    if home is None:
        known = [home.id for home in homes]
        sentence = (
            f'{found.TITLE} has no home called "{label}".{_nearest(name, known)} It has {_listed(known)}.'
        )
        return Refusal(RefusalKind.UNKNOWN, sentence)
    return found, home


def plan_switch(name: str, profile: str, around: Surroundings) -> SwitchPlan | Refusal:
    """What putting the agent on the profile of that name would change. Writes nothing."""
    found = find_home(name, around)
    if isinstance(found, Refusal):
        return found
    adapter, home = found
    state = _look(adapter, home, around)
    if state.trouble:
        return state.trouble
    chosen = choose(state, profile)
    return chosen if isinstance(chosen, Refusal) else adapter.plan(home, chosen, around)


def choose(state: AgentState, name: str) -> Profile | Refusal:
    """The state's profile of that name, or the names that come near."""
    profile = next((one for one in state.profiles if one.name == name), None)
    if profile:
        return profile
    known = [one.name for one in state.profiles]
    sentence = (
        f'{state.home.id} has no profile called "{name}".{_nearest(name, known)} It has {_listed(known)}.'
    )
    return Refusal(RefusalKind.UNKNOWN, sentence)


def apply(plan: SwitchPlan, around: Surroundings, at: Seam = nothing) -> Applied | Refusal:
    """Write the plan, then read back what the agent will make of it."""
    adapter = registry.agent(plan.home.agent)
    if adapter is None:
        return _gone(plan.home)
    if plan.edits:
        done = engine.apply(plan, around.state_dir, around.now, at)
        if isinstance(done, Refusal):
            return done
    return Applied(plan, around.now, adapter.verify(plan.home, around))


def undo(name: str, around: Surroundings, at: Seam = nothing) -> Undone | Refusal:
    """Take back the agent's newest switch."""
    found = find_home(name, around)
    if isinstance(found, Refusal):
        return found
    adapter, home = found
    done = engine.undo(home, around.state_dir, around.now, at)
    if isinstance(done, Refusal):
        return done
    record = done.record
    now_on = adapter.verify(home, around)
    effects = () if isinstance(now_on, Refusal) else adapter.takes_effect(home, now_on, around)
    settles_at = record.settles_at if any(step.later is not None for step in record.steps) else None
    return Undone(home, record.profile, around.now, now_on, done.merged, settles_at, effects)


def settle(around: Surroundings) -> list[Refusal]:
    """Finish the undos whose bridge has served, and say what could not be. Cheap when there is none."""
    refusals = []
    for journal in Journal.all_in(around.state_dir):
        for home in {record.home for record in journal.records()}:
            outcome = engine.settle(home, around.state_dir, around.now)
            refusals += [outcome] if isinstance(outcome, Refusal) else []
    return refusals


def recover(around: Surroundings) -> list[Interrupted]:
    """What crashes left behind. To be asked at every start."""
    return recover_switches(around.state_dir)


def undoable(name: str, around: Surroundings) -> str | None:
    """The profile that an undo would leave, if there is something to undo."""
    found = find_home(name, around)
    if isinstance(found, Refusal):
        return None
    record = engine.last_switch(Journal.of(found[1], around.state_dir))
    return record.profile if record else None


def _homes(found: Agent, around: Surroundings) -> list[Home] | Refusal:
    """Its homes, unless one lies where this user may not look."""
    try:
        return found.homes(around)
    except OSError as error:
        return _closed(error)


def _look(found: Agent, home: Home, around: Surroundings) -> AgentState:
    try:
        return found.look(home, around)
    except OSError as error:
        return AgentState(home, None, trouble=_closed(error))


def _closed(error: OSError) -> Refusal:
    path = str(error.filename or "A folder of this agent")
    reason = error.strerror or type(error).__name__
    return Refusal(RefusalKind.BROKEN, f"{path} cannot be read ({reason}): see to that first.", path)


def _gone(home: Home) -> Refusal:
    return Refusal(RefusalKind.UNKNOWN, f"There is no agent called {home.agent} any more: look again.")


def _nearest(word: str, known: list[str]) -> str:
    matches = get_close_matches(word.lower(), known, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(matches)}?" if matches else ""


def _listed(known: list[str]) -> str:
    return ", ".join(known) or "none"
