"""Talks to tmux: its version, whether a server runs, its options, and what it makes of a config."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quotaboard.cli.tmux.block import PIECE
from quotaboard.poll.programs import run

OLDEST = (3, 0)
"""The first whose formats can do what our lines ask for."""


@dataclass(frozen=True, slots=True)
class Said:
    """What tmux answered."""

    ok: bool
    text: str


def program() -> str | None:
    """Where tmux is; None where it is not installed."""
    return shutil.which("tmux")


def say(*words: str) -> Said:
    """One command to the server that is meant here: that of the pane, else the user's own."""
    found = program()
    if found is None:
        return Said(False, "tmux is not on the PATH")
    try:
        done = run([found, *words], os.environ)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Said(False, f"tmux did not answer ({type(error).__name__})")
    return Said(done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).rstrip("\n"))


def version() -> tuple[str, tuple[int, int] | None]:
    """`tmux 3.3a` as it says itself, and as numbers; builds of the newest are newer than any number."""
    said = say("-V").text
    if "master" in said or "next" in said:
        return said, (99, 0)
    found = re.search(r"(\d+)\.(\d+)", said)
    return said, (int(found[1]), int(found[2])) if found else None


def runs() -> bool:
    return say("list-sessions").ok


def option(name: str) -> str | None:
    """The value of a global option; None when this tmux has none of that name."""
    said = say("show-options", "-gv", name)
    if not said.ok:
        said = say("show-options", "-sv", name)
    return said.text if said.ok else None


def client_features() -> str | None:
    """What tmux knows of the terminal outside; None outside of tmux."""
    return say("display-message", "-p", "#{client_termfeatures}").text if os.environ.get("TMUX") else None


def objection(content: bytes) -> str | None:
    """What tmux has against a config, asked of a server of our own that only parses it; None for nothing."""
    found = program()
    if found is None:
        return None
    with tempfile.TemporaryDirectory(prefix="quotaboard-") as folder:
        file = Path(folder) / "tmux.conf"
        file.write_bytes(content)
        words = [found, "-S", f"{folder}/socket", "-f", os.devnull]
        try:
            done = run([*words, "start-server", ";", "source-file", "-n", str(file)], os.environ)
        except (OSError, subprocess.TimeoutExpired):
            return None
    return done.stderr.strip().replace(str(file), "the config") or None if done.returncode else None


def learn(body: bytes) -> str | None:
    """Let the running server read our lines; what it said when it did not.

    Ours alone: whatever else stands in a config, such as a plugin or an option that is added to, is not
    meant to be read twice.
    """
    with tempfile.TemporaryDirectory(prefix="quotaboard-") as folder:
        file = Path(folder) / "tmux.conf"
        file.write_bytes(body)
        said = say("source-file", str(file))
    return None if said.ok else said.text


def forget() -> Sequence[str]:
    """Take our piece out of the running server, as reading a file again cannot; what went wrong."""
    value = option("status-right")
    if value is None:
        return ("tmux did not say what its status line is",)
    steps = [say("set-option", "-g", "status-right", value.replace(f" {PIECE}", "").replace(PIECE, ""))]
    if length := option("@quotaboard_length"):
        steps.append(say("set-option", "-g", "status-right-length", length))
    steps += [say("set-option", "-gu", name) for name in ("@quotaboard", "@quotaboard_length")]
    return [step.text for step in steps if not step.ok]
