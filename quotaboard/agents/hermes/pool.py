"""Hermes's pool of credentials for one provider, as it stands when it chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from quotaboard.agents.hermes.catalog import ANTHROPIC_URL, API_KEY_PROVIDERS, OPENROUTER_URL
from quotaboard.agents.hermes.world import World
from quotaboard.agents.reading import mapping, text_of
from quotaboard.domain.agent import Key
from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret

CLAUDE_CODE = "the Claude Code login"


@dataclass(frozen=True, slots=True)
class Row:
    """One credential in the pool, with its secret."""

    key: Key
    token: Secret
    source: str
    """Hermes's word: `manual`, `env:NAME`, `claude_code`, …"""
    oauth: bool
    base_url: str = ""
    label: str = ""
    usable: bool = True
    """Whether it is neither dead nor cooling down."""
    rank: tuple[int, ...] = field(default=(0,))


def make_key(place: str, token: str, *, variable: str | None = None) -> Key:
    """What may be said of a token."""
    if token.startswith("sk-ant-oat"):
        kind = Kind.SETUP_TOKEN if variable == "CLAUDE_CODE_OAUTH_TOKEN" else Kind.OAUTH
    else:
        kind = Kind.API_KEY
    return Key(place, Secret(token).fingerprint if token else None, kind, variable)


def rows(provider: str, world: World) -> list[Row]:
    """The rows in the order in which they are tried, each with the secret that it stands for now."""
    listed = [_row(entry, provider, world) for entry in _listed(provider, world)]
    found = [row for row in listed if row is not None]
    sources = {row.source for row in found}
    if provider == "anthropic":
        if _prefers_key(world):
            found = [row for row in found if row.source not in ("hermes_pkce", "claude_code")]
        else:
            for source in ("hermes_pkce", "claude_code"):
                if source not in sources and (row := _login_row(source, world)):
                    found.append(row)
    for variable in variables_of(provider):
        if f"env:{variable}" not in sources and world.variable(variable):
            found.append(_variable_row(variable, provider, world))
    found = [row for row in found if row.token and row.source not in _suppressed(provider, world)]
    return sorted(found, key=_rank) if provider == "anthropic" else sorted(found, key=lambda row: row.rank)


def chosen(provider: str, world: World) -> Row | None:
    """The row that a new run begins with."""
    return next((row for row in rows(provider, world) if row.usable), None)


def variables_of(provider: str) -> tuple[str, ...]:
    """The variables from which Hermes fills the provider's pool."""
    if provider == "anthropic":
        return ("ANTHROPIC_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY")
    if provider == "openrouter":
        return ("OPENROUTER_API_KEY",)
    known = API_KEY_PROVIDERS.get(provider)
    return known.keys if known else ()


_RANKS = {
    "env:ANTHROPIC_TOKEN": 0,
    "env:CLAUDE_CODE_OAUTH_TOKEN": 1,
    "hermes_pkce": 2,
    "claude_code": 3,
    "env:ANTHROPIC_API_KEY": 4,
}


def _rank(row: Row) -> tuple[int, ...]:
    """Anthropic's rows: those added by hand first, then by source."""
    by_hand = row.source == "manual" or row.source.startswith("manual:")
    return (0, *row.rank) if by_hand else (1, _RANKS.get(row.source, len(_RANKS)), *row.rank)


def _listed(provider: str, world: World) -> list[Mapping[str, Any]]:
    own = mapping(world.store.get("credential_pool")).get(provider)
    entries = (
        own
        if isinstance(own, list) and own
        else mapping(world.root_store.get("credential_pool")).get(provider)
    )
    return [mapping(entry) for entry in entries] if isinstance(entries, list) else []


def _row(entry: Mapping[str, Any], provider: str, world: World) -> Row | None:
    source = text_of(entry.get("source")) or "manual"
    label = text_of(entry.get("label")) or text_of(entry.get("id")) or source
    token = text_of(entry.get("access_token"))
    variable = source.removeprefix("env:") if source.startswith("env:") else None
    place = f'"{label}" in the pool'
    if variable:
        token, place = world.variable(variable), world.place_of(variable)
    elif source == "claude_code":
        token, place = text_of(world.claude.get("accessToken")), CLAUDE_CODE
    elif source == "hermes_pkce":
        token = text_of(world.own_login.get("accessToken")) or token
    elif source.startswith("config:") or source == "model_config":
        # Its secret stands in the config, where the endpoint's own resolution finds it.
        return None
    priority = entry.get("priority")
    return Row(
        key=make_key(place, token, variable=variable),
        token=Secret(token),
        source=source,
        oauth=entry.get("auth_type") == "oauth" or token.startswith("sk-ant-oat"),
        base_url=text_of(entry.get("base_url")) or _default_url(provider, world),
        label=label,
        usable=_is_usable(entry, world.now),
        rank=(priority if isinstance(priority, int) else 0,),
    )


def _login_row(source: str, world: World) -> Row | None:
    login, place = (
        (world.claude, CLAUDE_CODE) if source == "claude_code" else (world.own_login, "Hermes's own login")
    )
    token = text_of(login.get("accessToken"))
    if not token:
        return None
    return Row(
        make_key(place, token), Secret(token), source, oauth=True, base_url=ANTHROPIC_URL, label=source
    )


def _variable_row(variable: str, provider: str, world: World) -> Row:
    token = world.variable(variable)
    return Row(
        key=make_key(world.place_of(variable), token, variable=variable),
        token=Secret(token),
        source=f"env:{variable}",
        oauth=token.startswith("sk-ant-oat"),
        base_url=_default_url(provider, world),
        label=variable,
        rank=(1_000 + variables_of(provider).index(variable),),
    )


def _default_url(provider: str, world: World) -> str:
    if provider == "openrouter":
        return OPENROUTER_URL
    if provider == "anthropic":
        return world.variable("ANTHROPIC_BASE_URL").rstrip("/") or ANTHROPIC_URL
    known = API_KEY_PROVIDERS.get(provider)
    if known is None:
        return ""
    return (world.variable(known.url_variable) if known.url_variable else "").rstrip("/") or known.url


def _prefers_key(world: World) -> bool:
    """Whoever sets an API key and no OAuth variable has chosen the key; Hermes then drops borrowed logins."""
    oauth = world.variable("ANTHROPIC_TOKEN") or world.variable("CLAUDE_CODE_OAUTH_TOKEN")
    return bool(world.variable("ANTHROPIC_API_KEY") and not oauth)


def _suppressed(provider: str, world: World) -> set[str]:
    """Sources that the user removed from the pool for good."""
    sources = mapping(world.store.get("suppressed_sources")).get(provider)
    return {text_of(source) for source in sources} if isinstance(sources, list) else set()


_COOLDOWNS = {401: timedelta(minutes=5)}
_COOLDOWN = timedelta(hours=1)


def _is_usable(entry: Mapping[str, Any], now: datetime) -> bool:
    match entry.get("last_status"):
        case "dead":
            return False
        case "exhausted":
            until = _moment(entry.get("last_error_reset_at"))
            since = _moment(entry.get("last_status_at"))
            code = entry.get("last_error_code")
            wait = _COOLDOWNS.get(code, _COOLDOWN) if isinstance(code, int) else _COOLDOWN
            until = until or (since + wait if since else None)
            return until is None or now >= until
        case _:
            return True


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and value:
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        if isinstance(value, str) and value.strip():
            moment = datetime.fromisoformat(value.strip())
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
