"""Everything on which Hermes's choice of a route depends, read once: config, variables, credentials."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes.places import managed_folder, root_of
from quotaboard.agents.reading import Content, mapping, read_content, read_document, text_of
from quotaboard.agents.text.dotenv_edit import values as dotenv_values
from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.yaml_tree import Mapping as YamlMapping
from quotaboard.agents.text.yaml_tree import parse, plain_value
from quotaboard.domain.agent import Refusal


@dataclass(frozen=True, slots=True)
class World:
    """What Hermes would read now. It holds secrets, so nothing of them is shown."""

    home: Path
    config: Content = field(repr=False)
    """`config.yaml` as it lies there."""
    settings: Mapping[str, Any] = field(repr=False)
    """What it means: expanded, normalised, with the administrator's values on top."""
    pinned: frozenset[str]
    """Keys of `model` that the administrator decides."""
    variables: Mapping[str, str] = field(repr=False)
    """The environment with `.env` on top, which Hermes lets win."""
    in_file: frozenset[str]
    """Which of them `.env` sets."""
    store: Mapping[str, Any] = field(repr=False)
    """`auth.json`."""
    root_store: Mapping[str, Any] = field(repr=False)
    """The root's `auth.json`, which a profile uses for what it lacks."""
    claude: Mapping[str, Any] = field(repr=False)
    """The `claudeAiOauth` of Claude Code's login."""
    own_login: Mapping[str, Any] = field(repr=False)
    """`.anthropic_oauth.json`."""
    now: datetime
    troubles: tuple[Refusal, ...] = ()
    """Other files that cannot be read; Hermes goes on without them, and so do we."""

    @property
    def model(self) -> Mapping[str, Any]:
        return mapping(self.settings.get("model"))

    def variable(self, name: str) -> str:
        """The variable's value, empty when it is not set."""
        return self.variables.get(name, "").strip()

    def place_of(self, name: str) -> str:
        """Where the variable is set, as people read it."""
        return f"{name} in .env" if name in self.in_file else f"{name} in the environment"


def read_world(home: Path, around: Surroundings) -> World | Refusal:
    """The home as it is now, or why its config cannot be read."""
    content = read_content(home / "config.yaml")
    if isinstance(content, Refusal):
        return content
    env = read_content(home / ".env")
    in_file = dotenv_values(env.plain_text, around.environment) if isinstance(env, Content) else {}
    managed = managed_folder(around)
    pinned_env = read_content(managed / ".env") if managed else Content(None)
    overlay = dotenv_values(pinned_env.plain_text) if isinstance(pinned_env, Content) else {}
    root = root_of(home, around)
    store, root_store = read_document(home / "auth.json"), read_document(root / "auth.json")
    claude = read_document(around.home / ".claude" / ".credentials.json")
    login = read_document(home / ".anthropic_oauth.json")
    troubles = tuple(one for one in (env, store, claude, login) if isinstance(one, Refusal))
    world = World(
        home=home,
        config=content,
        settings={},
        pinned=frozenset(),
        variables={**around.environment, **in_file, **overlay},
        in_file=frozenset(in_file),
        store={} if isinstance(store, Refusal) else store,
        root_store={} if root == home or isinstance(root_store, Refusal) else root_store,
        claude={} if isinstance(claude, Refusal) else mapping(claude.get("claudeAiOauth")),
        own_login={} if isinstance(login, Refusal) else login,
        now=around.now,
        troubles=troubles,
    )
    return with_config(world, content, around)


def with_config(world: World, content: Content, around: Surroundings) -> World | Refusal:
    """The same world with another `config.yaml`."""
    settings = _settings(content.text, str(world.home / "config.yaml"))
    if isinstance(settings, Refusal):
        return settings
    managed = managed_folder(around)
    pinned = read_content(managed / "config.yaml") if managed else Content(None)
    overlay = _settings(pinned.text, "") if isinstance(pinned, Content) else {}
    above = _normalised(_expanded({} if isinstance(overlay, Refusal) else overlay, around.environment))
    if isinstance(above.get("model"), str):
        above["model"] = {"default": above["model"]}
    effective = _merged(_normalised(_expanded(settings, world.variables)), above)
    keys = frozenset(mapping(above.get("model")))
    return replace(world, config=content, settings=effective, pinned=keys)


def with_model(world: World, block: Mapping[str, Any]) -> World:
    """The same world with this `model` block, and nothing of the old one."""
    settings = {key: value for key, value in world.settings.items() if key != "model"}
    kept = {key: value for key, value in world.model.items() if key in world.pinned}
    return replace(world, settings={**settings, "model": {**block, **kept}})


def _settings(text: str, path: str) -> dict[str, Any] | Refusal:
    tree = parse(text)
    if isinstance(tree, Problem):
        return tree.as_refusal(path)
    if tree is None:
        return {}
    if not isinstance(tree, YamlMapping):
        return Problem("a mapping of keys belongs at the top. Correct it.", tree.line).as_refusal(path)
    return mapping(plain_value(tree))


_REFERENCE = re.compile(r"\$\{([^}]+)\}")


def _expanded(value: Any, variables: Mapping[str, str]) -> Any:
    """`${NAME}` filled in; one that is not set stays as it is written."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: variables.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {key: _expanded(each, variables) for key, each in value.items()}
    return [_expanded(each, variables) for each in value] if isinstance(value, list) else value


def _normalised(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The keys where Hermes looks for them: it accepts some at the root, and some under other names."""
    result = dict(settings)
    block = result.get("model")
    if isinstance(block, dict):
        model = dict(block)
    elif any(result.get(key) for key in ("provider", "base_url", "context_length", "api_base")):
        model = {"default": block} if block else {}
    elif isinstance(block, str) and block.strip():
        model = {"default": block.strip()}
    else:
        return result
    for key in ("provider", "base_url", "context_length"):
        if result.get(key) and not model.get(key):
            model[key] = result[key]
    for address in (result.get("api_base"), model.get("api_base")):
        if address and not model.get("base_url"):
            model["base_url"] = address
    alias = model.get("model") or model.get("name")
    if alias and not model.get("default"):
        model["default"] = alias
    result["model"] = model
    return result


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = copy.copy(dict(base))
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merged(result[key], value) if both else value
    return result


def named(value: object) -> str:
    """A provider's name as Hermes compares it."""
    return text_of(value).lower().replace(" ", "-")
