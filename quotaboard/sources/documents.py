"""Files of others, read without surprise: each way in which one can be bad is a sentence."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

CREDENTIAL_LIMIT = 1 << 20
"""Bytes. The largest credential file seen, with the logins of many MCP servers, is a tenth of this."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file could not be read."""

    sentence: str
    missing: bool = False
    """It is simply not there."""


def is_there(path: Path) -> bool:
    """Whether something of that name is there, a broken link included, or might be: reading it will tell."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read_text(path: Path, limit: int = CREDENTIAL_LIMIT) -> str | Trouble:
    """The text of a regular file, without its byte order mark."""
    name = shown(path)
    try:
        # Opening a pipe would wait for a writer. Non-blocking does not, and then one can ask what was opened.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return _refused(error, path)
    except ValueError:
        return Trouble(f"{name} is not a possible path: correct it.")
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return Trouble(f"{name} is not a file: move it away, or name the right file.")
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        return _refused(error, path)
    if len(content) > limit:
        return Trouble(f"{name} is larger than {limit >> 10} KiB, which cannot be right: check it.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Trouble(f"{name} is not UTF-8 text (byte {error.start + 1}): save it again as UTF-8.")


def read_json(path: Path, fix: str, limit: int = CREDENTIAL_LIMIT) -> Mapping[str, object] | Trouble:
    """The object in a JSON file. `fix` ends the sentence: what to do when the file is bad."""
    text = read_text(path, limit)
    return text if isinstance(text, Trouble) else parse_json(text, path, fix)


def parse_json(text: str, path: Path, fix: str) -> Mapping[str, object] | Trouble:
    """The object in a JSON text that was read from the path."""
    name = shown(path)
    if not text.strip():
        return Trouble(f"{name} is empty: {fix}.")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return Trouble(
            f"{name}:{error.lineno}: not complete JSON; if it was not being written just then, {fix}."
        )
    except (ValueError, RecursionError):
        return Trouble(f"{name} holds JSON that cannot be read: {fix}.")
    if not isinstance(document, dict):
        return Trouble(f"{name}:1: a JSON object belongs here, not {_kind(document)}: {fix}.")
    return document


def mapping(value: object) -> Mapping[str, object]:
    """The JSON object, or an empty one when it is something else."""
    # JSON has no other keys than texts.
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    """The text of a JSON value, if it is one that can be shown; blank counts as absent."""
    stripped = value.strip() if isinstance(value, str) else ""
    return stripped if stripped.isprintable() and stripped else None


def moment(value: object) -> datetime | None:
    """A time as these files write it: milliseconds since 1970; seconds too, which a smaller number shows."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = value / 1000 if abs(value) >= 1e11 else value
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def shown(path: Path) -> str:
    """The path as it can be printed, whatever bytes it is made of."""
    readable = os.fsencode(path).decode(errors="replace")
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in readable)


def _refused(error: OSError, path: Path) -> Trouble:
    name = shown(path)
    match error.errno:
        case errno.ENOENT if path.is_symlink():
            return Trouble(f"{name} is a link to a file that is not there: restore that file.")
        case errno.ENOENT | errno.ENOTDIR:
            return Trouble(f"There is no {name}.", missing=True)
        case errno.ELOOP:
            return Trouble(f"{name} is a link that leads back to itself: remove it.")
        case errno.EACCES | errno.EPERM:
            return Trouble(f"{name} may not be read by this user: give its owner the right (chmod u+r).")
        case _:
            reason = error.strerror or type(error).__name__
            return Trouble(f"{name} cannot be read ({reason}): check the file and its disk.")


def _kind(document: object) -> str:
    match document:
        case list():
            return "a list"
        case str():
            return "a text"
        case None:
            return "null"
        case _:
            return "a number or a truth value"
