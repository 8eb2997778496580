"""What Claude Code's next request carries, from its settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from quotaboard.agents.claude_code.settings import (
    API_KEY,
    AUTH_TOKEN,
    BASE_URL,
    MODEL,
    OAUTH_TOKEN,
    Level,
    Settings,
)
from quotaboard.agents.reading import text_of
from quotaboard.domain.agent import Key, Route
from quotaboard.domain.lane import Kind
from quotaboard.domain.loopback import stays_here
from quotaboard.domain.secret import Secret

LOGIN = "the Claude Code login"

_CLOUDS = {
    "CLAUDE_CODE_USE_BEDROCK": "bedrock",
    "CLAUDE_CODE_USE_VERTEX": "vertex",
    "CLAUDE_CODE_USE_FOUNDRY": "azure",
}
_TITLES = {"bedrock": "Amazon Bedrock", "vertex": "Google Vertex AI", "azure": "Azure"}
_UNASKED = "{} sends requests through {}, where quotaboard asks nothing: whether they serve is not known."
_KNOWN_HOSTS = {"openrouter.ai": "openrouter", "api.z.ai": "zai", "api.minimax.io": "minimax"}


@dataclass(frozen=True, slots=True)
class Sent:
    """The route of the next request of a new session, and what travels with it."""

    route: Route
    also: tuple[Key, ...] = ()
    warnings: tuple[str, ...] = ()


def sent(settings: Settings) -> Sent:
    """Both header variables are sent when both are set, and either goes before a login."""
    url = settings.value(BASE_URL).rstrip("/") or None
    for flag, cloud in _CLOUDS.items():
        if settings.value(flag).lower() in ("1", "true", "yes", "on"):
            route = Route(cloud, _model(settings), url, key=Key(f"the {cloud} credentials"), native=cloud)
            return Sent(route, warnings=(_UNASKED.format(flag, _TITLES[cloud]),))
    keys = [key for name in (AUTH_TOKEN, API_KEY) if (key := _key(name, settings))]
    helper = settings.setting("apiKeyHelper")
    if helper:
        keys.append(Key(f"apiKeyHelper in {helper[1].level}", kind=Kind.API_KEY))
    if not keys:
        keys.append(_key(OAUTH_TOKEN, settings) or _login(settings))
    route = Route(provider_at(url), _model(settings), url, key=keys[0], native="claude-code")
    warnings = [f"{key.place} travels in the same request." for key in keys[1:]]
    found = Sent(route, tuple(keys[1:]), (*warnings, *_overrides(settings)))
    stray = stray_key(found)
    return replace(found, warnings=(stray, *found.warnings)) if stray else found


def stray_key(now: Sent) -> str | None:
    """Whether a subscription's token would go to somebody else's address."""
    route = now.route
    tokens = (key for key in (route.key, *now.also) if key and key.kind in (Kind.OAUTH, Kind.SETUP_TOKEN))
    token = next(tokens, None)
    if token is None or route.base_url is None or route.provider == "anthropic" or stays_here(route.base_url):
        return None
    return f"Claude Code would send {token.place} to {route.address}: give that address a key of its own."


def is_safe(url: str) -> bool:
    """Whether a key may be sent there: with encryption, or without leaving this machine."""
    return url.startswith("https://") or stays_here(url)


def provider_at(url: str | None) -> str:
    """Our word for whoever answers there; a host that nobody knows is called by its name."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return "gateway"
    if host is None:
        return "gateway" if url else "anthropic"
    if host == "anthropic.com" or host.endswith(".anthropic.com"):
        return "anthropic"
    known = (name for known, name in _KNOWN_HOSTS.items() if host == known or host.endswith(f".{known}"))
    return next(known, host)


def _model(settings: Settings) -> str | None:
    chosen = settings.setting("model")
    return settings.value(MODEL) or (chosen[0] if chosen else None)


def _key(name: str, settings: Settings) -> Key | None:
    token, layer = settings.value(name), settings.find(name)
    if not token or layer is None:
        return None
    kind = Kind.SETUP_TOKEN if name == OAUTH_TOKEN else Kind.GATEWAY if name == AUTH_TOKEN else Kind.API_KEY
    return Key(f"{name} in {layer.level}", Secret(token).fingerprint, kind, name)


def _login(settings: Settings) -> Key:
    token = text_of(settings.login.get("accessToken"))
    return Key(LOGIN, Secret(token).fingerprint if token else None, Kind.OAUTH)


def _overrides(settings: Settings) -> list[str]:
    """What the user's own file says in vain."""
    user = next(layer for layer in settings.layers if layer.level is Level.USER)
    found = []
    for name in (BASE_URL, AUTH_TOKEN, API_KEY, MODEL):
        winner = settings.find(name)
        if name in user.env and winner and winner is not user and winner.env[name] != user.env[name]:
            found.append(f"{name} in settings.json is overridden by {winner.level} ({winner.path}).")
    return found
