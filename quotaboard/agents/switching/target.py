"""The file behind a path, with everything about it that a replacement must keep."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from quotaboard.domain.agent import Refusal, RefusalKind

LIMIT = 8 << 20
"""Bytes. A config is a thousandth of this."""


@dataclass(frozen=True, slots=True)
class Target:
    """A regular file at the end of its links, as it was when it was looked at; or the place for a new one."""

    path: Path
    """Where it really lies."""
    content: bytes | None = field(repr=False)
    """None when there is no such file."""
    mode: int = 0o600
    owner: tuple[int, int] | None = None
    """User and group; None for a new file, which is to be its maker's."""
    attributes: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def examine(path: Path, *, uid: int | None = None) -> Target | Refusal:
    """The file that is to be replaced, or why it must not be. `uid`: who asks, by default this process."""
    uid = os.geteuid() if uid is None else uid
    try:
        real = path.resolve(strict=False)
        if not real.exists():
            return _absent(path, real)
        seen = real.stat()
        refusal = _refusal(path, real, seen, uid)
        if refusal:
            return refusal
        return Target(
            real, read(real), stat.S_IMODE(seen.st_mode), (seen.st_uid, seen.st_gid), _attributes(real)
        )
    except (OSError, RuntimeError) as error:
        return failed(path, error)


def read(path: Path) -> bytes:
    """The content of a file that was seen to be a regular one. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise OSError(0, f"it is larger than {LIMIT >> 20} MiB")
    return content


def content_of(path: Path) -> bytes | None:
    """The content behind the path, None when there is no file. Raises OSError."""
    try:
        return read(path.resolve())
    except FileNotFoundError:
        return None


def failed(path: Path, error: BaseException) -> Refusal:
    """What the system said when it refused."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    sentence = f"{path} cannot be written ({reason}): see to that, then try again. Nothing was changed."
    return Refusal(RefusalKind.FAILED, sentence, str(path))


def _absent(path: Path, real: Path) -> Target | Refusal:
    if path.is_symlink():
        sentence = f"{path} is a link to {real}, which is not there: restore that file."
        return Refusal(RefusalKind.BROKEN, sentence, str(path))
    if not real.parent.is_dir():
        sentence = f"There is no folder {real.parent}: start the agent once, so that it makes it."
        return Refusal(RefusalKind.BROKEN, sentence, str(path))
    # What root makes in a user's folder is to be the user's.
    above = real.parent.stat()
    return Target(real, None, owner=(above.st_uid, above.st_gid) if os.geteuid() == 0 else None)


def _refusal(path: Path, real: Path, seen: os.stat_result, uid: int) -> Refusal | None:
    def because(kind: RefusalKind, sentence: str) -> Refusal:
        return Refusal(kind, sentence, str(path))

    link = f" (through the link {path})" if real != path.absolute() else ""
    if not stat.S_ISREG(seen.st_mode):
        return because(RefusalKind.BROKEN, f"{real}{link} is not a file: move it away.")
    if uid not in (0, seen.st_uid):
        return because(
            RefusalKind.FOREIGN,
            f"{real}{link} belongs to another user ({seen.st_uid}): switch as that user.",
        )
    if not seen.st_mode & stat.S_IWUSR:
        return because(
            RefusalKind.READ_ONLY,
            f"{real}{link} is read-only, so somebody wants it to stay as it is: "
            f"allow writing (chmod u+w) or change it where it is made.",
        )
    if seen.st_nlink > 1:
        return because(
            RefusalKind.LINKED,
            f"{real}{link} has {seen.st_nlink} names (hard links), and a replacement would part them: "
            "use a symbolic link instead.",
        )
    if not os.access(real.parent, os.W_OK | os.X_OK):
        return because(
            RefusalKind.READ_ONLY,
            f"Nothing can be written in {real.parent}: allow that, or switch as its owner.",
        )
    return None


def _attributes(path: Path) -> dict[str, bytes]:
    """Extended attributes, access lists among them, where the system has them."""
    kept: dict[str, bytes] = {}
    with suppress(OSError, AttributeError):
        for name in os.listxattr(path):
            kept[name] = os.getxattr(path, name)
    return kept
