"""Which endpoint and whose key stand behind a model of opencode, and which models it could be put on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from quotaboard.agents.hosts import Held, owner_of_host
from quotaboard.agents.opencode.layers import Layers
from quotaboard.agents.reading import mapping, read_document, text_of
from quotaboard.domain.agent import GivenProfile, Key, Origin, Profile, Refusal, Route
from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret

_OURS: Final = {"google": "gemini", "moonshotai": "moonshot", "zai-coding-plan": "zai"}
_NATIVE: Final = {"gemini": "google", "moonshot": "moonshotai"}
_VARIABLES: Final = {"google": ("GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"), "zai": ("ZHIPU_API_KEY",)}
_KEYLESS: Final = {"ollama", "lmstudio"}
_DEFAULT_AGENT: Final = "build"
_TAKEN_BY_SDK: Final = {
    "@ai-sdk/anthropic": ("ANTHROPIC_API_KEY", "anthropic"),
    "@ai-sdk/openai": ("OPENAI_API_KEY", "openai"),
    "@ai-sdk/google": ("GOOGLE_GENERATIVE_AI_API_KEY", "gemini"),
    "@ai-sdk/groq": ("GROQ_API_KEY", "groq"),
    "@ai-sdk/mistral": ("MISTRAL_API_KEY", "mistral"),
    "@ai-sdk/xai": ("XAI_API_KEY", "xai"),
    "@ai-sdk/deepseek": ("DEEPSEEK_API_KEY", "deepseek"),
    "@openrouter/ai-sdk-provider": ("OPENROUTER_API_KEY", "openrouter"),
}
"""By the package that speaks: the variable it takes a key from when the entry names none, and whose that is.

Seen: a relay's entry without a key was sent the ANTHROPIC_API_KEY of the environment.
"""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a route depends on."""

    layers: Layers
    logins: Mapping[str, Any] = field(repr=False)


def read_logins(layers: Layers) -> Mapping[str, Any]:
    """The logins by provider; none when they cannot be read."""
    path = layers.around.folder("XDG_DATA_HOME", ".local/share") / "opencode" / "auth.json"
    document = read_document(path)
    return {} if isinstance(document, Refusal) else document


def model_path(layers: Layers) -> list[str]:
    """Where the model is written that a plain start uses: the default agent's own, or that of all."""
    agent = text_of(layers.at("default_agent")) or _DEFAULT_AGENT
    for table in ("agent", "mode"):
        if text_of(layers.at(table, agent, "model")):
            return [table, agent]
    return []


def active_model(layers: Layers) -> str:
    """`provider/model`, or nothing when opencode chooses itself."""
    return layers.text(layers.at(*model_path(layers), "model"))


def route_of(model: str, world: World) -> Held:
    """The whole route of `provider/model`."""
    native, _, name = model.partition("/")
    entry = mapping(world.layers.at("provider", native))
    url = world.layers.text(mapping(entry.get("options")).get("baseURL")) or text_of(entry.get("api"))
    key, token = _key(native, entry, world)
    provider = _OURS.get(native, native)
    return Held(
        Route(provider, name or None, url or None, text_of(entry.get("npm")) or None, key, native), token
    )


def _key(native: str, entry: Mapping[str, Any], world: World) -> tuple[Key, str]:
    """The config's own key goes before the stored login, that before a variable."""
    inline = mapping(entry.get("options")).get("apiKey")
    if inline is not None:
        token, written = world.layers.text(inline), text_of(inline)
        variable = written[5:-1] if written.startswith("{env:") and written.endswith("}") else None
        place = variable or f"provider.{native}.options.apiKey in the config"
        return Key(place, _print(token), Kind.API_KEY, variable), token
    login = mapping(world.logins.get(native))
    for name, kind in (("access", Kind.OAUTH), ("key", Kind.API_KEY), ("token", Kind.GATEWAY)):
        if token := text_of(login.get(name)):
            return Key(f"the {native} login of opencode", _print(token), kind), token
    for variable in _VARIABLES.get(native, (f"{native.upper().replace('-', '_')}_API_KEY",)):
        if token := world.layers.around.variable(variable) or "":
            return Key(variable, _print(token), Kind.API_KEY, variable), token
    variable, _ = _TAKEN_BY_SDK.get(text_of(entry.get("npm")), ("", ""))
    if variable and (token := world.layers.around.variable(variable) or ""):
        return Key(variable, _print(token), Kind.API_KEY, variable), token
    if native in _KEYLESS or (entry and not login):
        # A provider of the user's own without a key is asked without one.
        return Key("no key", None, Kind.NONE), ""
    return Key(f"a login or key of {native}"), ""


def own_profiles(world: World) -> Iterator[Profile]:
    """The active route, then every model that the config describes."""
    active = active_model(world.layers)
    if active:
        yield _profile(active, Origin.ACTIVE, world, active=True)
    for native, entry in mapping(world.layers.at("provider")).items():
        for name in mapping(mapping(entry).get("models")):
            if f"{native}/{name}" != active:
                yield _profile(f"{native}/{name}", Origin.OWN, world)


def given_profile(given: GivenProfile, world: World) -> Profile:
    """A profile of our config in opencode's words."""
    entries = mapping(world.layers.at("provider"))
    native = given.provider if given.provider in entries else _NATIVE.get(given.provider, given.provider)
    if native not in entries and native not in world.logins:
        urls = {name: route_of(f"{name}/", world).route.base_url for name in entries}
        native = next((name for name, url in urls.items() if owner_of_host(url) == given.provider), native)
    profile = _profile(f"{native}/{given.model}", Origin.GIVEN, world)
    credential = world.layers.around.credential(given.credential) if given.credential else None
    has = profile.route.key.fingerprint if profile.route.key else None
    trouble = profile.trouble
    if trouble is None and credential and credential.fingerprint and credential.fingerprint != has:
        place = profile.route.key.place if profile.route.key else "another key"
        trouble = f"opencode would send {place}, not {given.credential}: run `opencode auth login`."
    return Profile(given.name, profile.route, Origin.GIVEN, trouble=trouble)


def _profile(model: str, origin: Origin, world: World, *, active: bool = False) -> Profile:
    route = route_of(model, world).route
    return Profile(model, route, origin, active, trouble=_trouble(route, world))


def _trouble(route: Route, world: World) -> str | None:
    enabled, disabled = (world.layers.at(f"{word}_providers") for word in ("enabled", "disabled"))
    barred = isinstance(disabled, list) and route.native in disabled
    if barred or (isinstance(enabled, list) and route.native not in enabled):
        list_name = "disabled_providers" if barred else "enabled_providers"
        return f"opencode is told not to use {route.native}: correct {list_name} in its config."
    entry = mapping(world.layers.at("provider", route.native))
    variable, vendor = _TAKEN_BY_SDK.get(text_of(entry.get("npm")), ("", ""))
    named = mapping(entry.get("options")).get("apiKey") is not None or vendor == route.provider
    if route.key and route.key.variable == variable and not named and owner_of_host(route.base_url) != vendor:
        return (
            f"{route.native} names no key, so it would be sent that of {vendor} ({variable}): "
            f"write its own under provider.{route.native}.options.apiKey."
        )
    if route.key is None or not route.key.missing:
        return None
    if route.key.variable:
        name = route.key.variable
        return f"{name} is not set here: run `export {name}=…` in the shell that starts opencode."
    return f"opencode has no key of {route.native}: run `opencode auth login`."


def _print(token: str) -> str | None:
    return Secret(token).fingerprint if token else None
