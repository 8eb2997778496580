"""Goes to the tmux pane in which a process runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence

PATIENCE = 5.0
"""Seconds that tmux and ps are given."""

Panes = Mapping[int, str]
"""The id of each pane, by the process that tmux started in it."""


def go_to_pane(pids: Sequence[int], environ: Mapping[str, str]) -> str | None:
    """Show the pane of the first of these processes that is in one; else one sentence on why not. Blocks."""
    if not environ.get("TMUX"):
        return "quotaboard does not run in tmux here, so it cannot go to a pane."
    if (tmux := shutil.which("tmux")) is None:
        return "The program tmux is not on the PATH, so no pane can be shown."
    listed = _said(tmux, "list-panes", "-a", "-F", "#{pane_pid} #{pane_id}")
    processes = _said("ps", "-e", "-o", "pid=,ppid=")
    if listed is None or processes is None:
        return "tmux did not say which panes there are."
    pane = pane_of(pids, panes_in(listed), parents_in(processes))
    if pane is None:
        return "It runs, but in no pane of this tmux."
    if any(_said(tmux, word, "-t", pane) is None for word in ("select-window", "select-pane")):
        return f"tmux did not go to its pane, {pane}."
    here, there = (_session(tmux, one) for one in (environ.get("TMUX_PANE", ""), pane))
    # In another session it is selected, but the terminal has to be shown that session too.
    if here != there and _said(tmux, "switch-client", "-t", pane) is None:
        return f"Its pane is in the session {_name(tmux, pane)}, which tmux did not switch to."
    return None


def _session(tmux: str, pane: str) -> str | None:
    """The id of the session that a pane is in."""
    return _said(tmux, "display-message", "-p", "-t", pane, "#{session_id}")


def _name(tmux: str, pane: str) -> str:
    return (_said(tmux, "display-message", "-p", "-t", pane, "#{session_name}") or "of its own").strip()


def pane_of(pids: Sequence[int], panes: Panes, parents: Mapping[int, int]) -> str | None:
    """The pane whose process is one of these, or an ancestor of one."""
    for pid in pids:
        here, seen = pid, set[int]()
        while here > 1 and here not in seen:
            if here in panes:
                return panes[here]
            seen.add(here)
            here = parents.get(here, 0)
    return None


def panes_in(listed: str) -> dict[int, str]:
    """What `list-panes` printed."""
    rows = (row.split() for row in listed.splitlines())
    return {int(row[0]): row[1] for row in rows if len(row) == 2 and row[0].isdecimal()}


def parents_in(listed: str) -> dict[int, int]:
    """What `ps` printed: each process and its parent."""
    rows = (row.split() for row in listed.splitlines())
    return {int(row[0]): int(row[1]) for row in rows if len(row) == 2 and all(map(str.isdecimal, row))}


def _said(*words: str) -> str | None:
    """What a program printed; None when it failed."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
