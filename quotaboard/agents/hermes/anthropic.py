"""Which Anthropic credential Hermes really sends: an order of its own, which is not that of its pool."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quotaboard.agents.hermes import pool
from quotaboard.agents.hermes.world import World
from quotaboard.agents.reading import text_of
from quotaboard.domain.agent import Key
from quotaboard.domain.lane import Kind

_BEARER_HOSTS = ("https://api.minimax.io/anthropic", "https://api.minimaxi.com/anthropic")


def anthropic_key(world: World, url: str) -> Key | None:
    """The key of the next request, in the order in which it is looked for before each one."""
    if "azure.com" in url:
        return _azure_key(world)
    for variable in ("ANTHROPIC_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"):
        if token := world.variable(variable):
            return _refreshable(token, world) or _in_variable(variable, world)
    if login := _claude_login(world):
        return login
    for row in pool.rows("anthropic", world):
        if row.usable and row.oauth:
            return row.key
    if world.variable("ANTHROPIC_API_KEY"):
        return _in_variable("ANTHROPIC_API_KEY", world)
    return Key("an Anthropic login or key", kind=None)


def travelling_keys(world: World, url: str, key: Key | None) -> tuple[Key, ...]:
    """What the SDK adds by itself: it takes the header that Hermes leaves free from the environment."""
    bearer = _sends_bearer(url, key, world)
    variable = "ANTHROPIC_API_KEY" if bearer else "ANTHROPIC_AUTH_TOKEN"
    if not world.variable(variable) or (key and key.variable == variable):
        return ()
    return (_in_variable(variable, world),)


def _sends_bearer(url: str, key: Key | None, world: World) -> bool:
    """Whether Hermes sends the key as a bearer token, which leaves `x-api-key` free."""
    address = url.lower().rstrip("/")
    if address.startswith(_BEARER_HOSTS) or "azure.com" in address or "palantirfoundry.com" in address:
        return True
    if "anthropic.com" not in address:
        return False
    # A key of Anthropic's console begins with sk-ant-api; whatever else begins so is a login's token.
    if key is None or key.kind is not Kind.API_KEY:
        return True
    token = world.variable(key.variable) if key.variable else ""
    return token.startswith(("sk-ant-", "eyJ", "cc-")) and not token.startswith("sk-ant-api")


def _refreshable(token: str, world: World) -> Key | None:
    """A login that can be renewed goes before a fixed token in a variable."""
    looks_oauth = token.startswith(("sk-ant-", "eyJ", "cc-")) and not token.startswith("sk-ant-api")
    if not looks_oauth or not text_of(world.claude.get("refreshToken")):
        return None
    login = _claude_login(world)
    return login if login and text_of(world.claude.get("accessToken")) != token else None


def _claude_login(world: World) -> Key | None:
    """Claude Code's login, while it is valid or can be renewed."""
    token = text_of(world.claude.get("accessToken"))
    if not token:
        return None
    expires = world.claude.get("expiresAt")
    if isinstance(expires, int | float) and not isinstance(expires, bool) and expires:
        try:
            ends = datetime.fromtimestamp(expires / 1000, UTC) - timedelta(minutes=1)
        except (ValueError, OverflowError, OSError):
            ends = None
        if ends is not None and world.now >= ends and not text_of(world.claude.get("refreshToken")):
            return None
    return pool.make_key(pool.CLAUDE_CODE, token)


def _azure_key(world: World) -> Key | None:
    model = world.model
    names = [text_of(model.get("key_env")), text_of(model.get("api_key_env"))]
    for name in (*names, "AZURE_ANTHROPIC_KEY", "ANTHROPIC_API_KEY"):
        if name and world.variable(name):
            return _in_variable(name, world)
    return None


def _in_variable(name: str, world: World) -> Key:
    return pool.make_key(world.place_of(name), world.variable(name), variable=name)
