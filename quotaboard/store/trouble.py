"""What can go wrong with the store, in sentences; SQLite's errors are mapped here and nowhere else."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum


class TroubleKind(StrEnum):
    """What kind of trouble it is, so that a caller can decide whether to go on."""

    MISSING = "missing"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    FULL = "full"
    CORRUPT = "corrupt"
    NEWER = "newer"
    """Written by a later quotaboard."""
    FOREIGN = "foreign"
    """A database of another program."""
    UNREACHABLE = "unreachable"
    GONE = "gone"
    """Moved away or deleted while it was open."""


class StoreTrouble(Exception):  # noqa: N818 - trouble is expected; an error is a bug
    """The store cannot be read or written now. Its sentence is for the person, and ends in what to do."""

    def __init__(self, kind: TroubleKind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence


SENTENCES = {
    TroubleKind.MISSING: "There is no store at {path} yet. Run quotaboard once to begin one.",
    TroubleKind.LOCKED: "Another program holds {path}. Close it, or try again in a moment.",
    TroubleKind.READ_ONLY: (
        "{path} cannot be written. Make it and its folder writable for you, "
        "or set QUOTABOARD_STATE_DIR to another folder."
    ),
    TroubleKind.FULL: ("The disk that holds {path} is full. Free some space."),
    TroubleKind.CORRUPT: (
        "{path} is damaged. Start quotaboard again: it sets the damaged file aside and begins a new one."
    ),
    TroubleKind.NEWER: (
        "{path} was written by a newer quotaboard. Update this one, "
        "or set QUOTABOARD_STATE_DIR to another folder."
    ),
    TroubleKind.FOREIGN: (
        "{path} belongs to another program. Set QUOTABOARD_STATE_DIR to a folder of quotaboard's own."
    ),
    TroubleKind.UNREACHABLE: (
        "{path} cannot be opened ({cause}). Check the disk and the folder, "
        "or set QUOTABOARD_STATE_DIR to another folder."
    ),
    TroubleKind.GONE: "{path} was moved away while it was in use. A new one is begun.",
}

PRIMARY = {
    sqlite3.SQLITE_BUSY: TroubleKind.LOCKED,
    sqlite3.SQLITE_LOCKED: TroubleKind.LOCKED,
    sqlite3.SQLITE_PERM: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_READONLY: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_FULL: TroubleKind.FULL,
    sqlite3.SQLITE_CORRUPT: TroubleKind.CORRUPT,
    sqlite3.SQLITE_NOTADB: TroubleKind.CORRUPT,
    sqlite3.SQLITE_CANTOPEN: TroubleKind.UNREACHABLE,
    sqlite3.SQLITE_IOERR: TroubleKind.UNREACHABLE,
    sqlite3.SQLITE_NOMEM: TroubleKind.UNREACHABLE,
}

EXTENDED = {
    sqlite3.SQLITE_IOERR_SHMSIZE: TroubleKind.FULL,  # no room left for the shared-memory file
    sqlite3.SQLITE_IOERR_CORRUPTFS: TroubleKind.CORRUPT,
}

ERRNOS = {
    errno.ENOSPC: TroubleKind.FULL,
    errno.EDQUOT: TroubleKind.FULL,
    errno.EACCES: TroubleKind.READ_ONLY,
    errno.EPERM: TroubleKind.READ_ONLY,
    errno.EROFS: TroubleKind.READ_ONLY,
}


def trouble(kind: TroubleKind, path: object, cause: object = "") -> StoreTrouble:
    """The trouble of that kind, with its sentence."""
    return StoreTrouble(kind, SENTENCES[kind].format(path=path, cause=cause))


def trouble_of(error: sqlite3.Error, path: object) -> StoreTrouble | None:
    """What an error of SQLite means to a person; None when it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    kind = EXTENDED.get(code) or PRIMARY.get(code & 0xFF)
    return trouble(kind, path, error) if kind else None


def trouble_of_os(error: OSError, path: object) -> StoreTrouble:
    """What an error of the file system means to a person."""
    return trouble(ERRNOS.get(error.errno or 0, TroubleKind.UNREACHABLE), path, error.strerror or error)
