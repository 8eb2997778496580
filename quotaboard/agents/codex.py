"""Codex CLI: `config.toml` and the profile files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hosts import leak, owner_of_host, owner_of_key
from quotaboard.agents.naming import with_given
from quotaboard.agents.processes import as_running, named
from quotaboard.agents.reading import Content, mapping, read_content, read_document, text_of
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.toml_edit import edit_toml, read_toml
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
from quotaboard.domain.lane import Kind
from quotaboard.domain.loopback import stays_here
from quotaboard.domain.secret import Secret

NAME: Final = "codex"
TITLE: Final = "Codex"
BUILT_IN: Final = "openai"
"""Codex's own provider, also without a `model_provider`: a ChatGPT plan or an OpenAI key, as the login is."""
_LOCAL: Final = {"ollama": "http://localhost:11434/v1", "lmstudio": "http://localhost:1234/v1"}
_SUFFIX: Final = ".config.toml"


@dataclass(frozen=True, slots=True)
class _World:
    """Everything that a route depends on."""

    path: Path
    content: Content
    config: Mapping[str, Any] = field(repr=False)
    login: Mapping[str, Any] = field(repr=False)
    around: Surroundings


def homes(around: Surroundings) -> list[Home]:
    """The one folder that Codex uses."""
    folder = around.folder("CODEX_HOME", ".codex")
    return [Home(NAME, str(folder))] if folder.is_dir() else []


def look(home: Home, around: Surroundings) -> AgentState:
    """What it is on, and what it could be put on."""
    running = _running(around)
    world = _world(home, around)
    if isinstance(world, Refusal):
        return AgentState(home, None, running=running, trouble=world)
    configured = _route(world.config, world)
    sends, warnings = _in_project(configured, around)
    return AgentState(
        home,
        configured,
        sends,
        profiles=with_given(
            _profiles(configured, world), (_given(each, world) for each in around.profiles_for(NAME))
        ),
        running=running,
        warnings=tuple(warnings),
        locked=_locked(world),
    )


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    """Provider and model in one write. The endpoint and the key belong to the provider's own table."""
    world = _world(home, around)
    if isinstance(world, Refusal):
        return world
    if refusal := _locked(world):
        return refusal
    if profile.trouble:
        return Refusal(RefusalKind.LACKING, profile.trouble, str(world.path))
    wanted = {"model_provider": profile.route.native, "model": profile.route.model}
    after = _route({**world.config, **wanted}, world)
    owner = owner_of_key(_token(after.native, world))
    if refusal := leak(owner, after.provider, after.base_url, str(world.path)) or _stray_login(after, world):
        return refusal
    changes = dict(wanted)
    if profile.route.native == BUILT_IN and "model_provider" not in world.config:
        del changes["model_provider"]
    new = edit_toml(world.content.text, changes)
    if isinstance(new, Problem):
        return new.as_refusal(str(world.path))
    edit = Edit(str(world.path), world.content.raw, new.encode())
    same = edit.before == edit.after or (edit.before is None and not new)
    return SwitchPlan(
        home,
        profile,
        _route(world.config, world),
        after,
        () if same else (edit,),
        "" if same else masked_diff(edit.path, edit.before, edit.after),
        warnings=tuple(_plan_warnings(profile, after, world)),
        effects=takes_effect(home, after, around),
    )


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """What a new session makes of `config.toml`."""
    world = _world(home, around)
    return world if isinstance(world, Refusal) else _route(world.config, world)


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:  # noqa: ARG001
    """Only new sessions read the file."""
    effects = [TakesEffect("new sessions", When.NEW_SESSION, "New sessions use it.", "codex")]
    if _running(around).activity is Activity.RUNNING:
        sentence = "Open sessions keep their provider: end them with /quit and start Codex again."
        effects.append(TakesEffect("open sessions", When.RESTART, sentence, "/quit"))
    return tuple(effects)


def _world(home: Home, around: Surroundings) -> _World | Refusal:
    path = Path(home.path) / "config.toml"
    content = read_content(path)
    if isinstance(content, Refusal):
        return content
    config = read_toml(content.text)
    if isinstance(config, Problem):
        return config.as_refusal(str(path))
    if "profile" in config:
        found = re.search(r"""^[ \t]*["']?profile["']?[ \t]*=""", content.text, re.MULTILINE)
        line = content.text.count("\n", 0, found.start()) + 1 if found else None
        sentence = (
            f'`profile = "{config["profile"]}"` stops Codex, whose profiles are files of their own now. '
            f"Remove it and use `codex --profile {config['profile']}`."
        )
        return Problem(sentence, line).as_refusal(str(path))
    login = read_document(Path(home.path) / "auth.json")
    return _World(path, content, config, {} if isinstance(login, Refusal) else login, around)


def _route(config: Mapping[str, Any], world: _World) -> Route:
    native = text_of(config.get("model_provider")) or BUILT_IN
    table = mapping(mapping(config.get("model_providers")).get(native))
    url = text_of(table.get("base_url")) or None
    if native == BUILT_IN:
        url = text_of(config.get("openai_base_url")) or None
    url = url or _LOCAL.get(native)
    return Route(
        provider=owner_of_host(url) or native,
        model=text_of(config.get("model")) or None,
        base_url=url,
        api_mode=text_of(table.get("wire_api")) or None,
        key=_key(native, table, world),
        native=native,
    )


def _key(native: str, table: Mapping[str, Any], world: _World) -> Key:
    token = _token(native, world)
    fingerprint = Secret(token).fingerprint if token else None
    if variable := text_of(table.get("env_key")):
        return Key(variable, fingerprint, Kind.API_KEY, variable)
    if table.get("experimental_bearer_token"):
        place = f"model_providers.{native}.experimental_bearer_token in config.toml"
        return Key(place, fingerprint, Kind.API_KEY)
    if native == BUILT_IN or table.get("requires_openai_auth") is True:
        if world.around.variable("CODEX_API_KEY"):
            return Key("CODEX_API_KEY", fingerprint, Kind.API_KEY, "CODEX_API_KEY")
        if _plan_token(world):
            return Key("the ChatGPT login of Codex", fingerprint, Kind.OAUTH)
        return Key("OPENAI_API_KEY in auth.json", fingerprint, Kind.API_KEY if token else None)
    if "auth" in table:
        return Key(f"what the command of model_providers.{native}.auth prints")
    return Key("no key", None, Kind.NONE)


def _token(native: str, world: _World) -> str:
    table = mapping(mapping(world.config.get("model_providers")).get(native))
    if variable := text_of(table.get("env_key")):
        return world.around.variable(variable) or ""
    if inline := text_of(table.get("experimental_bearer_token")):
        return inline
    if native != BUILT_IN and table.get("requires_openai_auth") is not True:
        return ""
    # `codex exec` was seen to take this variable before any login.
    return (
        world.around.variable("CODEX_API_KEY")
        or _plan_token(world)
        or text_of(world.login.get("OPENAI_API_KEY"))
    )


def _plan_token(world: _World) -> str:
    if world.login.get("auth_mode") == "apikey":
        return ""
    return text_of(mapping(world.login.get("tokens")).get("access_token"))


def _profiles(active: Route, world: _World) -> Iterator[Profile]:
    """The active route, the providers of the config, and the profile files."""
    tables = mapping(world.config.get("model_providers"))
    yield Profile(active.native, active, Origin.ACTIVE, active=True, trouble=_trouble(active, world.config))
    taken = {active.native}
    for native in [BUILT_IN, *tables]:
        if native in taken or (native == BUILT_IN and not _token(BUILT_IN, world)):
            continue
        # No table says which models its provider has; the plan's own default fits the plan.
        model = None if native == BUILT_IN else active.model
        route = _route({**world.config, "model_provider": native, "model": model}, world)
        taken.add(native)
        yield Profile(native, route, Origin.OWN, trouble=_trouble(route, world.config))
    for name, config in _files(world):
        if name not in taken:
            taken.add(name)
            yield _of_file(name, config, world)


def _files(world: _World) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        paths = sorted(world.path.parent.glob(f"*{_SUFFIX}"))
    except OSError:
        paths = []
    for path in paths:
        content = read_content(path)
        config = None if isinstance(content, Refusal) else read_toml(content.text)
        if isinstance(config, dict) and {"model", "model_provider"} & set(config):
            yield path.name.removesuffix(_SUFFIX), config


def _of_file(name: str, config: Mapping[str, Any], world: _World) -> Profile:
    merged = {**world.config, **config}
    own = mapping(config.get("model_providers"))
    merged["model_providers"] = {**mapping(world.config.get("model_providers")), **own}
    route = _route(merged, world)
    trouble = _trouble(route, merged)
    if route.native in own:
        trouble = (
            f"Its provider is described in {name}{_SUFFIX} alone, where config.toml cannot use it: "
            f"start Codex with `codex --profile {name}`."
        )
    return Profile(name, route, Origin.OWN, trouble=trouble)


def _given(given: GivenProfile, world: _World) -> Profile:
    native = given.provider
    tables = mapping(world.config.get("model_providers"))
    if native not in tables and native != BUILT_IN and native not in _LOCAL:
        urls = {name: text_of(mapping(table).get("base_url")) for name, table in tables.items()}
        native = next((name for name, url in urls.items() if owner_of_host(url) == given.provider), native)
    route = _route({**world.config, "model_provider": native, "model": given.model}, world)
    trouble = _trouble(route, world.config)
    credential = world.around.credential(given.credential) if given.credential else None
    has = route.key.fingerprint if route.key else None
    if trouble is None and credential and credential.fingerprint and has != credential.fingerprint:
        place = route.key.place if route.key else "it"
        trouble = f"Codex would send {place}, not {given.credential}: put that key there."
    return Profile(given.name, route, Origin.GIVEN, trouble=trouble)


def _trouble(route: Route, config: Mapping[str, Any]) -> str | None:
    native, key = route.native, route.key
    table = mapping(config.get("model_providers")).get(native)
    if table is None and native != BUILT_IN and native not in _LOCAL:
        return (
            f"Codex knows no provider called {native}: add a table [model_providers.{native}] to config.toml."
        )
    if route.api_mode == "chat":
        return f'Codex no longer speaks wire_api = "chat": ask {native} for the responses API and write that.'
    if key is None or not key.missing or "auth" in mapping(table):
        return None
    if key.variable:
        return (
            f"{key.variable} is not set here: run `export {key.variable}=…` in the shell that starts Codex."
        )
    return "Codex is not signed in: run `codex login`."


def _in_project(configured: Route, around: Surroundings) -> tuple[Route, list[str]]:
    """A trusted project's file may name another model; Codex ignores a provider there."""
    folders = [around.cwd, *around.cwd.parents] if around.cwd else []
    for folder in folders:
        path = folder / ".codex" / "config.toml"
        if folder == around.home or not path.is_file():
            continue
        content = read_content(path)
        config = None if isinstance(content, Refusal) else read_toml(content.text)
        model = text_of(config.get("model")) if isinstance(config, dict) else ""
        if model and model != configured.model:
            sentence = f"{path} asks for {model} in this project, if Codex trusts it."
            return _with_model(configured, model), [sentence]
    return configured, []


def _with_model(route: Route, model: str) -> Route:
    return Route(route.provider, model, route.base_url, route.api_mode, route.key, route.native)


def _locked(world: _World) -> Refusal | None:
    """A file of the machine's owner that says what the person's file says, and wins."""
    for path in (
        world.around.system("/etc/codex/managed_config.toml"),
        world.path.with_name("managed_config.toml"),
    ):
        content = read_content(path)
        config = None if isinstance(content, Refusal) else read_toml(content.text)
        if isinstance(config, dict) and {"model", "model_provider"} & set(config):
            sentence = f"{path} sets the provider or the model for everybody: ask whoever manages it."
            return Refusal(RefusalKind.MANAGED, sentence, str(path))
    return None


def _stray_login(after: Route, world: _World) -> Refusal | None:
    """A table may ask for the login of OpenAI, which is nobody else's."""
    table = mapping(mapping(world.config.get("model_providers")).get(after.native))
    asks = table.get("requires_openai_auth") is True and not text_of(table.get("env_key"))
    if not asks or owner_of_host(after.base_url) == "openai" or stays_here(after.base_url):
        return None
    sentence = (
        f"Codex would send your OpenAI login to {after.host or after.native}, as requires_openai_auth asks: "
        f"give {after.native} a key of its own, with env_key in {world.path}."
    )
    return Refusal(RefusalKind.LEAK, sentence, str(world.path))


def _plan_warnings(profile: Profile, after: Route, world: _World) -> Iterator[str]:
    before = _route(world.config, world)
    if (
        profile.origin is Origin.OWN
        and after.model == before.model
        and after.native != before.native
        and after.model
    ):
        yield f"The model stays {after.model}: see that {after.native} has it."
    yield from _in_project(after, world.around)[1]


def _running(around: Surroundings) -> Running:
    pids = named("codex", around)
    return as_running(pids, around, f"{len(pids)} processes" if len(pids) > 1 else None)
