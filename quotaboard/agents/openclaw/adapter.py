"""OpenClaw, found, read and switched by its config file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hosts import leak
from quotaboard.agents.naming import with_given
from quotaboard.agents.openclaw import places
from quotaboard.agents.openclaw.config import Config, owner_of, read_config
from quotaboard.agents.openclaw.places import NAME, Place
from quotaboard.agents.openclaw.profiles import (
    given,
    native_of,
    order_command,
    own_profiles,
    reference_of,
)
from quotaboard.agents.openclaw.routes import (
    World,
    chain,
    default_agent,
    login_with,
    model_path,
    pauses,
    route_of,
)
from quotaboard.agents.openclaw.state import Pin, read_state
from quotaboard.agents.reading import mapping, read_content
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.agents.text.json5_edit import edit_json5
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
    SwitchPlan,
    TakesEffect,
    When,
)

TITLE = "OpenClaw"

__all__ = ["NAME", "TITLE", "homes", "look", "plan", "takes_effect", "verify"]

_FAR = timedelta(hours=24)
"""A pause was seen that lay 40 days ahead, so the times of those further away are not repeated."""


def homes(around: Surroundings) -> list[Home]:
    """Every state folder, the one in use first."""
    return [place.home for place in places.places(around)]


def look(home: Home, around: Surroundings) -> AgentState:
    """What it is on, and what it could be put on."""
    place = places.place_of(home, around)
    running = places.running(place, around)
    world = _world(place, around)
    if isinstance(world, Refusal):
        return AgentState(home, None, running=running, trouble=world)
    config = world.config
    listed = chain(config, model_path(config, world.agent))
    configured = route_of(listed[0], world).route if listed else None
    pinned = next((pin for pin in world.state.pins if pin.session == f"agent:{world.agent}:main"), None)
    sends = route_of(pinned.model, world).route if pinned else configured
    version = config.at("meta", "lastTouchedVersion")
    return AgentState(
        home,
        configured,
        sends,
        profiles=with_given(own_profiles(world), given(world, around)),
        running=running,
        warnings=tuple(_warnings(listed, pinned, world)),
        version=version if isinstance(version, str) else None,
        trouble=None if listed else _unset(place),
        locked=_locked(place, around) or _listed_elsewhere(world),
    )


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    """The primary model and its fallbacks, and the order of logins where the profile asks for another."""
    place = places.place_of(home, around)
    world = _world(place, around)
    if isinstance(world, Refusal):
        return world
    locked = _locked(place, around) or _listed_elsewhere(world)
    if refusal := locked or _unusable(profile, place, world):
        return refusal
    model, login = _wanted(profile, world)
    held = route_of(model, world, login)
    if refusal := leak(held.owner, held.route.provider, held.route.base_url, str(place.config)):
        return refusal
    edits = _edits(model, login, world)
    if isinstance(edits, Refusal):
        return edits
    listed = chain(world.config, model_path(world.config, world.agent))
    before = route_of(listed[0], world).route if listed else None
    diff = "\n".join(masked_diff(edit.path, edit.before, edit.after, [held.token]) for edit in edits)
    return SwitchPlan(
        home,
        profile,
        before,
        held.route,
        tuple(edits),
        diff,
        warnings=tuple(_plan_warnings(listed, model, world)),
        effects=takes_effect(home, held.route, around),
    )


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """What the gateway makes of the file: the primary model, with variables and included files filled in."""
    place = places.place_of(home, around)
    world = _world(place, around)
    if isinstance(world, Refusal):
        return world
    listed = chain(world.config, model_path(world.config, world.agent))
    return route_of(listed[0], world).route if listed else _unset(place)


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:
    """A running gateway reads the file again by itself, unless that was switched off."""
    place = places.place_of(home, around)
    world = _world(place, around)
    model = reference_of(route)
    if isinstance(world, Refusal) or places.running(place, around).activity is Activity.STOPPED:
        return (TakesEffect("gateway", When.NEW_SESSION, "It starts on the new model when it is started."),)
    if world.config.at("gateway", "reload", "mode") == "off":
        sentence = "The gateway does not read its config again (gateway.reload.mode is off): restart it."
        return (TakesEffect("running gateway", When.RESTART, sentence, "openclaw gateway restart"),)
    sentence = f"A running gateway takes it up within a second: the next message goes to {model}."
    effects = [TakesEffect("running gateway", When.NEXT_MESSAGE, sentence)]
    others = [pin for pin in world.state.pins if pin.model != model]
    if others:
        sentence = f"{_sessions(others)} another model by hand and will keep it: type this there."
        effects.append(TakesEffect("pinned sessions", When.NOW, sentence, "/model default"))
    return tuple(effects)


def _world(place: Place, around: Surroundings) -> World | Refusal:
    config = read_config(place, around)
    if isinstance(config, Refusal):
        return config
    agent = default_agent(config)
    return World(config, read_state(place.state, agent), agent, around.now)


def _locked(place: Place, around: Surroundings) -> Refusal | None:
    if around.variable("OPENCLAW_NIX_MODE") == "1":
        sentence = f"{place.config} is made by Nix (OPENCLAW_NIX_MODE): change it where it is made."
        return Refusal(RefusalKind.MANAGED, sentence, str(place.config))
    return None


def _listed_elsewhere(world: World) -> Refusal | None:
    """Older versions keep agents in a list, where the default one's own model wins over the defaults."""
    listed = world.config.at("agents", "list")
    entries = [mapping(entry) for entry in listed] if isinstance(listed, list) else []
    first = entries[0] if entries else {}
    chosen = next((entry for entry in entries if entry.get("default") is True), first)
    if "model" not in chosen:
        return None
    path = str(world.config.path)
    sentence = (
        f"{path} gives the default agent a model of its own in agents.list, which wins: change it there."
    )
    return Refusal(RefusalKind.OVERRIDDEN, sentence, path)


def _unset(place: Place) -> Refusal:
    sentence = f"{place.config} names no model: run `openclaw models set PROVIDER/MODEL` once."
    return Refusal(RefusalKind.UNSUPPORTED, sentence, str(place.config))


def _wanted(profile: Profile, world: World) -> tuple[str, str | None]:
    """The model, and the login that must be put first for it."""
    model = reference_of(profile.route)
    wanted = profile.route.key.fingerprint if profile.route.key else None
    login = login_with(wanted, model, world)
    return model, None if login == route_of(model, world).login else login


def _unusable(profile: Profile, place: Place, world: World) -> Refusal | None:
    if profile.trouble:
        return Refusal(RefusalKind.LACKING, profile.trouble, str(place.config))
    _, login = _wanted(profile, world)
    native = native_of(profile.route)
    stored = world.state.order.get(native)
    if login and stored and stored[0] != login:
        command = order_command(native, login, stored)
        sentence = (
            f"OpenClaw keeps the order of its {native} logins in its own database, which beats the config: "
            f"run `{command}`, then switch."
        )
        return Refusal(RefusalKind.OVERRIDDEN, sentence, str(place.config))
    return None


def _edits(model: str, login: str | None, world: World) -> list[Edit] | Refusal:
    """A splice of the file rather than OpenClaw's own command: that takes seconds, and loses the comments.

    The gateway was seen to take up a file that was replaced whole just as well.
    """
    config, native = world.config, model.partition("/")[0]
    path = model_path(config, world.agent)
    changes: list[tuple[list[str], dict[str, Any]]] = [_model_change(model, path, config)]
    known = config.table("agents", "defaults", "models")
    if known and model not in known:
        # A model outside a list that is not empty is refused by older versions.
        changes.append((["agents", "defaults", "models"], {model: {}}))
    if login and not world.state.order.get(native):
        rest = [name for name in world.state.logins if name != login and name.startswith(f"{native}:")]
        # First of all: with the model it must not meet the old order.
        changes.insert(0, (["auth", "order"], {native: [login, *rest]}))
    contents: dict[Path, tuple[bytes | None, str]] = {}
    for where, values in changes:
        owner = owner_of(config, where)
        if isinstance(owner, Refusal):
            return owner
        file, inside = owner
        if file not in contents:
            content = read_content(file)
            if isinstance(content, Refusal):
                return content
            contents[file] = (content.raw, content.text)
        raw, text = contents[file]
        new = edit_json5(text, inside, values)
        if isinstance(new, Problem):
            return new.as_refusal(str(file))
        contents[file] = (raw, new)
    return [
        Edit(str(file), raw, text.encode()) for file, (raw, text) in contents.items() if raw != text.encode()
    ]


def _model_change(model: str, path: list[str], config: Config) -> tuple[list[str], dict[str, Any]]:
    old = config.at(*path, "model")
    if not isinstance(old, dict):
        return path, {"model": model}
    listed = chain(config, path)
    # The lane that is left may be blocked: it does not become the first resort of the new one.
    kept = [each for each in dict.fromkeys(listed[1:]) if each not in (model, listed[0] if listed else "")]
    changes: dict[str, Any] = {"primary": model}
    if "fallbacks" in old:
        changes["fallbacks"] = kept
    return [*path, "model"], changes


def _warnings(listed: list[str], pinned: Pin | None, world: World) -> list[str]:
    found = []
    if pinned:
        found.append(
            f"The main session was put on {pinned.model} by hand and stays there: type /model default in it."
        )
    others = [pin for pin in world.state.pins if pin is not pinned]
    if others:
        found.append(f"{_sessions(others)} a model by hand and will keep it.")
    own = [
        name
        for name, entry in world.config.table("agents", "entries").items()
        if name != world.agent and "model" in mapping(entry)
    ]
    if own:
        found.append(f"The agents {', '.join(own)} have models of their own, which stay as they are.")
    for model, until, reason in pauses(listed, world):
        when = _clock(until, world.now)
        found.append(f"OpenClaw itself avoids {model} {when} ({reason}); that is its opinion only.")
    return found


def _plan_warnings(listed: list[str], model: str, world: World) -> list[str]:
    found = []
    if listed and listed[0] != model and len(listed) > 1:
        found.append(f"{listed[0]} does not become a fallback, because it may be blocked.")
    allowed = world.config.at("agents", "defaults", "modelPolicy", "allow")
    if isinstance(allowed, list) and allowed and not any(_fits(model, str(each)) for each in allowed):
        found.append(f"agents.defaults.modelPolicy.allow does not list {model}: add it there.")
    for name, until, reason in pauses([model], world):
        found.append(f"OpenClaw itself avoids {name} {_clock(until, world.now)} ({reason}).")
    utility = world.config.text(world.config.at("agents", "defaults", "utilityModel"))
    if utility and utility != model:
        found.append(f"Short internal tasks stay on {utility} (agents.defaults.utilityModel).")
    return found


def _fits(model: str, pattern: str) -> bool:
    return model.startswith(pattern[:-1]) if pattern.endswith("/*") else model == pattern


def _clock(until: datetime, now: datetime) -> str:
    return f"until {until:%H:%M} UTC" if until - now < _FAR else "for more than a day"


def _sessions(pins: list[Pin]) -> str:
    return f"{len(pins)} sessions were given" if len(pins) > 1 else "1 session was given"
