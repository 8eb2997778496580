"""Asks another program of this machine, such as tmux."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from quotaboard.domain.passed_on import passed_on

PATIENCE = 5.0
"""Seconds that a program is given to answer."""


def run(
    words: Sequence[str], environment: Mapping[str, str], patience: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """What it printed. It gets no key of the environment, and nothing that is typed here.

    Raises OSError where it cannot be started, and subprocess.TimeoutExpired.
    """
    return subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=patience,
        env=passed_on(environment),
    )
