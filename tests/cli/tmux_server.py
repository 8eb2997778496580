"""A tmux of a test's own: its own socket, its own config, and nothing of the user's."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pytest

from tests.conftest import ROOT
from tests.terminal import Terminal

QUOTABOARD = f"{sys.executable} -m quotaboard"


class Tmux:
    """One server, which ends with the test."""

    def __init__(self, environment: Mapping[str, str], config: Path | None, socket: str) -> None:
        found = shutil.which("tmux")
        if found is None:
            pytest.skip("tmux is not installed")
        self.environment = environment
        self.words = [found, "-L", socket, "-f", str(config or os.devnull)]

    def run(self, *words: str) -> str:
        """What a command of tmux printed."""
        done = subprocess.run(
            [*self.words, *words],
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attach(self, columns: int, lines: int) -> Terminal:
        """A terminal that shows the session."""
        return Terminal([*self.words, "attach"], self.environment, columns=columns, lines=lines)

    @property
    def socket(self) -> str:
        """As the variable TMUX has it inside."""
        return self.run("display-message", "-p", "#{socket_path},#{pid},0").strip()


@contextmanager
def tmux_server(
    *,
    config: Path | None = None,
    size: tuple[int, int] = (120, 12),
    command: str = "cat",
    socket: str | None = None,
) -> Iterator[Tmux]:
    """A server with one session in which a command runs. `default` is the socket of a user's own server."""
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"TMUX", "TMUX_PANE"}},
        "PYTHONPATH": str(ROOT),
        "TMUX_TMPDIR": os.environ["HOME"],
        "LANG": "C.UTF-8",
    }
    server = Tmux(environment, config, socket or f"quotaboard-{token_hex(6)}")
    width, height = size
    server.run("new-session", "-d", "-x", str(width), "-y", str(height), command)
    try:
        yield server
    finally:
        subprocess.run([*server.words, "kill-server"], env=environment, check=False, capture_output=True)
