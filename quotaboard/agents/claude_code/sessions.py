"""Claude Code sessions that run now, as far as this user can see them."""

from __future__ import annotations

from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Activity, Running


def sessions(around: Surroundings) -> Running:
    """Processes whose program is `claude`."""
    try:
        folders = [path for path in around.system("/proc").iterdir() if path.name.isdigit()]
    except OSError:
        return Running(Activity.UNKNOWN)
    pids = tuple(sorted(int(path.name) for path in folders if _is_claude(path)))
    if not pids:
        return Running(Activity.STOPPED)
    return Running(Activity.RUNNING, pids, f"{len(pids)} session{'s' if len(pids) > 1 else ''}")


def _is_claude(process: Path) -> bool:
    try:
        arguments = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    program = arguments[0].rpartition(b"/")[2]
    if program == b"claude":
        return True
    script = arguments[1] if len(arguments) > 1 else b""
    return program in (b"node", b"bun") and (script.endswith((b"/claude", b"/claude-code/cli.js")))
