"""Keeping the advisory file: written whole, when a verdict becomes another or is seen anew."""

from __future__ import annotations

import json
import logging
import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.domain.board import Board
from quotaboard.domain.document import Document
from quotaboard.domain.holding import Policy
from quotaboard.domain.snapshot import kernel, snapshot

AT_MOST_EVERY = timedelta(seconds=30)
"""Where nothing but the time of the last look is new."""

log = logging.getLogger(__name__)


class SnapshotFile:
    """One advisory file."""

    def __init__(self, path: Path, policy: Policy) -> None:
        self._path = path
        self._policy = policy
        self._kernel: object = None
        self._written_at: datetime | None = None
        self._complained = False

    def update(self, board: Board) -> bool:
        """Write it if that is worth it. What cannot be written is logged once, and tried again."""
        document = snapshot(board, self._policy)
        told, last = kernel(document), self._written_at
        rested = last is None or not timedelta() <= board.at - last < AT_MOST_EVERY
        if told == self._kernel and not rested:
            return False
        try:
            write_snapshot(self._path, document)
        except OSError as error:
            if not self._complained:
                log.warning("the snapshot %s cannot be written: %s", self._path, error)
            self._complained = True
            return False
        self._kernel, self._written_at, self._complained = told, board.at, False
        return True


def write_snapshot(path: Path, document: Document) -> None:
    """Replace the file at once. Raises OSError."""
    write_file(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def write_file(path: Path, text: str) -> None:
    """Replace a file, private to its user, at once: a reader sees the old or the new one. Raises OSError."""
    target = path.resolve()
    for missing in reversed([folder for folder in target.parents if not folder.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
