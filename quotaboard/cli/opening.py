"""What most commands begin with: the config, checked once for each content, and the store."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from quotaboard.cli import diagnostics
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.paths import state_dir
from quotaboard.config.place import ConfigPlace, config_place
from quotaboard.store.notes import CHECKED_CONFIG
from quotaboard.store.opening import READABLE, open_memory, open_or_memory, open_store
from quotaboard.store.trouble import StoreTrouble, TroubleKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from quotaboard.config.values import Config
    from quotaboard.poll.place import Place
    from quotaboard.store.store import Store


def now() -> datetime:
    return datetime.now(UTC)


def home() -> Path:
    """The user's home, as every source is to see it."""
    return Path(os.environ.get("HOME") or Path.home())


def place() -> Place:
    """Where the sources of this process look."""
    from quotaboard.poll.place import Place

    return Place(os.environ, home(), state_dir(), cwd=_here())


def _here() -> Path | None:
    """The project that this is run in: its settings may override the user's own."""
    try:
        return Path.cwd()
    except OSError:
        return None  # the folder that this was started in is gone


def open_for_reading(config: Path | None) -> Store | ExitCode:
    """For a command that only shows what is stored: a store that is not there yet is an empty one.

    The config is only asked whether it is right, and one that was found right before is not even parsed.
    """
    try:
        store = open_store(state_dir(), now=now(), readonly=True)
    except StoreTrouble as trouble:
        # An older one that cannot be brought up to date where it lies is read all the same.
        held = state_dir() if trouble.kind in READABLE else None
        store = open_memory("" if trouble.kind is TroubleKind.MISSING else trouble.sentence, held)
    named = config_place(config)
    if _is_known(named, store):
        return store
    checked = checked_config(named, store)
    if isinstance(checked, ExitCode):
        store.close()
        return checked
    return store


def open_for_writing(config: Path | None) -> tuple[Store, Config] | ExitCode:
    """For a command that asks. A store that cannot be written is kept in memory, and its notice says so."""
    store = open_or_memory(state_dir(), now=now())
    checked = checked_config(config_place(config), store)
    if isinstance(checked, ExitCode):
        store.close()
        return checked
    return store, checked


def checked_config(named: ConfigPlace, store: Store) -> Config | ExitCode:
    """The config; one that is wrong has been told line by line."""
    from quotaboard.config.loading import load_config  # 10 ms, and only for a file that changed

    known = _note(store)
    config = load_config(named.path, must_exist=named.must_exist, checked=known)
    if isinstance(config, list):
        return diagnostics.config_problems(config)
    if config.digest is not None and config.digest != known:
        with suppress(StoreTrouble):  # a store that is only read; the next one that asks will keep it
            store.notes.set(CHECKED_CONFIG, config.digest)
    return config


def _is_known(named: ConfigPlace, store: Store) -> bool:
    """Whether there is no config, or the one that was found right the last time."""
    try:
        named.path.stat()
    except FileNotFoundError:
        return not named.must_exist
    except OSError:
        return False
    from quotaboard.config.digest import config_digest  # hash functions

    digest = config_digest(named.path)
    return digest is not None and digest == _note(store)


def _note(store: Store) -> str | None:
    try:
        return store.notes.get(CHECKED_CONFIG)
    except StoreTrouble:
        return None
