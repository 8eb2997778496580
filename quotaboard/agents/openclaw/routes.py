"""Which endpoint and whose key stand behind a model of OpenClaw, and which models it could be put on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from quotaboard.agents.hosts import owner_of_key
from quotaboard.agents.openclaw.config import Config
from quotaboard.agents.openclaw.state import State
from quotaboard.agents.reading import mapping, text_of
from quotaboard.domain.agent import Key, Route
from quotaboard.domain.lane import Kind
from quotaboard.domain.loopback import stays_here
from quotaboard.domain.secret import Secret

_OURS: Final = {"openai-codex": "openai", "google": "gemini", "moonshotai": "moonshot", "kimi-coding": "kimi"}
"""Our word for a provider where OpenClaw's differs."""
_VARIABLES: Final = {
    "anthropic": ("ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "github-copilot": ("COPILOT_GITHUB_TOKEN",),
    "google": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "groq": ("GROQ_API_KEY",),
    "huggingface": ("HUGGINGFACE_HUB_TOKEN", "HF_TOKEN"),
    "kimi-coding": ("KIMI_API_KEY",),
    "litellm": ("LITELLM_API_KEY",),
    "minimax": ("MINIMAX_CODE_PLAN_KEY", "MINIMAX_CODING_API_KEY", "MINIMAX_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "moonshot": ("MOONSHOT_API_KEY",),
    "nvidia": ("NVIDIA_API_KEY",),
    "ollama": ("OLLAMA_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "together": ("TOGETHER_API_KEY",),
    "vllm": ("VLLM_API_KEY",),
    "xai": ("XAI_API_KEY",),
    "zai": ("ZAI_API_KEY", "Z_AI_API_KEY"),
}
"""By provider that OpenClaw knows itself (2026.9.6); for those of the user's own it looks at no variable."""
_KEYLESS: Final = {"ollama", "lmstudio", "vllm"}
_TOKENS: Final = ("access", "token", "key")
_RANKS: Final = {"oauth": 0, "token": 1, "api_key": 2}


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a route depends on."""

    config: Config
    state: State
    agent: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A route, and whose the key in it looks to be."""

    route: Route
    owner: str | None = None
    login: str | None = None
    """The id of OpenClaw's login that it uses."""
    token: str = field(default="", repr=False)


def default_agent(config: Config) -> str:
    """The agent that answers when nobody names one."""
    entries = {name: mapping(entry) for name, entry in config.table("agents", "entries").items()}
    chosen = next((name for name, entry in entries.items() if entry.get("default") is True), None)
    return chosen or ("main" if "main" in entries or not entries else next(iter(entries)))


def model_path(config: Config, agent: str) -> list[str]:
    """Where the model of the agent is written: its own entry, if that has one, beats the defaults."""
    own = ["agents", "entries", agent]
    return own if "model" in config.table(*own) else ["agents", "defaults"]


def chain(config: Config, path: list[str]) -> list[str]:
    """The primary model and its fallbacks, without aliases; empty when none is written there."""
    model = config.at(*path, "model")
    table = mapping(model)
    fallbacks = table.get("fallbacks")
    written = [table.get("primary") if table else model, *(fallbacks if isinstance(fallbacks, list) else [])]
    return [named(config, text) for each in written if (text := config.text(each))]


def named(config: Config, model: str) -> str:
    """The full name behind an alias."""
    for name, entry in config.table("agents", "defaults", "models").items():
        if text_of(mapping(entry).get("alias")).lower() == model.lower():
            return str(name)
    return model


def models(config: Config) -> list[str]:
    """Every model that the config names, in its order."""
    found = list(config.table("agents", "defaults", "models"))
    for provider, entry in config.table("models", "providers").items():
        listed = mapping(entry).get("models")
        names = [text_of(mapping(each).get("id")) for each in (listed if isinstance(listed, list) else [])]
        found += [f"{provider}/{name}" for name in names if name]
    return [name for name in dict.fromkeys(found) if "/" in name and "*" not in name]


def route_of(model: str, world: World, login: str | None = None) -> Held:
    """The whole route of `provider/model`; `login` asks for another than the first in order."""
    native, _, name = model.partition("/")
    entry = world.config.table("models", "providers", native)
    key, owner, used, token = _key(native, name, entry, world, login)
    route = Route(
        provider=_OURS.get(native, native),
        # OpenRouter's own models are called so on the wire too.
        model=f"{native}/{name}" if native == "openrouter" and name and "/" not in name else name or None,
        base_url=world.config.text(entry.get("baseUrl")) or None,
        api_mode=text_of(entry.get("api")) or None,
        key=key,
        native=native,
    )
    return Held(route, owner, used, token)


def login_with(fingerprint: str | None, model: str, world: World) -> str | None:
    """The login that holds this key, if one does."""
    native, _, name = model.partition("/")
    for login in logins_of(native, name, world) if fingerprint else ():
        key = route_of(model, world, login).route.key
        if key and key.fingerprint == fingerprint:
            return login
    return None


def logins_of(native: str, model: str, world: World) -> list[str]:
    """The logins of a provider, in the order in which OpenClaw tries them."""
    stored = [name for name, entry in world.state.logins.items() if _provider(name, entry) == native]
    given = world.state.order.get(native) or _texts(world.config.at("auth", "order", native))
    if given:
        return [name for name in given if name in stored]
    return sorted(stored, key=lambda name: _rank(name, model, world))


def _rank(name: str, model: str, world: World) -> tuple[bool, int, float]:
    kind = text_of(world.state.logins[name].get("type"))
    paused = world.state.paused_until(name, model, world.now) is not None
    used_at = world.state.used_at(name)
    return (paused, _RANKS.get(kind, 3), used_at.timestamp() if used_at else 0.0)


def _key(
    native: str, model: str, entry: dict[str, Any], world: World, login: str | None
) -> tuple[Key, str | None, str | None, str]:
    """OpenClaw was seen to ask its logins first, then the variables, then the config."""
    logins = logins_of(native, model, world)
    chosen = login if login in world.state.logins else next(iter(logins), None)
    if chosen:
        kept = world.state.logins[chosen]
        token = next((text for name in _TOKENS if (text := world.config.text(kept.get(name)))), "")
        key = Key(f'the login "{chosen}" of OpenClaw', _print(token), _kind(native, kept))
        return key, owner_of_key(token), chosen, token
    for variable in _VARIABLES.get(native, ()):
        if token := world.config.environment.get(variable, "").strip():
            kind = Kind.OAUTH if token.startswith("sk-ant-oat") else Kind.API_KEY
            return Key(variable, _print(token), kind, variable), owner_of_key(token), None, token
    inline = entry.get("apiKey")
    if inline is not None:
        token, place, name = _inline(inline, native, world)
        return Key(place, _print(token), Kind.API_KEY, name), owner_of_key(token), None, token
    if native in _KEYLESS or stays_here(world.config.text(entry.get("baseUrl"))):
        return Key("no key", None, Kind.NONE), None, None, ""
    return Key(f"a login or key of {native}"), None, None, ""


def _inline(value: object, native: str, world: World) -> tuple[str, str, str | None]:
    """A key in the config: written there, or a reference."""
    place = f"models.providers.{native}.apiKey in {world.config.path.name}"
    table = mapping(value)
    if table:
        name = text_of(table.get("id"))
        if table.get("source") == "env":
            return world.config.environment.get(name, "").strip(), name, name
        return "", f"a secret kept elsewhere ({text_of(table.get('source')) or 'unknown'})", None
    written = value if isinstance(value, str) else ""
    name = written[2:-1] if written.startswith("${") and written.endswith("}") else ""
    return world.config.text(written), name or place, name or None


def _provider(name: str, entry: object) -> str:
    return text_of(mapping(entry).get("provider")) or name.partition(":")[0]


def _kind(native: str, login: object) -> Kind:
    match text_of(mapping(login).get("type")):
        case "api_key":
            return Kind.API_KEY
        case "token":
            return Kind.SETUP_TOKEN if native == "anthropic" else Kind.GATEWAY
        case _:
            return Kind.OAUTH


def pauses(candidates: list[str], world: World) -> Iterator[tuple[str, datetime, str]]:
    """The models that OpenClaw itself avoids now, until when, and its word for why."""
    for model in candidates:
        name = model.partition("/")[2]
        if found := world.state.paused_until(login_of(model, world), name, world.now):
            yield (model, *found)


def login_of(model: str, world: World) -> str:
    """What OpenClaw's state calls the login or key that it asks for the model with."""
    return route_of(model, world).login or f"inline-api-key:{model.partition('/')[0]}"


def _print(token: str) -> str | None:
    return Secret(token).fingerprint if token else None


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
