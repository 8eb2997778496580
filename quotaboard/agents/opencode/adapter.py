"""opencode, found, read and switched by the config file that decides its model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hosts import leak
from quotaboard.agents.naming import with_given
from quotaboard.agents.opencode.layers import FILES, Layer, Owner, read_layers, user_folder
from quotaboard.agents.opencode.routes import (
    World,
    active_model,
    given_profile,
    model_path,
    own_profiles,
    read_logins,
    route_of,
)
from quotaboard.agents.processes import as_running, commands
from quotaboard.agents.reading import mapping, read_content, text_of
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
    Running,
    SwitchPlan,
    TakesEffect,
    When,
)

NAME: Final = "opencode"
TITLE: Final = "opencode"
_SCHEMA: Final = "https://opencode.ai/config.json"


def homes(around: Surroundings) -> list[Home]:
    """The user's folder, if opencode was ever there."""
    folder = user_folder(around)
    data = around.folder("XDG_DATA_HOME", ".local/share") / "opencode"
    return [Home(NAME, str(folder))] if folder.is_dir() or data.is_dir() else []


def look(home: Home, around: Surroundings) -> AgentState:
    """What it is on, and what it could be put on."""
    running = _running(around)
    world = _world(around)
    if isinstance(world, Refusal):
        return AgentState(home, None, running=running, trouble=world)
    active = active_model(world.layers)
    sends = route_of(active, world).route if active else None
    given = (given_profile(each, world) for each in around.profiles_for(NAME))
    return AgentState(
        home,
        _configured(world) or sends,
        sends,
        profiles=with_given(own_profiles(world), given),
        running=running,
        warnings=tuple(_warnings(world)),
        trouble=None if active else _unset(home),
        locked=_locked(world),
    )


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    """The model key, in the file that decides it; endpoint and key belong to the provider's own entry."""
    world = _world(around)
    if isinstance(world, Refusal):
        return world
    if refusal := _locked(world):
        return refusal
    target = _target(home, world)
    if isinstance(target, Refusal):
        return target
    path, layer = target
    if profile.trouble:
        return Refusal(RefusalKind.LACKING, profile.trouble, str(path))
    model = f"{profile.route.native}/{profile.route.model}"
    held = route_of(model, world)
    if refusal := leak(held.owner, held.route.provider, held.route.base_url, str(path)):
        return refusal
    active = active_model(world.layers)
    edit = _edit(path, layer, model, active, world)
    if isinstance(edit, Refusal):
        return edit
    same = edit.before == edit.after
    return SwitchPlan(
        home,
        profile,
        route_of(active, world).route if active else None,
        held.route,
        () if same else (edit,),
        "" if same else masked_diff(edit.path, edit.before, edit.after, [held.token]),
        warnings=tuple(_plan_warnings(model, active, layer, world)),
        effects=takes_effect(home, held.route, around),
    )


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """What a new process makes of all its files."""
    world = _world(around)
    if isinstance(world, Refusal):
        return world
    active = active_model(world.layers)
    return route_of(active, world).route if active else _unset(home)


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:  # noqa: ARG001
    """Files are read at the start only.

    A server can be told of a change (`PATCH /global/config`), but was seen to ignore one that its file has
    already, as it has after a switch.
    """
    effects = [TakesEffect("new sessions", When.NEW_SESSION, "A newly started opencode uses it.", "opencode")]
    for port in _ports(around):
        sentence = f"The server on port {port} does not read its files again: end it, then start it again."
        command = f"opencode serve --port {port}"
        effects.append(TakesEffect("running server", When.RESTART, sentence, command))
    if _running(around).activity is Activity.RUNNING:
        sentence = "Open sessions keep the model that they used last: choose another there."
        effects.append(TakesEffect("open sessions", When.NEXT_MESSAGE, sentence, "/models"))
    return tuple(effects)


def _world(around: Surroundings) -> World | Refusal:
    layers = read_layers(around)
    return layers if isinstance(layers, Refusal) else World(layers, read_logins(layers))


def _unset(home: Home) -> Refusal:
    sentence = f"No config of opencode names a model: choose one with /models, or write one in {home.path}."
    return Refusal(RefusalKind.UNSUPPORTED, sentence, home.path)


def _configured(world: World) -> Route | None:
    """What the user's own files say, whatever wins."""
    model = next(
        (
            found
            for layer in reversed(world.layers.stack)
            if layer.owner is Owner.USER and (found := world.layers.text(layer.document.get("model")))
        ),
        None,
    )
    return route_of(model, world).route if model else None


def _locked(world: World) -> Refusal | None:
    """Another layer decides, where the user's file would change nothing."""
    layer = world.layers.setter(*model_path(world.layers), "model")
    if layer is None or layer.owner is Owner.USER:
        return None
    if layer.owner is Owner.MANAGED:
        sentence = f"{layer.path} sets the model for everybody here: ask whoever manages it."
        return Refusal(RefusalKind.MANAGED, sentence, str(layer.path))
    if layer.owner is Owner.VARIABLE:
        sentence = f"{layer.path} sets the model and wins over every file: unset it, then switch."
        return Refusal(RefusalKind.OVERRIDDEN, sentence)
    sentence = f"{layer.path} sets the model of this project and wins: change it there, or switch elsewhere."
    return Refusal(RefusalKind.OVERRIDDEN, sentence, str(layer.path))


def _target(home: Home, world: World) -> tuple[Path, Layer | None] | Refusal:
    """The file that decides the model; where none does, the strongest of the user's folder."""
    layer = world.layers.setter(*model_path(world.layers), "model")
    if layer:
        return layer.path, layer
    folder = Path(home.path)
    own = [layer for layer in world.layers.stack if layer.path.parent == folder]
    if own:
        return own[-1].path, own[-1]
    if not folder.is_dir():
        return Refusal(RefusalKind.BROKEN, f"There is no folder {folder}: start opencode once.", str(folder))
    return folder / FILES[-1], None


def _edit(path: Path, layer: Layer | None, model: str, active: str, world: World) -> Edit | Refusal:
    content = layer.content if layer else read_content(path)
    if isinstance(content, Refusal):
        return content
    where = model_path(world.layers)
    text = content.text
    if content.raw is None:
        text = json.dumps({"$schema": _SCHEMA}, indent=2) + "\n"
    changes: dict[str, Any] = {"model": model}
    if not where and _moves_small(model, active, layer):
        changes["small_model"] = model
    new = edit_json5(text, where, changes)
    if isinstance(new, Problem):
        return new.as_refusal(str(path))
    return Edit(str(path), content.raw, new.encode())


def _moves_small(model: str, active: str, layer: Layer | None) -> bool:
    """Titles and summaries go with the route that is left: their lane is the one that is blocked."""
    small = text_of(layer.document.get("small_model")) if layer else ""
    left = active.partition("/")[0]
    return bool(small) and small.partition("/")[0] == left != model.partition("/")[0]


def _warnings(world: World) -> Iterator[str]:
    path = model_path(world.layers)
    default = path[1] if path else None
    own = [
        name
        for name, entry in mapping(world.layers.at("agent")).items()
        if name != default and text_of(mapping(entry).get("model"))
    ]
    if own:
        yield f"The agents {', '.join(own)} have models of their own, which stay as they are."
    layer = world.layers.setter(*path, "model")
    if layer and layer.owner is not Owner.USER:
        yield f"{layer.path} decides the model here, not your own config."


def _plan_warnings(model: str, active: str, layer: Layer | None, world: World) -> Iterator[str]:
    small = world.layers.text(world.layers.at("small_model"))
    if not model_path(world.layers) and _moves_small(model, active, layer):
        yield f"Titles and summaries move from {small} to {model} too (small_model)."
    elif small and small != model:
        yield f"Titles and summaries stay on {small} (small_model)."
    entry = mapping(world.layers.at("provider", model.partition("/")[0]))
    if entry and model.partition("/")[2] not in mapping(entry.get("models")) and "npm" in entry:
        yield f"{model} is not among the models of its provider: add it there, or it is not found."


def _running(around: Surroundings) -> Running:
    ports = _ports(around)
    note = f"server on port {ports[0]}" if ports else None
    return as_running([pid for pid, _ in _processes(around)], around, note)


def _processes(around: Surroundings) -> Iterator[tuple[int, list[str]]]:
    for pid, words in commands(around):
        if any(Path(word).name == "opencode" for word in words[:2]):
            yield pid, words


def _ports(around: Surroundings) -> list[int]:
    """The ports of servers that were started with one."""
    found = []
    for _, words in _processes(around):
        for index, word in enumerate(words):
            port = word.partition("=")[2] if word.startswith("--port=") else ""
            if word == "--port" and index + 1 < len(words):
                port = words[index + 1]
            if port.isdecimal() and {"serve", "web"} & set(words):
                found.append(int(port))
    return found
