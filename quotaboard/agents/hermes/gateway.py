"""Whether Hermes's gateway runs: its lock says so, and its pid file says which process."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.agents.processes import can_be_told, started_at
from quotaboard.agents.reading import mapping, read_document
from quotaboard.domain.agent import Activity, Refusal, Running


def gateway(home: Path, around: Surroundings) -> Running:
    """The gateway of this home. The lock is asked for only when its process is there, and let go at once."""
    document = read_document(home / "gateway.pid")
    if isinstance(document, Refusal):
        return Running(Activity.UNKNOWN)
    if not document:
        document = read_document(home / "gateway.lock")
    pid = mapping(document).get("pid")
    if not isinstance(pid, int):
        return Running(Activity.STOPPED)
    if can_be_told(around) and not _is_alive(pid, mapping(document).get("start_time"), around):
        return Running(Activity.STOPPED)
    held = _is_held(home / "gateway.lock")
    if held is False:
        return Running(Activity.STOPPED)
    return Running(Activity.RUNNING if held else Activity.UNKNOWN, (pid,), "gateway")


def _is_alive(pid: int, start_time: object, around: Surroundings) -> bool:
    """Whether that very process runs, and not another one that was given its number since."""
    began = started_at(pid, around)
    return began is not None and (start_time is None or str(began) == str(start_time))


def _is_held(path: Path) -> bool | None:
    """Whether somebody holds the lock; None when that cannot be found out."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    else:
        return False
    finally:
        os.close(descriptor)
