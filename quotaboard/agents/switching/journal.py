"""The records of one home on disk, with the contents that an undo needs. Private: configs may hold keys.

A record is written and synced before the first file of an agent is touched, and is itself replaced whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from quotaboard.agents.switching.record import Kind, Record, State, digest, from_document, to_document
from quotaboard.agents.switching.replacing import sync_folder
from quotaboard.domain.agent import Home

FOLDER = "switches"
KEPT = 8
"""How many records of a home are kept; with them its last contents."""


class Journal:
    """The records of one home. Most of its methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, home: Home, state_dir: Path) -> Journal:
        """The journal of this home, which need not exist yet."""
        name = hashlib.sha256(os.fsencode(home.path)).hexdigest()[:12]
        return cls(state_dir / FOLDER / f"{home.agent}-{name}")

    @classmethod
    def all_in(cls, state_dir: Path) -> list[Journal]:
        """Every journal of this state folder."""
        try:
            return [cls(path) for path in sorted((state_dir / FOLDER).iterdir()) if path.is_dir()]
        except OSError:
            return []

    def records(self) -> list[Record]:
        """Every readable record, oldest first."""
        found = []
        for path in self.folder.glob("*.json"):
            with suppress(OSError, ValueError):
                document = json.loads(path.read_bytes())
                if isinstance(document, dict) and (record := from_document(document)):
                    found.append(record)
        return sorted(found, key=lambda record: record.number)

    def next_number(self) -> int:
        return max((record.number for record in self.records()), default=0) + 1

    def write(self, record: Record) -> None:
        """Put the record on disk for good."""
        self._make()
        text = json.dumps(to_document(record), indent=1)
        self._put(f"{record.number:06}.json", text.encode())

    def keep(self, contents: Iterable[bytes | None]) -> None:
        """Put contents on disk for good, each under its digest."""
        self._make()
        for content in contents:
            name = digest(content)
            if content is not None and name and not (self.folder / name).exists():
                self._put(name, content)

    def content(self, name: str | None) -> bytes | None:
        """The content of that digest."""
        return None if name is None else (self.folder / name).read_bytes()

    def mark(self, record: Record, state: State) -> Record:
        """The record in its new state, on disk."""
        marked = replace(record, state=state)
        self.write(marked)
        return marked

    def tidy(self) -> None:
        """Forget old records, and every content that no open record needs. It can wait, so it never fails."""
        with suppress(OSError):
            self._tidy()

    def _tidy(self) -> None:
        records = self.records()
        for record in records[:-KEPT]:
            if record.state not in (State.BEGUN, State.SETTLING):
                (self.folder / f"{record.number:06}.json").unlink(missing_ok=True)
        needed = {
            name
            for record in records[-KEPT:]
            if _is_open(record)
            for step in record.steps
            for name in (step.before, step.after, step.bridge, step.later)
        }
        for path in self.folder.iterdir():
            if path.suffix != ".json" and path.name != "lock" and path.name not in needed:
                path.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process is the only one that switches this home."""
        self._make()
        with locked(self.folder / "lock") as held:
            yield held

    def _make(self) -> None:
        for missing in (self.folder.parent.parent, self.folder.parent, self.folder):
            missing.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _put(self, name: str, content: bytes) -> None:
        temporary = self.folder / f".{name}.new"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(self.folder / name)
        sync_folder(self.folder)


def _is_open(record: Record) -> bool:
    """Whether its contents may still be written."""
    if record.kind is Kind.SWITCH and record.state is State.DONE:
        return True
    return record.state in (State.BEGUN, State.SETTLING)


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Whether an exclusive `flock` on the file was to be had at once; it is held until the end."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
