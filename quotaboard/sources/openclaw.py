"""Auth profiles of OpenClaw: SQLite since 2026.6.6, `auth-profiles.json` before. Read only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from quotaboard.domain.lane import Credential, Kind
from quotaboard.sources.base import Found, Surroundings, Wanted
from quotaboard.sources.documents import Trouble, is_there, mapping, moment, read_json, shown, text
from quotaboard.sources.naming import slug
from quotaboard.sources.tokens import hold, is_subscription, lacking

WORD: Final = "openclaw"
LABEL = "OpenClaw"
_TOKEN_FIELDS = ("token", "key", "access")
"""By type: `token`, `api_key`, `oauth`."""
_FIX = "run `openclaw doctor --fix`"
_LIST = "`openclaw models auth list` shows what it has"
_RENEW = "start OpenClaw once so that it renews its login"


def discover(around: Surroundings) -> list[Found]:
    """Every auth profile of the main agent."""
    path, profiles = _profiles(state_folder(around))
    if isinstance(profiles, Trouble):
        return [] if profiles.missing else [lacking(_credential("", {}), profiles.sentence, path=path)]
    return [_found(identity, entry, path, around) for identity, entry in profiles.items()]


def read(wanted: Wanted, around: Surroundings) -> Found:
    """The profile of that id; without one, the first that fits the provider."""
    folder = state_folder(around)
    path, profiles = _profiles(folder)
    nothing = _credential(wanted.detail or "", {"provider": wanted.provider or "anthropic"})
    if isinstance(profiles, Trouble):
        sentence = f"OpenClaw keeps no logins in {shown(folder)}: {_LIST}."
        return lacking(nothing, sentence if profiles.missing else profiles.sentence, path=path)
    for identity, entry in profiles.items():
        provider_fits = wanted.provider in (None, text(entry.get("provider")))
        if provider_fits and wanted.detail in (None, identity):
            return _found(identity, entry, path, around)
    what = f'"{wanted.detail}"' if wanted.detail else f"login for {wanted.provider}"
    sentence = f"OpenClaw has no {what} in {shown(path)}: {_LIST}."
    return lacking(nothing, sentence, path=path)


def state_folder(around: Surroundings) -> Path:
    """The folder of its state, by its variables or its profile."""
    profile = around.variable("OPENCLAW_PROFILE")
    named = profile is not None and profile != "default" and Path(profile).name == profile
    return around.folder("OPENCLAW_STATE_DIR", f".openclaw-{profile}" if named else ".openclaw")


def _profiles(folder: Path) -> tuple[Path, Mapping[str, Mapping[str, object]] | Trouble]:
    """By id. An old JSON file may be left beside the database that took over, so the database goes first."""
    database = folder / "state" / "openclaw.sqlite"
    if is_there(database):
        store = _stored(database)
        if store is not None:
            return database, store if isinstance(store, Trouble) else _entries(store)
    try:
        files = sorted((folder / "agents").glob("*/agent/auth-profiles.json"))
    except OSError:
        files = []
    # The main agent's logins are everybody's; another agent's file adds to them.
    for path in sorted(files, key=lambda file: file.parts[-3] != "main"):
        document = read_json(path, _FIX)
        return path, document if isinstance(document, Trouble) else _entries(document)
    return database, Trouble(f"There is no {shown(database)}.", missing=True)


def _stored(database: Path) -> Mapping[str, object] | Trouble | None:
    """The store in the database; None when it is still kept elsewhere."""
    try:
        with closing(sqlite3.connect(_address(database), uri=True, timeout=1)) as connection:
            row = connection.execute(
                "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store'"
            ).fetchone()
        return None if row is None else mapping(json.loads(row[0]))
    except (OSError, sqlite3.Error, ValueError, TypeError, RecursionError) as error:
        return Trouble(f"{shown(database)} cannot be read ({type(error).__name__}): {_FIX}.")


def _address(database: Path) -> str:
    """How it is opened without leaving anything beside it.

    Opening it makes the files of its log, in our name, where there are none. Then nobody has it open either,
    and only then it may be taken for unchanging.
    """
    live = database.with_name(f"{database.name}-wal").exists()
    return f"{database.absolute().as_uri()}?mode=ro" + ("" if live else "&immutable=1")


def _entries(store: Mapping[str, object]) -> Mapping[str, Mapping[str, object]]:
    profiles = mapping(store.get("profiles"))
    return {identity: mapping(entry) for identity, entry in profiles.items() if text(identity)}


def _found(identity: str, entry: Mapping[str, object], path: Path, around: Surroundings) -> Found:
    credential = _credential(identity, entry)
    token = next((value for name in _TOKEN_FIELDS if isinstance(value := entry.get(name), str)), None)
    if token is None:
        sentence = f'OpenClaw keeps the secret of "{identity}" elsewhere: name it in the config as env:NAME.'
        return lacking(credential, sentence, path=path)
    credential = replace(credential, reads_usage=entry.get("type") == "oauth" or not is_subscription(token))
    return hold(credential, token, around.now, renew=_RENEW, path=path)


def _credential(identity: str, entry: Mapping[str, object]) -> Credential:
    provider = text(entry.get("provider")) or identity.partition(":")[0] or "anthropic"
    kind = Kind.API_KEY if entry.get("type") == "api_key" else Kind.OAUTH
    label = identity.partition(":")[2]
    return Credential(
        # Most are called `provider:default`, which says nothing but the provider.
        name=slug(label if label and label != "default" else provider, WORD),
        provider=provider,
        kind=Kind.SETUP_TOKEN if entry.get("type") == "token" and provider == "anthropic" else kind,
        source=f"{WORD}:{identity}" if identity else WORD,
        found_in=(LABEL,),
        expires_at=moment(entry.get("expires")),
    )
