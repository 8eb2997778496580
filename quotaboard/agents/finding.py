"""Which agents are here, and what they are on: what a board needs, without the engine that switches them."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TypeVar

from quotaboard.agents import registry
from quotaboard.agents.base import Agent, Surroundings
from quotaboard.domain.agent import AgentState, Home, Profile, Refusal, RefusalKind
from quotaboard.plugins import guarded

T = TypeVar("T")


def find_agents(around: Surroundings) -> list[AgentState]:
    """Every home of every agent that is here, read now."""
    states = []
    for name in registry.names():
        if found := registry.agent(name):
            homes = _homes(found, around)
            if isinstance(homes, Refusal):
                states.append(AgentState(Home(name, homes.path or ""), None, trouble=homes))
            else:
                states += [look_at(found, home, around) for home in homes]
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
    if home is None and not label and not any(one.active for one in homes) and len(homes) > 1:
        known = [one.id for one in homes]
        return Refusal(RefusalKind.UNKNOWN, f"{found.TITLE} has several: name one of {_listed(known)}.")
    if home is None and not label:
        home = homes[0]
    if home is None:
        known = [home.id for home in homes]
        sentence = (
            f'{found.TITLE} has no home called "{label}".{_nearest(name, known)} It has {_listed(known)}.'
        )
        return Refusal(RefusalKind.UNKNOWN, sentence)
    return found, home


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


def _homes(found: Agent, around: Surroundings) -> list[Home] | Refusal:
    """Its homes, unless one lies where this user may not look."""
    return asked(found, lambda: list(found.homes(around)))


def look_at(found: Agent, home: Home, around: Surroundings) -> AgentState:
    """What it is on, or why that cannot be told."""
    state = asked(found, lambda: found.look(home, around))
    return AgentState(home, None, trouble=state) if isinstance(state, Refusal) else state


def asked(found: Agent, call: Callable[[], T]) -> T | Refusal:
    """What the agent's module says. One of a third party may fail in any way; the board must not."""
    try:
        if found.NAME in registry.BUILT_IN:
            return call()
        return guarded(call, lambda error: _failed(found, error), f"agent {found.NAME}")
    except OSError as error:
        return _closed(error)


def _failed(found: Agent, error: Exception) -> Refusal:
    sentence = f"What reads {found.TITLE} failed ({type(error).__name__}): see the log, and tell its author."
    return Refusal(RefusalKind.BROKEN, sentence)


def _closed(error: OSError) -> Refusal:
    path = str(error.filename or "A folder of this agent")
    reason = error.strerror or type(error).__name__
    return Refusal(RefusalKind.BROKEN, f"{path} cannot be read ({reason}): see to that first.", path)


def _nearest(word: str, known: list[str]) -> str:
    matches = get_close_matches(word.lower(), known, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(matches)}?" if matches else ""


def _listed(known: list[str]) -> str:
    return ", ".join(known) or "none"
