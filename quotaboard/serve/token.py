"""The token that every reader must show: a file of its owner's alone from its first byte."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from quotaboard.domain.secret import Secret

NAME = "serve.token"
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_LONG_ENOUGH = re.compile(r"[A-Za-z0-9_-]{32,256}")


class TokenTrouble(Exception):  # noqa: N818 - expected trouble, told as a sentence
    """There is no token that could be relied on."""


def token_of(folder: Path) -> Secret:
    """The token in this folder, made on first use. Raises TokenTrouble."""
    path = folder / NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _read(path) or _made(path)
    except OSError as error:
        raise TokenTrouble(f"The token {path} cannot be kept: {error.strerror or error}.") from error


def _read(path: Path) -> Secret | None:
    """None when there is none yet. A link is not followed, and what others may read is no secret."""
    try:
        descriptor = os.open(path, os.O_RDONLY | NO_LINK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        if not _is_ours_alone(os.fstat(descriptor)):
            raise TokenTrouble(
                f"{path} can be read by others. Delete it, and a new token is made at the next start."
            )
        text = file.read(1000).strip()
    if not _LONG_ENOUGH.fullmatch(text):
        raise TokenTrouble(f"{path} holds no token. Delete it, and one is made at the next start.")
    return Secret(text)


def _is_ours_alone(seen: os.stat_result) -> bool:
    """Windows has other means, and a state folder that is its owner's alone."""
    return os.name == "nt" or (not seen.st_mode & 0o077 and seen.st_uid == os.geteuid())


def _made(path: Path) -> Secret:
    """Written whole under another name first, so that nobody ever reads half of one."""
    token = secrets.token_urlsafe(32)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):  # another process was faster: its token counts
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    made = _read(path)
    if made is None:
        raise TokenTrouble(f"{path} vanished while it was made.")
    return made
