"""Hermes as one of the agents."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes import places
from quotaboard.agents.hermes.effects import effects
from quotaboard.agents.hermes.gateway import gateway
from quotaboard.agents.hermes.leaks import leak_of
from quotaboard.agents.hermes.options import options
from quotaboard.agents.hermes.planning import locked, plan, verify
from quotaboard.agents.hermes.runtime import resolve
from quotaboard.agents.hermes.world import read_world
from quotaboard.agents.reading import read_document, text_of
from quotaboard.domain.agent import AgentState, Home, Refusal

NAME: Final = places.NAME
TITLE: Final = "Hermes"

homes = places.homes
takes_effect = effects

__all__ = ["NAME", "TITLE", "homes", "look", "plan", "takes_effect", "verify"]


def look(home: Home, around: Surroundings) -> AgentState:
    """What the home is on, what it will really send, and what it could be put on."""
    folder = Path(home.path)
    running, version = gateway(folder, around), _version(folder)
    world = read_world(folder, around)
    if isinstance(world, Refusal):
        return AgentState(home, None, running=running, version=version, trouble=world)
    runtime = resolve(world)
    warnings = tuple(trouble.sentence for trouble in world.troubles)
    found = tuple(option.profile for option in options(world, around))
    lock = locked(folder, around, world)
    if isinstance(runtime, Refusal):
        return AgentState(
            home,
            None,
            profiles=found,
            running=running,
            warnings=(runtime.sentence, *warnings),
            version=version,
            locked=lock,
        )
    leak = leak_of(runtime, world)
    return AgentState(
        home=home,
        configured=runtime.listed,
        sends=runtime.sent,
        also_sends=runtime.also,
        profiles=found,
        running=running,
        warnings=(*((leak,) if leak else ()), *runtime.warnings, *warnings),
        version=version,
        locked=lock,
    )


def _version(home: Path) -> str | None:
    """What Hermes wrote when it last looked for an update; asking it takes a second."""
    document = read_document(home / ".update_check")
    return None if isinstance(document, Refusal) else text_of(document.get("ver")) or None
