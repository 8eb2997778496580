"""Claude Code sessions that run now, as far as this user can see them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from quotaboard.agents.base import Surroundings
from quotaboard.agents.processes import as_running, commands
from quotaboard.domain.agent import Running

OF_ITS_SCRIPT = ("/claude", "/claude-code/cli.js")


def sessions(around: Surroundings) -> Running:
    """Processes whose program is `claude`."""
    pids = sorted(pid for pid, words in commands(around) if _is_claude(words))
    note = f"{len(pids)} session{'s' if len(pids) > 1 else ''}" if pids else None
    return as_running(pids, around, note)


def _is_claude(words: Sequence[str]) -> bool:
    program = PurePath(words[0]).name
    if program == "claude":
        return True
    return program in ("node", "bun") and len(words) > 1 and words[1].endswith(OF_ITS_SCRIPT)
