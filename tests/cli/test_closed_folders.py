"""Folders that this user may not enter: each is a sentence, and what lies elsewhere is shown all the same."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

COMMANDS = (
    ["status", "--refresh"],
    ["config", "path", "--json"],
    ["themes", "path", "--json"],
    ["doctor"],
    ["init", "--yes"],
    ["line"],
)
RUN_ALL = (
    "import json, sys; from quotaboard.cli import main; print([main(one) for one in json.loads(sys.argv[1])])"
)


def as_a_person() -> list[str]:
    """Root may enter everything, unless it gives up the right to."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may enter every folder, and there is no setpriv to give that up")
    rights = "-dac_override,-dac_read_search"
    return [setpriv, "--bounding-set", rights, "--inh-caps", rights]


@pytest.mark.parametrize(
    "closed",
    [".config/quotaboard", ".local/state/quotaboard", ".claude", ".hermes", ".codex", ".openclaw"],
)
def test_no_command_stumbles_over_a_folder_that_is_closed(home: Path, closed: str) -> None:
    folder = home / closed
    folder.mkdir(parents=True)
    folder.chmod(0)
    try:
        finished = subprocess.run(
            [*as_a_person(), sys.executable, "-c", RUN_ALL, json.dumps(COMMANDS)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        folder.chmod(0o700)
    assert finished.returncode == 0, finished.stderr
    told = finished.stdout + finished.stderr
    assert "bug" not in told
    assert "Traceback" not in told
