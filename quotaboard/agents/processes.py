"""What runs on this machine, as `/proc` tells it; where there is none, as on macOS, that is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Activity, Running


def can_be_told(around: Surroundings) -> bool:
    """Whether this system says what runs."""
    return around.system("/proc").is_dir()


def as_running(pids: Sequence[int], around: Surroundings, note: str | None = None) -> Running:
    """What these processes of an agent, and none but these, say of it."""
    if not can_be_told(around):
        return Running()
    return Running(Activity.RUNNING if pids else Activity.STOPPED, tuple(pids), note)


def started_at(pid: int, around: Surroundings) -> int | None:
    """When the process began, in the kernel's ticks since boot; None when there is none of that number."""
    try:
        stat = around.system(f"/proc/{pid}/stat").read_text(errors="replace")
        # The name, in brackets, may hold anything.
        return int(stat.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None


def commands(around: Surroundings) -> Iterator[tuple[int, list[str]]]:
    """Every process of which the command line may be read."""
    try:
        folders = sorted(path for path in around.system("/proc").iterdir() if path.name.isdecimal())
    except OSError:
        return
    for folder in folders:
        try:
            told = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        words = told.rstrip("\0").split("\0")  # a title that a process gave itself need not end in one
        if words[0]:
            yield int(folder.name), words


def named(program: str, around: Surroundings) -> list[int]:
    """The processes that were started under this name, directly or as a script of an interpreter."""
    return [pid for pid, words in commands(around) if any(Path(word).name == program for word in words[:2])]
