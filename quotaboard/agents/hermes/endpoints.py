"""Endpoints that the user described to Hermes: `providers:`, and the older `custom_providers:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quotaboard.agents.hermes import pool
from quotaboard.agents.hermes.catalog import API_MODES, canonical
from quotaboard.agents.hermes.world import World, named
from quotaboard.agents.reading import mapping, text_of
from quotaboard.domain.agent import Key
from quotaboard.domain.lane import Kind


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One named address with its key."""

    name: str
    """As it is called after `custom:`."""
    url: str
    api_mode: str | None
    model: str | None
    """The model that its owner gave it."""
    key: Key | None
    pooled: bool = False
    """Whether the key lies in the pool, from which Hermes takes it for the address alone, too."""
    enabled: bool = True
    aliases: tuple[str, ...] = ()
    """Other names by which Hermes finds it."""


def endpoints(world: World) -> list[Endpoint]:
    """Every endpoint of the config, in its order."""
    found: dict[str, Endpoint] = {}
    for name, entry in _entries(world):
        endpoint = _endpoint(name, entry, world)
        if endpoint and endpoint.name not in found:
            found[endpoint.name] = endpoint
    return list(found.values())


def endpoint_called(requested: str, world: World) -> Endpoint | None:
    """The endpoint that Hermes takes for this provider; its own go before names without `custom:`."""
    word = named(requested)
    explicit = word.startswith("custom:")
    if not word or word == "auto" or (not explicit and word != "custom" and canonical(word) == word):
        return None
    wanted = word.removeprefix("custom:") if explicit else word
    usable = (one for one in endpoints(world) if one.enabled)
    return next((one for one in usable if wanted in (one.name, *one.aliases)), None)


def _entries(world: World) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, entry in mapping(world.settings.get("providers")).items():
        yield str(name), mapping(entry)
    older = world.settings.get("custom_providers")
    for entry in older if isinstance(older, list) else ():
        yield text_of(mapping(entry).get("name")), mapping(entry)


def _endpoint(name: str, entry: Mapping[str, Any], world: World) -> Endpoint | None:
    url = _first(entry, "api", "url", "base_url", "baseUrl").rstrip("/")
    if not url or not name.strip():
        return None
    mode = _first(entry, "api_mode", "transport", "apiMode").lower()
    display = named(entry.get("name"))
    key, pooled = _key((*((display,) if display else ()), named(name)), entry, world)
    return Endpoint(
        name=named(name),
        url=url,
        api_mode=mode if mode in API_MODES else None,
        model=_first(entry, "default_model", "model", "defaultModel") or None,
        key=key,
        pooled=pooled,
        enabled=entry.get("enabled") is not False,
        aliases=(display,) if display and display != named(name) else (),
    )


def _key(names: tuple[str, ...], entry: Mapping[str, Any], world: World) -> tuple[Key | None, bool]:
    """The pool's rows go first, a key in the entry among them; then the variable that the entry names."""
    rows = (row for name in names if (row := pool.chosen(f"custom:{name}", world)))
    if row := next(rows, None):
        return row.key, True
    variable = _first(entry, "key_env", "api_key_env", "keyEnv", "apiKeyEnv")
    if inline := _first(entry, "api_key", "apiKey"):
        return pool.make_key(f"api_key of {names[-1]} in config.yaml", inline), True
    if variable and world.variable(variable):
        return pool.make_key(world.place_of(variable), world.variable(variable), variable=variable), False
    return (Key(variable, kind=Kind.API_KEY, variable=variable) if variable else None), False


def _first(entry: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names if (text := text_of(entry.get(name)))), "")
