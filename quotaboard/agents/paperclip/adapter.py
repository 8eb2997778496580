"""Paperclip's agents, each of which can be put on another adapter and model."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.naming import with_given
from quotaboard.agents.paperclip.api import (
    ADAPTERS,
    LOGIN,
    PROVIDERS,
    PaperclipAgent,
    address,
    read_all,
    read_one,
    route_of,
)
from quotaboard.agents.processes import as_running, named
from quotaboard.agents.reading import read_document
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    Edit,
    GivenProfile,
    Home,
    Key,
    Origin,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    Running,
    SwitchPlan,
    TakesEffect,
    When,
)

NAME: Final = "paperclip"
TITLE: Final = "Paperclip"


def homes(around: Surroundings) -> list[Home]:
    """Every agent of every instance that answers; an instance that does not is one itself."""
    folder = around.folder("PAPERCLIP_HOME", ".paperclip") / "instances"
    current = around.variable("PAPERCLIP_INSTANCE_ID") or "default"
    try:
        instances = sorted(path.parent for path in folder.glob("*/config.json"))
    except OSError:
        instances = []
    instances.sort(key=lambda path: path.name != current)
    found: list[Home] = []
    for instance in instances:
        mine = instance.name == current
        config = read_document(instance / "config.json")
        broken = isinstance(config, Refusal)
        agents = [] if broken else read_all(address(instance, around), around)
        if isinstance(agents, Refusal) or not agents:
            found.append(Home(NAME, str(instance), None if mine else instance.name, active=mine))
            continue
        alone = mine and len(agents) == 1
        labels = [one.key if mine else f"{instance.name}-{one.key}" for one in agents]
        found += [
            Home(NAME, one.url, None if alone else label, active=alone)
            for one, label in zip(agents, labels, strict=True)
        ]
    return found


def look(home: Home, around: Surroundings) -> AgentState:
    """What the agent's next run uses."""
    agent = _agent(home, around)
    if isinstance(agent, Refusal):
        running = as_running(named("paperclipai", around), around)
        return AgentState(home, None, running=running, trouble=agent)
    active = Profile(agent.adapter, agent.route, Origin.ACTIVE, active=True)
    hidden = "Paperclip hides the address that this agent's variables set, so its lane is not known."
    return AgentState(
        home,
        agent.route,
        agent.route,
        profiles=with_given([active], (_given(given) for given in around.profiles_for(NAME))),
        running=Running(Activity.RUNNING, tuple(named("paperclipai", around))),
        warnings=(hidden,) if agent.hides_its_address else (),
    )


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    """Adapter and model together; the agent's own variables, its keys among them, are left as they are."""
    agent = _agent(home, around)
    if isinstance(agent, Refusal):
        return agent
    if profile.trouble:
        return Refusal(RefusalKind.LACKING, profile.trouble, home.path)
    same = agent.adapter == profile.route.native
    config = {**agent.config, "model": profile.route.model}
    then = PaperclipAgent(agent.url, agent.key, agent.name, profile.route.native, config)
    changes = then.content != agent.content
    edit = Edit(agent.url, agent.content, then.content)
    other = "Settings that only the old adapter knows are dropped by Paperclip; an undo brings them back."
    return SwitchPlan(
        home,
        profile,
        agent.route,
        route_of(then.adapter, config),
        (edit,) if changes else (),
        masked_diff(edit.path, edit.before, edit.after) if changes else "",
        warnings=() if same else (other,),
        effects=takes_effect(home, profile.route, around),
    )


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """What the API tells of the agent now."""
    agent = _agent(home, around)
    return agent if isinstance(agent, Refusal) else agent.route


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:  # noqa: ARG001
    """Every run starts a new process."""
    return (TakesEffect("next run", When.NEW_SESSION, "The agent's next run uses it."),)


def _agent(home: Home, around: Surroundings) -> PaperclipAgent | Refusal:
    if "://" in home.path:
        return read_one(home.path, around)
    instance = Path(home.path)
    config = read_document(instance / "config.json")
    if isinstance(config, Refusal):
        return config
    found = read_all(address(instance, around), around)
    if isinstance(found, Refusal):
        return found
    sentence = "Paperclip has no agents yet: make one there."
    return found[0] if found else Refusal(RefusalKind.UNSUPPORTED, sentence, home.path)


def _given(given: GivenProfile) -> Profile:
    native = given.provider if given.provider in PROVIDERS else ADAPTERS.get(given.provider, "")
    trouble = None if native else f"Paperclip has no adapter for {given.provider} alone: choose one there."
    route = Route(given.provider, given.model, key=Key(LOGIN), native=native)
    return Profile(given.name, route, Origin.GIVEN, trouble=trouble)
