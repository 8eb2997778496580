"""aider, found, read and switched by the `.env` that it loads last: what that sets beats all but a flag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from quotaboard.agents.aider.routes import (
    active_model,
    full_name,
    given_profiles,
    own_profiles,
    route_of,
)
from quotaboard.agents.aider.world import CONF, NAME, World, project_of, read_world, variable_of
from quotaboard.agents.base import Surroundings
from quotaboard.agents.hosts import leak, owner_of_host
from quotaboard.agents.naming import with_given
from quotaboard.agents.processes import as_running, named
from quotaboard.agents.reading import read_content
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.agents.text.dotenv_edit import edit_dotenv, values
from quotaboard.agents.text.problem import Problem
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    Edit,
    Home,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    Running,
    SwitchPlan,
    TakesEffect,
    When,
)
from quotaboard.domain.lane import PLAIN

__all__ = ["NAME", "TITLE", "homes", "look", "plan", "takes_effect", "verify"]

TITLE: Final = "aider"
_HELPERS: Final = ("weak-model", "editor-model")
_BASE: Final = "openai-api-base"


def homes(around: Surroundings) -> list[Home]:
    """The project around the current folder, if aider was there, then the user's own."""
    found = []
    project = project_of(around)
    if project and _used(project):
        found.append(Home(NAME, str(project)))
    if _used(around.home):
        found.append(Home(NAME, str(around.home), "home" if found else None, active=not found))
    return found


def look(home: Home, around: Surroundings) -> AgentState:
    """What a plain start would use, and what it could be put on."""
    running = _running(around)
    world = read_world(home, around)
    if isinstance(world, Refusal):
        return AgentState(home, None, running=running, trouble=world)
    active = active_model(world)
    route = route_of(active, world).route if active else None
    return AgentState(
        home,
        route,
        route,
        # It asks for edits as text, and reads them out of the answer.
        shape=PLAIN,
        profiles=with_given(own_profiles(world), given_profiles(world, around)),
        running=running,
        warnings=tuple(_warnings(world)),
        trouble=None if route else _unset(world),
    )


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    """The model, and with it the address where that changes; the key stays where it lies."""
    world = read_world(home, around)
    if isinstance(world, Refusal):
        return world
    if profile.trouble:
        return Refusal(RefusalKind.LACKING, profile.trouble, str(world.target))
    content = read_content(world.target)
    if isinstance(content, Refusal):
        return content
    active = active_model(world)
    changes = _changes(profile.route, active, world)
    new = edit_dotenv(content.text, changes)
    if isinstance(new, Problem):
        return new.as_refusal(str(world.target))
    then = read_world(home, around, {world.target: new})
    if isinstance(then, Refusal):
        return then
    after = route_of(active_model(then), then)
    if not after.route.same_as(_as_aider(profile.route)):
        return _overridden(profile.route, after.route, then)
    if refusal := leak(after.owner, after.route.provider, after.route.base_url, str(world.target)):
        return refusal
    before = route_of(active, world).route if active else None
    same = new == content.text
    edit = Edit(str(world.target), content.raw, new.encode())
    secrets = [value for name, value in values(content.text).items() if name.endswith(("_KEY", "_TOKEN"))]
    return SwitchPlan(
        home,
        profile,
        before,
        after.route,
        () if same else (edit,),
        "" if same else masked_diff(edit.path, edit.before, edit.after, secrets),
        warnings=tuple(_plan_warnings(changes, content.raw is None, world)),
        effects=takes_effect(home, after.route, around),
    )


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """What a plain start makes of its files and variables."""
    world = read_world(home, around)
    if isinstance(world, Refusal):
        return world
    active = active_model(world)
    return route_of(active, world).route if active else _unset(world)


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:  # noqa: ARG001
    """Everything is read at the start only."""
    effects = [TakesEffect("new chats", When.NEW_SESSION, "A newly started aider uses it.", "aider")]
    if _running(around).activity is Activity.RUNNING:
        sentence = "Open chats keep their model, address and key: end them and start aider again."
        effects.append(TakesEffect("open chats", When.RESTART, sentence, "/exit"))
    return tuple(effects)


def _used(folder: Path) -> bool:
    """Whether aider has left something there, or is configured there."""
    if (folder / CONF).is_file() or (folder / ".aider").is_dir():
        return True
    content = read_content(folder / ".env")
    if not isinstance(content, Refusal) and any(name.startswith("AIDER_") for name in values(content.text)):
        return True
    return (folder / ".aider.chat.history.md").is_file()


def _changes(route: Route, active: str, world: World) -> dict[str, str]:
    model = f"{route.native}/{route.model}"
    changes: dict[str, str] = {}
    held = route_of(model, world).route
    if model != active or not world.setting("model"):
        changes[variable_of("model")] = model
    if route.native == "openai" and route.base_url and not held.same_as(_as_aider(route)):
        changes[variable_of(_BASE)] = route.base_url
    left = active.partition("/")[0]
    for name in _HELPERS:
        helper = world.setting(name)
        # It goes with the route that is left: that lane is the one that is blocked.
        if helper and full_name(helper).partition("/")[0] == left != route.native:
            changes[variable_of(name)] = model
    return changes


def _as_aider(route: Route) -> Route:
    """The same route under the name that reading it back gives it."""
    owner = owner_of_host(route.base_url) if route.native == "openai" else None
    provider = owner or (route.native if route.native == "openai" else route.provider)
    return Route(provider, route.model, route.base_url, None, route.key, route.native)


def _overridden(wanted: Route, found: Route, world: World) -> Refusal:
    what = "OPENAI_BASE_URL" if world.environment.get("OPENAI_BASE_URL") else world.source("model")
    sentence = (
        f"aider would still use {found.native}/{found.model} at {found.base_url or 'its public address'} "
        f"instead of {wanted.native}/{wanted.model}, because of {what}: change that first."
    )
    return Refusal(RefusalKind.OVERRIDDEN, sentence, str(world.target))


def _unset(world: World) -> Refusal:
    sentence = f"aider has neither a model nor a key here: put AIDER_MODEL and a key in {world.target}."
    return Refusal(RefusalKind.UNSUPPORTED, sentence, str(world.target))


def _warnings(world: World) -> Iterator[str]:
    if not world.setting("model"):
        yield "No model is set: aider chooses by the keys that it finds."
    if world.environment.get("OPENAI_BASE_URL") and world.setting(_BASE):
        yield f"OPENAI_BASE_URL beats {world.source(_BASE)}: the library behind aider looks at it first."


def _plan_warnings(changes: dict[str, str], new: bool, world: World) -> Iterator[str]:  # noqa: FBT001
    for name in _HELPERS:
        helper = world.setting(name)
        if variable_of(name) in changes:
            yield f"{name} moves from {helper} too."
        elif helper:
            yield f"{name} stays {helper}."
    if new:
        yield f"{world.target} is made: see that git ignores it if keys will be put there."
    yield "A --model flag beats every file: start aider without one."


def _running(around: Surroundings) -> Running:
    return as_running(named("aider", around), around)
