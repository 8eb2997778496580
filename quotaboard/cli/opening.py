"""What most commands begin with: the config, checked once for each content, and the store."""

from __future__ import annotations

import os
from argparse import Namespace
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from quotaboard.cli import diagnostics
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.loading import load_config
from quotaboard.config.paths import state_dir
from quotaboard.config.place import config_place
from quotaboard.config.values import Config
from quotaboard.store.notes import CHECKED_CONFIG
from quotaboard.store.opening import open_memory, open_or_memory, open_store
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble, TroubleKind


@dataclass(frozen=True, slots=True)
class Opened:
    """The config and the store of this run."""

    config: Config
    store: Store


def now() -> datetime:
    return datetime.now(UTC)


def open_for_reading(args: Namespace) -> Opened | ExitCode:
    """For a command that only shows what is stored. A store that is not there yet is an empty one."""
    try:
        store = open_store(state_dir(), now=now(), readonly=True)
    except StoreTrouble as trouble:
        if trouble.kind is not TroubleKind.MISSING:
            diagnostics.note(f"quotaboard: {trouble.sentence}")
        store = open_memory()
    return _with_config(args, store)


def open_for_writing(args: Namespace) -> Opened | ExitCode:
    """For a command that asks. A store that cannot be written is kept in memory, and that is said."""
    return _with_config(args, open_or_memory(state_dir(), now=now()))


def home() -> Path:
    """The user's home, as every source is to see it."""
    return Path(os.environ.get("HOME") or Path.home())


def _with_config(args: Namespace, store: Store) -> Opened | ExitCode:
    place = config_place(args.config)
    checked = store.notes.get(CHECKED_CONFIG)
    config = load_config(place.path, must_exist=place.must_exist, checked=checked)
    if isinstance(config, list):
        store.close()
        return diagnostics.config_problems(config)
    if config.digest is not None and config.digest != checked:
        with suppress(StoreTrouble):  # a store that is only read; the next one that asks will keep it
            store.notes.set(CHECKED_CONFIG, config.digest)
    return Opened(config, store)
