"""Which endpoint and whose key stand behind a model of aider, and what it could be put on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quotaboard.agents.aider.world import NAME, World
from quotaboard.agents.base import Surroundings
from quotaboard.agents.hosts import Held, owner_of_host
from quotaboard.domain.agent import GivenProfile, Key, Origin, Profile, Route
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret

PUBLIC_OPENAI: Final = "https://api.openai.com/v1"
_KEYLESS: Final = {"ollama", "ollama_chat", "lm_studio", "hosted_vllm"}
_OURS: Final = {"ollama_chat": "ollama", "fireworks_ai": "fireworks"}
_KEYS: Final = {"fireworks_ai": "FIREWORKS_API_KEY", "together_ai": "TOGETHERAI_API_KEY"}
_BASES: Final = {
    # Its library asks for the first of these before the one that aider's own option sets.
    "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    "anthropic": ("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"),
    "ollama_chat": ("OLLAMA_API_BASE",),
}
_ALIASES: Final = {
    "sonnet": "anthropic/claude-sonnet-4-5",
    "haiku": "anthropic/claude-haiku-4-5",
    "opus": "anthropic/claude-opus-4-6",
    "4o": "openai/gpt-4o",
    "deepseek": "deepseek/deepseek-chat",
    "r1": "deepseek/deepseek-reasoner",
    "flash": "gemini/gemini-flash-latest",
    "gemini": "gemini/gemini-3-pro-preview",
}
_DEFAULTS: Final = {
    "openrouter": "openrouter/anthropic/claude-sonnet-4",
    "anthropic": "anthropic/claude-sonnet-4-5",
    "deepseek": "deepseek/deepseek-chat",
    "openai": "openai/gpt-4o",
    "gemini": "gemini/gemini-2.5-pro-exp-03-25",
}
"""What aider chooses by itself, by the first key that it finds."""


def full_name(model: str) -> str:
    """The model with its provider in front."""
    model = _ALIASES.get(model, model)
    if "/" in model:
        return model
    starts = {"claude": "anthropic", "gemini": "gemini", "deepseek": "deepseek"}
    native = next((name for start, name in starts.items() if model.startswith(start)), "openai")
    return f"{native}/{model}"


def active_model(world: World) -> str:
    """The model of a plain start."""
    if written := world.setting("model"):
        return full_name(written)
    found = next((name for name in _DEFAULTS if world.environment.get(f"{name.upper()}_API_KEY")), None)
    return _DEFAULTS[found] if found else ""


def route_of(model: str, world: World) -> Held:
    """The whole route of `provider/model`."""
    native, _, name = model.partition("/")
    url = next((value for each in _bases(native) if (value := world.environment.get(each, "").strip())), None)
    provider = _OURS.get(native, native)
    if url and native == "openai" and owner_of_host(url) not in (None, "openai"):
        provider = owner_of_host(url) or provider
    variable = _KEYS.get(native, f"{native.upper()}_API_KEY")
    token = world.environment.get(variable, "").strip()
    key = Key(variable, Secret(token).fingerprint if token else None, Kind.API_KEY, variable)
    if native in _KEYLESS:
        key = Key("no key", None, Kind.NONE)
    return Held(Route(provider, name or None, url, None, key, native), token)


def _bases(native: str) -> tuple[str, ...]:
    return _BASES.get(native, (f"{native.upper()}_API_BASE",))


def own_profiles(world: World) -> Iterator[Profile]:
    """The active route, and for each other key that is there the model that aider itself would choose."""
    active = active_model(world)
    if active:
        route = route_of(active, world).route
        yield Profile(active, route, Origin.ACTIVE, active=True, trouble=trouble_of(route))
    for native, model in _DEFAULTS.items():
        held = route_of(model, world)
        known = held.route.base_url is None or owner_of_host(held.route.base_url) == native
        if held.token and known and native != active.partition("/")[0]:
            yield Profile(model, held.route, Origin.CREDENTIAL)


def given_profiles(world: World, around: Surroundings) -> Iterator[Profile]:
    """The profiles of our config, in aider's words."""
    for given in around.profiles_for(NAME):
        credential = around.credential(given.credential) if given.credential else None
        yield _given(given, credential, world)


def _given(given: GivenProfile, credential: Credential | None, world: World) -> Profile:
    wanted_url = credential.base_url if credential else None
    native = given.provider
    if wanted_url and native not in ("anthropic", *_DEFAULTS):
        native = "openai"
    held = route_of(f"{native}/{given.model}", world)
    route = held.route
    if native == "openai" and given.provider == "openai" and wanted_url is None and route.base_url:
        wanted_url = PUBLIC_OPENAI
    fits = bool(credential and route.key and credential.fingerprint == route.key.fingerprint)
    trouble = trouble_of(route)
    if trouble is None and credential and credential.fingerprint and not fits:
        place = route.key.place if route.key else "another key"
        trouble = f"aider would send {place}, not {credential.name}: put that key there."
    if trouble is None and wanted_url and not _same(wanted_url, route.base_url):
        route = Route(given.provider, given.model, wanted_url, None, route.key, native)
        if native != "openai":
            variable = _bases(native)[0]
            trouble = f"aider takes the address of {native} from {variable}: set it to {wanted_url} yourself."
        elif not fits:
            # The key that lies there is the present endpoint's; moving the address alone would leak it.
            trouble = (
                f"The key in {route.key.place if route.key else 'OPENAI_API_KEY'} may belong to another "
                f"endpoint: name the credential of {given.name} in the config."
            )
    return Profile(given.name, route, Origin.GIVEN, trouble=trouble)


def trouble_of(route: Route) -> str | None:
    """What is missing for the route."""
    if route.key is None or not route.key.missing:
        return None
    name = route.key.variable
    return f"{name} is not set: put it in the .env, or run `export {name}=…` in the shell that starts aider."


def _same(one: str, other: str | None) -> bool:
    return one.rstrip("/") == (other or "").rstrip("/")
