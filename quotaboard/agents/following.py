"""Following files that others write to: only what is new, whole lines, through rotation and truncation."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 1 << 20
"""Bytes read at one time; what a busy log has more than that comes with the next look."""

LONGEST_LINE = 1 << 16
"""A line without end is not kept for ever."""

KNOWN_END = 1 << 10
"""So many bytes before the place that was reached tell a file that goes on from one that began again."""


@dataclass(slots=True)
class Follower:
    """One log file. Begins at its end; what was there before is no news."""

    path: Path
    rotated: Callable[[Path], Path] = lambda path: path.with_name(f"{path.name}.1")
    """Where a rotation by renaming puts the file that was followed."""
    _inode: tuple[int, int] | None = None
    _offset: int = 0
    _rest: bytes = b""
    _skips: bool = False
    """The rest of a line that began before we did."""
    _begun: bool = False
    _end: bytes = field(default=b"", repr=False)
    """The last bytes before the offset."""
    _changed_at: int = 0

    def new_lines(self) -> list[str]:
        """The lines that were finished since the last call. A file that is not there has none."""
        try:
            seen = self.path.stat()
        except OSError:
            self._begun = True
            return []
        inode = (seen.st_dev, seen.st_ino)
        if not stat.S_ISREG(seen.st_mode):
            return []
        if not self._begun:
            self._begin(inode, seen.st_size)
            self._changed_at = seen.st_mtime_ns
            return []
        lines: list[str] = []
        if inode != self._inode:
            lines += self._rest_of_the_old()
            self._inode = inode
            self._begin_again()
        if seen.st_size < self._offset:
            self._begin_again()  # truncated in place
        if seen.st_size > self._offset or seen.st_mtime_ns != self._changed_at:
            lines += self._read(self.path, inode)
        self._changed_at = seen.st_mtime_ns
        return lines

    def _begin_again(self) -> None:
        self._offset, self._rest, self._skips, self._end = 0, b"", False, b""

    def _begin(self, inode: tuple[int, int], size: int) -> None:
        self._begun, self._inode, self._offset = True, inode, size
        self._end = self._end_of(size)
        self._skips = bool(self._end) and not self._end.endswith(b"\n")

    def _end_of(self, size: int) -> bytes:
        try:
            with self.path.open("rb") as file:
                file.seek(max(size - KNOWN_END, 0))
                return file.read(min(size, KNOWN_END))
        except OSError:
            return b""

    def _rest_of_the_old(self) -> list[str]:
        """What was still written before the file was renamed."""
        if self._inode is None:
            return []
        old = self.rotated(self.path)
        try:
            seen = old.stat()
        except OSError:
            return []
        return self._read(old, self._inode) if (seen.st_dev, seen.st_ino) == self._inode else []

    def _read(self, path: Path, inode: tuple[int, int]) -> list[str]:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return []
        with os.fdopen(descriptor, "rb") as file:
            opened = os.fstat(descriptor)
            if (opened.st_dev, opened.st_ino) != inode:
                return []  # renamed in this very moment: the next look sees that
            file.seek(self._offset - len(self._end))
            if file.read(len(self._end)) != self._end:
                # Truncated and written anew since: it is as long as before, or longer, by now.
                self._begin_again()
                file.seek(0)
            raw = file.read(CHUNK)
        self._offset += len(raw)
        self._end = (self._end + raw)[-KNOWN_END:]
        *whole, rest = (self._rest + raw).split(b"\n")
        self._rest = rest if len(rest) <= LONGEST_LINE else b""
        if len(rest) > LONGEST_LINE:
            self._skips = True
        if self._skips and whole:
            del whole[0]
            self._skips = len(rest) > LONGEST_LINE
        return [line.decode("utf-8", "replace").rstrip("\r") for line in whole]
