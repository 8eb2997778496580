"""One file replaced at once, if and only if it is still what it was.

The new file and the old one change places in one rename. Only then is the old one compared with what was
expected: whatever another program wrote until that very moment is in our hands, and goes back.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from quotaboard.agents.switching.renaming import exchange, move_to_free
from quotaboard.agents.switching.target import Target, failed, read
from quotaboard.domain.agent import Refusal, RefusalKind

Seam = Callable[[str], None]
"""Called with the name of each step that has just been made; a test ends the process there."""

MARK = ".quotaboard-"


def nothing(_step: str) -> None:
    """The seam of everyday use."""


def temporary_name(path: Path) -> Path:
    """A name beside the file that nobody else has, hidden, and known as ours."""
    return path.with_name(f".{path.name}{MARK}{secrets.token_hex(6)}")


def replace(target: Target, temporary: Path, content: bytes | None, at: Seam = nothing) -> Refusal | None:
    """Put `content` where `target` was examined; None removes the file. A refusal has changed nothing."""
    try:
        if content is None:
            return _remove(target, temporary, at)
        _write(target, temporary, content)
        at("temporary written")
        refusal = _swap_in(target, temporary, content, at)
        at("swapped and checked")
        # The rename has happened and everybody sees it; that it may not outlast a power cut is no refusal.
        with suppress(OSError):
            sync_folder(target.path.parent)
    except OSError as error:
        return failed(target.path, error)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    at("temporary removed")
    return refusal


def edited(path: Path) -> Refusal:
    """Somebody was faster."""
    sentence = f"{path} was edited meanwhile, so nothing was written: look at it again, then switch."
    return Refusal(RefusalKind.EDITED, sentence, str(path))


def sync_folder(folder: Path) -> None:
    """Make the names in it last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(target: Target, temporary: Path, content: bytes) -> None:
    """A file that nobody else may read until it has the mode of the one that it replaces."""
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        made = os.fstat(descriptor)
        if target.owner and target.owner != (made.st_uid, made.st_gid):
            os.fchown(descriptor, *target.owner)
        for name, value in target.attributes.items():
            # A security label may be the system's own business; the mode and the owner are ours.
            with suppress(OSError):
                os.setxattr(descriptor, name, value)
        os.fchmod(descriptor, target.mode)
        os.fsync(descriptor)


def _swap_in(target: Target, temporary: Path, content: bytes, at: Seam) -> Refusal | None:
    path = target.path
    if target.content is None:
        try:
            move_to_free(temporary, path)
        except FileExistsError:
            return edited(path)
        return None
    if read(path) != target.content:
        return edited(path)
    try:
        exchanged = exchange(temporary, path)
    except FileNotFoundError:
        return edited(path)
    if not exchanged:
        temporary.replace(path)
        return None
    at("exchanged")
    if read(temporary) == target.content:
        return None
    _give_back(path, temporary, content)
    return edited(path)


def _give_back(path: Path, temporary: Path, content: bytes) -> None:
    exchange(temporary, path)
    if read(temporary) != content:
        # Somebody has already written over ours: that is the newest, and stays.
        exchange(temporary, path)


def _remove(target: Target, temporary: Path, at: Seam) -> Refusal | None:
    if target.content is None:
        return None
    target.path.rename(temporary)
    at("moved away")
    if read(temporary) != target.content:
        move_to_free(temporary, target.path)
        return edited(target.path)
    with suppress(OSError):
        temporary.unlink()
        sync_folder(target.path.parent)
    return None
