"""Finds the tmux panes in which processes run, and goes to one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from quotaboard.poll.programs import run

BETWEEN = "<|>"
"""Between two fields; tmux would write a tab as `_` where the locale has no UTF-8."""
FIELDS = (
    *("pane_pid", "pane_id", "session_name", "window_index", "pane_index", "window_name"),
    *("host", "pane_current_path", "pane_title"),
)


class Pane(NamedTuple):
    """A pane of any session."""

    id: str
    session: str
    window: str
    """Its number in the session."""
    pane: str
    """Its number in the window."""
    called: str
    """What runs there, as it says itself; else the name of the window."""
    path: str


Panes = Mapping[int, Pane]
"""By the process that tmux started in it."""


def panes_of(pids: Sequence[int], environ: Mapping[str, str]) -> list[Pane] | str:
    """The panes in which these processes run; else one sentence on why there is none. Blocks."""
    if not environ.get("TMUX"):
        return "quotaboard does not run in tmux here, so it cannot go to a pane."
    if (tmux := shutil.which("tmux")) is None:
        return "The program tmux is not on the PATH, so no pane can be shown."
    form = BETWEEN.join(f"#{{{field}}}" for field in FIELDS)
    listed = _said([tmux, "-u", "list-panes", "-a", "-F", form], environ)
    processes = _said(["ps", "-e", "-o", "pid=,ppid="], environ)
    if listed is None or processes is None:
        return "tmux did not say which panes there are."
    known, parents = panes_in(listed), parents_in(processes)
    here = {pane.id for pid in pids if (pane := pane_of(pid, known, parents)) is not None}
    found = {pane.id: pane for pane in known.values() if pane.id in here}  # one may be in two sessions
    return list(found.values()) or "It runs, but in no pane of this tmux."


def go_to_pane(pane: str, environ: Mapping[str, str]) -> str | None:
    """Show the pane of this id; else one sentence on why not. Blocks."""
    tmux = shutil.which("tmux") or "tmux"
    if any(_said([tmux, word, "-t", pane], environ) is None for word in ("select-window", "select-pane")):
        return f"tmux did not go to its pane, {pane}."
    here, there = (_session(tmux, one, environ) for one in (environ.get("TMUX_PANE", ""), pane))
    # In another session it is selected, but the terminal has to be shown that session too.
    if here != there and _said([tmux, "switch-client", "-t", pane], environ) is None:
        return f"Its pane is in the session {_name(tmux, pane, environ)}, which tmux did not switch to."
    return None


def _session(tmux: str, pane: str, environ: Mapping[str, str]) -> str | None:
    """The id of the session that a pane is in."""
    return _said([tmux, "display-message", "-p", "-t", pane, "#{session_id}"], environ)


def _name(tmux: str, pane: str, environ: Mapping[str, str]) -> str:
    words = [tmux, "display-message", "-p", "-t", pane, "#{session_name}"]
    return (_said(words, environ) or "of its own").strip()


def pane_of(pid: int, panes: Panes, parents: Mapping[int, int]) -> Pane | None:
    """The pane whose process is this one, or an ancestor of it."""
    here, seen = pid, set[int]()
    while here > 1 and here not in seen:
        if here in panes:
            return panes[here]
        seen.add(here)
        here = parents.get(here, 0)
    return None


def panes_in(listed: str) -> dict[int, Pane]:
    """What `list-panes` printed."""
    return dict(_panes(listed))


def _panes(listed: str) -> Iterator[tuple[int, Pane]]:
    for row in listed.splitlines():
        fields = row.split(BETWEEN, len(FIELDS) - 1)
        if len(fields) == len(FIELDS) and fields[0].isdecimal():
            pid, pane_id, session, window, pane, name, host, path, title = fields
            # A title that nobody has set is the machine's name.
            called = title if title and title not in {host, host.partition(".")[0]} else name
            yield int(pid), Pane(pane_id, session, window, pane, called, path)


def parents_in(listed: str) -> dict[int, int]:
    """What `ps` printed: each process and its parent."""
    rows = (row.split() for row in listed.splitlines())
    return {int(row[0]): int(row[1]) for row in rows if len(row) == 2 and all(map(str.isdecimal, row))}


def _said(words: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """What a program printed; None when it failed."""
    try:
        done = run(words, environ)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
