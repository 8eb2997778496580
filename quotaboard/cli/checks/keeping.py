"""Where things are kept: the store and the system keyring."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.domain.document import moment
from quotaboard.poll.live import LEASE, LEASE_SPAN
from quotaboard.sources import keyring_index
from quotaboard.sources.documents import Trouble
from quotaboard.sources.keyring_call import KeyringTrouble, in_keyring
from quotaboard.store.migrations import LATEST
from quotaboard.store.opening import NAME, SIDE_FILES
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble


def store_section(store: Store | StoreTrouble, folder: Path, now: datetime, *, missing: bool) -> Section:
    """Whether it can be read, how large it is, and who writes it."""
    path = folder / NAME
    facts: dict[str, Any] = {
        "path": str(path),
        "bytes": sum(_size(path.with_name(path.name + ending)) for ending in ("", *SIDE_FILES)),
        "version": None,
        "poller": None,
        "set_aside": sorted(aside.name for aside in folder.glob(f"{NAME}.corrupt-*") if not _is_side(aside)),
    }
    if missing:
        return Section("store", facts)
    if isinstance(store, StoreTrouble):
        return Section("store", facts, (Wrong(store.sentence),))
    facts["version"] = LATEST
    try:
        held = store.leases.held(LEASE, LEASE_SPAN, now=now)
    except StoreTrouble as trouble:
        return Section("store", facts, (Wrong(trouble.sentence),))
    if held is not None:
        facts["poller"] = {"pid": held.holder.pid, "until": moment(held.expires_at)}
    return Section("store", facts)


def keyring_section(folder: Path, used: Iterable[str]) -> Section:
    """Which keyring there is. It is in the way only when a credential that is used lives there."""
    answer = in_keyring(lambda backend: backend.name)
    trouble = answer.sentence if isinstance(answer, KeyringTrouble) else None
    known = keyring_index.keys(folder)
    facts = {
        "backend": None if trouble else answer,
        "usable": trouble is None,
        "why_not": trouble,
        "keys": [] if isinstance(known, Trouble) else [key.name for key in known],
    }
    wrong = []
    if trouble and (names := list(used)):
        wrong.append(Wrong(f"{', '.join(names)} is kept in the keyring. {trouble}"))
    if isinstance(known, Trouble):
        wrong.append(Wrong(known.sentence))
    return Section("keyring", facts, tuple(wrong))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_side(path: Path) -> bool:
    return path.name.endswith(SIDE_FILES)
