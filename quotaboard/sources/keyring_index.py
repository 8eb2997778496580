"""The names of our keyring items: a keyring cannot be asked which items it holds. No secrets in here."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from quotaboard.sources.documents import Trouble, mapping, read_json, shown, text

FILE: Final = "keys.json"
SCHEMA: Final = "quotaboard.key-index/1"

_Change = Callable[[dict[str, "Key"]], dict[str, "Key"]]


@dataclass(frozen=True, slots=True)
class Key:
    """One item that we keep in the keyring."""

    name: str
    provider: str
    backend: str
    """The keyring that took it, as it calls itself."""
    stored_at: str
    """ISO 8601, UTC. A newer one tells a running board that the secret was replaced."""


def keys(state_dir: Path) -> tuple[Key, ...] | Trouble:
    """Every item by name; none when nothing was ever stored."""
    path = state_dir / FILE
    document = read_json(path, "move it away and store the keys again with `quotaboard key set NAME`")
    if isinstance(document, Trouble):
        return () if document.missing else document
    entries = mapping(document.get("keys"))
    return tuple(_key(name, mapping(entry)) for name, entry in sorted(entries.items()) if text(name))


def add(state_dir: Path, key: Key) -> Trouble | None:
    """Note that the item is there."""
    return _change(state_dir, lambda known: {**known, key.name: key})


def remove(state_dir: Path, name: str) -> Trouble | None:
    """Forget the item."""
    return _change(state_dir, lambda known: {other: key for other, key in known.items() if other != name})


def _key(name: str, entry: Mapping[str, object]) -> Key:
    return Key(
        name=name,
        provider=text(entry.get("provider")) or "anthropic",
        backend=text(entry.get("backend")) or "keyring",
        stored_at=text(entry.get("stored_at")) or "",
    )


def _change(state_dir: Path, change: _Change) -> Trouble | None:
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(state_dir):
            known = keys(state_dir)
            if isinstance(known, Trouble):
                return known
            _write(state_dir, change({key.name: key for key in known}))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Trouble(f"{shown(state_dir / FILE)} cannot be written ({reason}): check its folder.")
    return None


@contextmanager
def _locked(state_dir: Path) -> Iterator[None]:
    """One writer at a time, so that two commands do not lose each other's names."""
    descriptor = os.open(state_dir / "keys.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(state_dir: Path, known: Mapping[str, Key]) -> None:
    entries = {name: {k: v for k, v in asdict(key).items() if k != "name"} for name, key in known.items()}
    content = json.dumps({"schema": SCHEMA, "keys": entries}, indent=2, sort_keys=True) + "\n"
    descriptor, name = tempfile.mkstemp(dir=state_dir, prefix=".keys-")  # made with mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(state_dir / FILE)
    except BaseException:
        temporary.unlink()
        raise
