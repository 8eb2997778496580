"""The renames that Python does not offer: two files exchanged, and one moved only where nothing is."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD = -100
_NOREPLACE = 1
_EXCHANGE = 2

_UNABLE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What kernels and file systems say that do not know these renames."""


def exchange(first: Path, second: Path) -> bool:
    """Whether the two files have changed places; False when that is not possible here. Raises OSError."""
    return _renameat2(first, second, _EXCHANGE)


def move_to_free(source: Path, target: Path) -> None:
    """Give the file a name that nobody has yet. Raises OSError, FileExistsError among them."""
    if _renameat2(source, target, _NOREPLACE):
        return
    os.link(source, target)
    source.unlink()


def _renameat2(source: Path, target: Path, flags: int) -> bool:
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flags) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(target))
