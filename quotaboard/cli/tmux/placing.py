"""Which file of tmux is meant, and the change to it, written as carefully as a switch."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quotaboard.agents.switching.replacing import replace, temporary_name
from quotaboard.agents.switching.target import Target, examine
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.cli.tmux import server
from quotaboard.cli.tmux.block import Foreign, body_for, find, put_in, take_out
from quotaboard.domain.agent import Refusal, RefusalKind

STORES = ("/nix/", "/gnu/store/")
"""Where files are made by somebody's deployment."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it is and as it shall be. Nothing has been written yet."""

    path: Path
    target: Target
    after: bytes | None
    """None: it is removed."""

    @property
    def diff(self) -> str:
        return masked_diff(str(self.path), self.target.content, self.after)

    @property
    def is_needed(self) -> bool:
        return self.target.content != self.after

    def write(self) -> Refusal | None:
        """Put it there in one step, if the file is still what it was."""
        return replace(self.target, temporary_name(self.target.path), self.after)


def candidates(home: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where tmux looks, in its order."""
    base = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return (home / ".tmux.conf", base / "tmux/tmux.conf")


def chosen(home: Path, environment: Mapping[str, str]) -> Path:
    """The file that holds our lines; else the one that is there; else the one that tmux looks for first."""
    first, second = candidates(home, environment)
    for path in (first, second):
        if holds_block(path):
            return path
    if first.exists() or first.is_symlink():
        return first
    return second if second.exists() or second.is_symlink() or second.parent.is_dir() else first


def holds_block(path: Path) -> bool:
    try:
        return find(path.read_bytes()) is not None
    except OSError:
        return False


def plan_install(path: Path, command: str) -> Change | Refusal:
    """Our lines at the end of the file, or renewed where they are."""
    target = _examined(path)
    if isinstance(target, Refusal):
        return target
    after = put_in(target.content, body_for(command))
    if isinstance(after, Foreign):
        return _foreign(path, after)
    if (said := server.objection(after)) and not server.objection(target.content or b""):
        return Refusal(
            RefusalKind.UNSUPPORTED,
            f"tmux could not read {path} with our lines ({said}): nothing was written.",
        )
    return Change(path, target, after)


def plan_uninstall(path: Path) -> Change | Refusal:
    """The file without our lines."""
    target = _examined(path)
    if isinstance(target, Refusal):
        return target
    after = take_out(target.content or b"")
    if isinstance(after, Foreign):
        return _foreign(path, after)
    return Change(path, target, after if target.content is not None else None)


def command() -> str | Refusal:
    """How tmux starts this program, wherever it is started from."""
    found = shutil.which("quotaboard")
    start = shlex.quote(found) if found else f"{shlex.quote(sys.executable)} -m quotaboard"
    if any(sign in start for sign in "()\n%") or not start.isprintable():
        return Refusal(
            RefusalKind.UNSUPPORTED,
            f"tmux cannot run a program whose path is {start}: put it somewhere without brackets and %.",
        )
    return f"{start} line --format tmux"


def _examined(path: Path) -> Target | Refusal:
    real = str(path.resolve())
    if real.startswith(STORES):
        sentence = (
            f"{path} is made by your system ({real}): add the line there. `quotaboard tmux --help` says how."
        )
        return Refusal(RefusalKind.MANAGED, sentence, str(path))
    return examine(path)


def _foreign(path: Path, found: Foreign) -> Refusal:
    return Refusal(RefusalKind.EDITED, f"{path}:{found.line}: {found.sentence}", str(path), found.line)
