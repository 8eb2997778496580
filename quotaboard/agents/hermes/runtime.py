"""What Hermes's next request carries: its own resolution (0.19.0), re-made from its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from quotaboard.agents.hermes import pool
from quotaboard.agents.hermes.anthropic import anthropic_key, travelling_keys
from quotaboard.agents.hermes.catalog import (
    ANTHROPIC_URL,
    API_KEY_PROVIDERS,
    API_MODES,
    CODEX_URL,
    OPAQUE,
    OPENROUTER_URL,
    canonical,
    ours,
    public_url,
)
from quotaboard.agents.hermes.endpoints import Endpoint, endpoint_called, endpoints
from quotaboard.agents.hermes.world import World
from quotaboard.agents.reading import mapping, text_of
from quotaboard.domain.agent import Key, Refusal, RefusalKind, Route, shown_address
from quotaboard.domain.lane import Kind

NO_KEY = Key("none: the server asks for no key", kind=Kind.NONE)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The route of the next request."""

    listed: Route
    """With the key that `hermes auth list` marks."""
    sent: Route
    """With the key that is really sent."""
    also: tuple[Key, ...] = ()
    """Further keys in the same request."""
    warnings: tuple[str, ...] = ()


def resolve(world: World) -> Runtime | Refusal:
    """The runtime of what the config says, or why Hermes would refuse to start."""
    model = world.model
    requested = (
        text_of(model.get("provider")).lower()
        or world.variable("HERMES_INFERENCE_PROVIDER").lower()
        or "auto"
    )
    if mapping(mapping(world.settings.get("providers")).get(requested)).get("enabled") is False:
        return _refusal(
            f"providers.{requested}.enabled is false, so Hermes does not use {requested}: set it to true.",
            world,
        )
    endpoint = endpoint_called(requested, world)
    if endpoint:
        return _at_endpoint(endpoint, world, requested)
    if requested == "auto":
        return _automatic(world)
    native = canonical(requested)
    if native is None:
        what = requested.removeprefix("custom:")
        return _refusal(
            f'Hermes knows no provider "{what}": `hermes model` lists those that it knows, '
            "and `providers:` in the config adds one.",
            world,
        )
    return _of_provider(native, world, requested)


def _of_provider(native: str, world: World, requested: str) -> Runtime:
    if native == "anthropic":
        return _anthropic(world)
    if native == "openrouter":
        return _openrouter(world)
    if native == "custom":
        return _plain_custom(world, requested)
    if native in OPAQUE:
        route = _route(native, world, None, None, Key(f"Hermes's own {native} login"))
        return Runtime(route, route)
    if native == "openai-codex":
        row = pool.chosen(native, world)
        key = row.key if row else _codex_key(world)
        route = _route(native, world, (row.base_url if row else "") or CODEX_URL, "codex_responses", key)
        return Runtime(route, route)
    return _with_api_key(native, world, requested)


def _automatic(world: World) -> Runtime | Refusal:
    """No provider is named: a local address first, then whatever has a key."""
    address = text_of(world.model.get("base_url"))
    clouds = ("openrouter.ai", "anthropic.com", "openai.com")
    if address and not any(is_host(address, cloud) for cloud in clouds):
        return _at_address(address.rstrip("/"), world, "auto")
    if (
        world.variable("OPENAI_API_KEY")
        or world.variable("OPENROUTER_API_KEY")
        or pool.rows("openrouter", world)
    ):
        return _openrouter(world, automatic=True)
    for native, known in API_KEY_PROVIDERS.items():
        if native == "alibaba" and any(world.variable(name) for name in pool.variables_of("anthropic")):
            return _anthropic(world)
        if native != "lmstudio" and any(world.variable(name) for name in known.keys):
            return _with_api_key(native, world, native)
    active = canonical(text_of(world.store.get("active_provider")))
    if active:
        return _of_provider(active, world, active)
    return _refusal("Hermes has no provider: choose one with `hermes model`, or add a key.", world)


def _anthropic(world: World) -> Runtime:
    row = pool.chosen("anthropic", world)
    own = text_of(world.model.get("base_url")).rstrip("/")
    warnings = []
    named_so = text_of(world.model.get("provider")).lower() == "anthropic"
    url = (row.base_url if row else "") or ANTHROPIC_URL
    if own and named_so and speaks_anthropic(own):
        url = own
    elif own and own != url:
        reason = "it does not end in /anthropic" if named_so else "the provider is not written so"
        warnings.append(
            f"Hermes ignores the base_url {shown_address(own)} for anthropic, because {reason}: "
            f"it sends to {shown_address(url)}."
        )
    sent_key = anthropic_key(world, url)
    listed = _route("anthropic", world, url, "anthropic_messages", row.key if row else sent_key)
    sent = _route("anthropic", world, url, "anthropic_messages", sent_key)
    also = travelling_keys(world, url, sent_key)
    if row and sent_key and row.key.fingerprint != sent_key.fingerprint:
        warnings.append(
            f"Hermes lists {row.key.place} as the one in use, but sends {sent_key.place}, "
            "which it looks for first at each request."
        )
    warnings += [f"{key.place} travels in the same request." for key in also]
    return Runtime(listed, sent, also, tuple(warnings))


def _openrouter(world: World, *, automatic: bool = False) -> Runtime:
    """Chosen by itself, Hermes takes OpenRouter's key and yet the config's address."""
    own = text_of(world.model.get("base_url")).rstrip("/") if automatic else ""
    elsewhere = world.variable("OPENAI_BASE_URL") or world.variable("OPENROUTER_BASE_URL")
    elsewhere = elsewhere or (own if text_of(world.model.get("provider")).lower() == "auto" else "")
    row = None if elsewhere else pool.chosen("openrouter", world)
    if row:
        route = _route("openrouter", world, row.base_url or OPENROUTER_URL, "chat_completions", row.key)
        return Runtime(route, route)
    url = (
        world.variable("CUSTOM_BASE_URL") or own or world.variable("OPENROUTER_BASE_URL") or OPENROUTER_URL
    ).rstrip("/")
    mirror = world.variable("OPENROUTER_BASE_URL").rstrip("/")
    if is_host(url, "openrouter.ai") or (mirror and url == mirror):
        key = variable_key(world, "OPENROUTER_API_KEY", "OPENAI_API_KEY")
    else:
        key = (_inline_key(world) if own else None) or host_key(url, world)
    mode = _mode(world.model.get("api_mode")) or detected_mode(url) or "chat_completions"
    route = _route(
        "openrouter", world, url, mode, key or Key("OPENROUTER_API_KEY", variable="OPENROUTER_API_KEY")
    )
    warnings = (
        ()
        if url == OPENROUTER_URL
        else (f"Requests for OpenRouter go to {shown_address(url)}, which a variable names.",)
    )
    return Runtime(route, route, (), warnings)


def _with_api_key(native: str, world: World, requested: str) -> Runtime:
    known = API_KEY_PROVIDERS[native]
    row = pool.chosen(native, world)
    default = (world.variable(known.url_variable) if known.url_variable else "").rstrip("/") or known.url
    own = text_of(world.model.get("base_url")).rstrip("/")
    named_so = text_of(world.model.get("provider")).lower() == native
    url = (row.base_url if row else default) or default
    if own and named_so and (row is None or url.rstrip("/") == known.url):
        url = own
    if native == "lmstudio" and not url.endswith("/v1"):
        url += "/v1"
    configured = _mode(world.model.get("api_mode"))
    unnamed = not text_of(world.model.get("provider"))
    mode = (
        (configured if configured and (named_so or unnamed) else None)
        or detected_mode(url)
        or "chat_completions"
    )
    mode = "codex_responses" if native == "xai" else mode
    if row:
        key: Key = row.key
    elif native == "lmstudio":
        key = NO_KEY
    else:
        key = Key(known.keys[0], kind=Kind.API_KEY, variable=known.keys[0])
    route = _route(native, world, url, mode, key)
    also = travelling_keys(world, url, key) if mode == "anthropic_messages" else ()
    del requested
    return Runtime(route, route, also, tuple(f"{each.place} travels in the same request." for each in also))


def _at_endpoint(endpoint: Endpoint, world: World, requested: str) -> Runtime:
    mode = endpoint.api_mode or detected_mode(endpoint.url) or "chat_completions"
    key = endpoint.key or host_key(endpoint.url, world) or NO_KEY
    route = Route(
        provider=endpoint.name,
        model=text_of(world.model.get("default")) or None,
        base_url=endpoint.url,
        api_mode=mode,
        key=key,
        native=requested if requested.startswith("custom:") else f"custom:{endpoint.name}",
    )
    also = travelling_keys(world, endpoint.url, key) if mode == "anthropic_messages" else ()
    return Runtime(route, route, also, tuple(f"{each.place} travels in the same request." for each in also))


def _plain_custom(world: World, requested: str) -> Runtime:
    own = text_of(world.model.get("base_url")).rstrip("/")
    url = (
        world.variable("CUSTOM_BASE_URL").rstrip("/")
        or own
        or world.variable("OPENROUTER_BASE_URL").rstrip("/")
    )
    return _at_address(url or OPENROUTER_URL, world, requested)


def _at_address(url: str, world: World, requested: str) -> Runtime:
    own = text_of(world.model.get("base_url")).rstrip("/")
    same = next((one for one in endpoints(world) if one.url == url and requested != "auto"), None)
    pooled = same.key if same and same.pooled else None
    key = pooled or (_inline_key(world) if url == own else None) or host_key(url, world) or NO_KEY
    mode = _mode(world.model.get("api_mode"))
    if mode == "codex_responses" and detected_mode(url) != mode and requested != "auto" and not pooled:
        mode = None
    mode = mode or detected_mode(url) or "chat_completions"
    provider = "ollama" if requested == "ollama" else "custom"
    route = Route(provider, text_of(world.model.get("default")) or None, url, mode, key, requested)
    also = travelling_keys(world, url, key) if mode == "anthropic_messages" else ()
    return Runtime(route, route, also, tuple(f"{each.place} travels in the same request." for each in also))


def _route(native: str, world: World, url: str | None, mode: str | None, key: Key | None) -> Route:
    public = public_url(native)
    return Route(
        provider=ours(native),
        model=text_of(world.model.get("default")) or None,
        base_url=None if url and public and url.rstrip("/") == public.rstrip("/") else url,
        api_mode=mode,
        key=key,
        native=native,
    )


def _inline_key(world: World) -> Key | None:
    """A key in the `model` block itself."""
    inline = text_of(world.model.get("api_key")) or text_of(world.model.get("api"))
    return pool.make_key("model.api_key in config.yaml", inline) if inline else None


def host_key(url: str, world: World) -> Key | None:
    """The key that Hermes sends to an address because of its host alone."""
    for host, names in (
        ("openai.com", ("OPENAI_API_KEY",)),
        ("openai.azure.com", ("OPENAI_API_KEY",)),
        ("openrouter.ai", ("OPENROUTER_API_KEY", "OPENAI_API_KEY")),
        ("ollama.com", ("OLLAMA_API_KEY",)),
    ):
        if is_host(url, host) and (key := variable_key(world, *names)):
            return key
    labels = [label for label in _hostname(url).split(".") if label]
    while labels and labels[0] in ("api", "www"):
        labels.pop(0)
    if len(labels) < 2 or any(letter.isdigit() for letter in labels[-1]):
        return None
    vendor = "".join(letter if letter.isalnum() else "_" for letter in labels[-2]).upper()
    usable = vendor[:1].isalpha() and vendor not in ("OPENAI", "OPENROUTER", "OLLAMA")
    return variable_key(world, f"{vendor}_API_KEY") if usable else None


def variable_key(world: World, *names: str) -> Key | None:
    """The first of these variables that holds something."""
    found = next((name for name in names if len(world.variable(name)) >= 4), None)
    return pool.make_key(world.place_of(found), world.variable(found), variable=found) if found else None


def is_host(url: str, host: str) -> bool:
    """Whether the address is at that host or below it."""
    name = _hostname(url)
    return name == host or name.endswith(f".{host}")


def detected_mode(url: str) -> str | None:
    """The protocol that an address implies."""
    host, path = _hostname(url), _path(url)
    if host in ("api.x.ai", "api.openai.com"):
        return "codex_responses"
    if host == "api.anthropic.com" or path.endswith(("/anthropic", "/anthropic/v1")):
        return "anthropic_messages"
    return "anthropic_messages" if host == "api.kimi.com" and "/coding" in url.lower() else None


def speaks_anthropic(url: str) -> bool:
    """Whether Hermes takes the address for one at which `anthropic` can be reached."""
    host = _hostname(url)
    if host.endswith((".anthropic.com", ".claude.com", ".azure.com")):
        return True
    return bool(host) and detected_mode(url) == "anthropic_messages"


def _mode(value: object) -> str | None:
    mode = text_of(value).lower()
    return mode if mode in API_MODES else None


def _codex_key(world: World) -> Key:
    for store in (world.store, world.root_store):
        login: Mapping[str, Any] = mapping(
            mapping(mapping(store.get("providers")).get("openai-codex")).get("tokens")
        )
        if token := text_of(login.get("access_token")):
            key = pool.make_key("the ChatGPT login of Hermes", token)
            return Key(key.place, key.fingerprint, Kind.OAUTH)
    return Key("the ChatGPT login of Hermes", kind=Kind.OAUTH)


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url if "://" in url else f"//{url}").hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _path(url: str) -> str:
    try:
        return urlsplit(url.strip().lower()).path.rstrip("/")
    except ValueError:
        return ""


def _refusal(sentence: str, world: World) -> Refusal:
    return Refusal(RefusalKind.UNKNOWN, sentence, str(world.home / "config.yaml"))
