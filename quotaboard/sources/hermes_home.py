"""The homes of Hermes Agent, and what each holds: pool rows, `.env`, its own login. Only read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from quotaboard.sources.base import Surroundings
from quotaboard.sources.documents import Trouble, mapping, moment, read_json, read_text, text
from quotaboard.sources.dotenv import parse_dotenv

FIX = "run `hermes auth list`, which repairs or recreates it"


@dataclass(frozen=True, slots=True)
class Home:
    """One home: the root's, or a profile's."""

    path: Path
    profile: str | None = None
    """None for the one that Hermes uses when nobody names another."""


@dataclass(frozen=True, slots=True)
class Row:
    """One credential as Hermes lists it."""

    label: str
    provider: str
    """Hermes's own id, such as `openai-codex` or `custom:NAME`."""
    source: str
    """Hermes's word for where it came from: `manual`, `claude_code`, `env:NAME`, …"""
    home: Home
    path: Path
    id: str = ""
    oauth: bool = False
    is_login: bool = False
    """It can be renewed, so somebody signed in for it; a pasted token cannot."""
    base_url: str | None = None
    expires_at: datetime | None = None
    fingerprint: str | None = None
    token: str | None = field(default=None, repr=False)
    """None for a borrowed row: Hermes stores only the fingerprint of what another place holds."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies in one home, and what could not be read."""

    home: Home
    rows: tuple[Row, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    scalars: tuple[str, ...] = field(default=(), repr=False)
    """Values in `config.yaml`, in which an inline key may be; of use only to match a fingerprint."""
    login: Row | None = None
    troubles: tuple[tuple[Path, Trouble], ...] = ()


def homes(around: Surroundings) -> list[Home]:
    """The home in use first, then the root and its other profiles by name."""
    named = around.variable("HERMES_HOME")
    home = around.expand(named) if named else around.home / ".hermes"
    root = _root(home, around.home / ".hermes")
    if named is None and (sticky := _sticky_profile(root)):
        home = root / "profiles" / sticky
    others = [root, *_profiles(root)]
    return [Home(home), *(Home(other, _profile_name(other, root)) for other in others if other != home)]


def contents(home: Home) -> Contents:
    """Everything in one home that concerns credentials, read now."""
    troubles: list[tuple[Path, Trouble]] = []

    def noted(path: Path, trouble: Trouble) -> None:
        if not trouble.missing:
            troubles.append((path, trouble))

    auth, env, login = home.path / "auth.json", home.path / ".env", home.path / ".anthropic_oauth.json"
    pool = read_json(auth, FIX)
    variables = read_text(env)
    pkce = read_json(login, "sign in again with `hermes auth add anthropic`")
    for path, value in ((auth, pool), (env, variables), (login, pkce)):
        if isinstance(value, Trouble):
            noted(path, value)
    return Contents(
        home=home,
        rows=() if isinstance(pool, Trouble) else _rows(pool, home, auth),
        variables={} if isinstance(variables, Trouble) else parse_dotenv(variables),
        scalars=_scalars(home.path / "config.yaml"),
        login=None if isinstance(pkce, Trouble) else _login(pkce, home, login),
        troubles=tuple(troubles),
    )


def _root(home: Path, default: Path) -> Path:
    if home == default or default in home.parents:
        return default
    return home.parent.parent if home.parent.name == "profiles" else home


def _sticky_profile(root: Path) -> str | None:
    choice = read_text(root / "active_profile", 4096)
    name = None if isinstance(choice, Trouble) else text(choice)
    # A name with a separator would lead out of the folder of profiles.
    return name if name and name != "default" and Path(name).name == name else None


def _profiles(root: Path) -> list[Path]:
    try:
        found = sorted(path for path in (root / "profiles").iterdir() if path.is_dir())
    except OSError:
        return []
    # Hermes lists no others: a folder that is hidden, or called otherwise, is somebody's copy.
    return [path for path in found if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", path.name)]


def _profile_name(home: Path, root: Path) -> str:
    return "default" if home == root else home.name


def _rows(document: Mapping[str, object], home: Home, path: Path) -> tuple[Row, ...]:
    """Provider by provider, each in the order in which Hermes tries them."""
    rows: list[Row] = []
    for provider, entries in mapping(document.get("credential_pool")).items():
        ranked = sorted(map(mapping, entries), key=_priority) if isinstance(entries, list) else []
        rows += [row for entry in ranked if (row := _row(entry, provider, home, path))]
    return tuple(rows)


def _priority(entry: Mapping[str, object]) -> int:
    priority = entry.get("priority")
    return priority if isinstance(priority, int) else 0


def _row(entry: Mapping[str, object], provider: str, home: Home, path: Path) -> Row | None:
    identity = text(entry.get("id")) or ""
    label = text(entry.get("label")) or identity
    token = entry.get("access_token")
    if not label:
        return None
    return Row(
        label=label,
        provider=provider,
        source=text(entry.get("source")) or "manual",
        home=home,
        path=path,
        id=identity,
        oauth=entry.get("auth_type") == "oauth",
        is_login=bool(entry.get("refresh_token")),
        base_url=text(entry.get("base_url")),
        expires_at=moment(entry.get("expires_at_ms")),
        fingerprint=text(entry.get("secret_fingerprint")),
        token=token if isinstance(token, str) else None,
    )


def _login(document: Mapping[str, object], home: Home, path: Path) -> Row:
    token = document.get("accessToken")
    return Row(
        label="hermes_pkce",
        provider="anthropic",
        source="hermes_pkce",
        home=home,
        path=path,
        oauth=True,
        is_login=True,
        expires_at=moment(document.get("expiresAt")),
        token=token if isinstance(token, str) else "",
    )


_SCALAR = re.compile(
    r"""^[ \t-]*[\w-]*(?:key|token)[\w-]*[ \t]*:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE | re.IGNORECASE
)


def _scalars(path: Path) -> tuple[str, ...]:
    content = read_text(path)
    return () if isinstance(content, Trouble) else tuple(_SCALAR.findall(content))
