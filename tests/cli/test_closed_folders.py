"""Folders that this user may not enter: each is a sentence, and what lies elsewhere is shown all the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cli.person import as_a_person
from tests.conftest import ROOT

COMMANDS = (
    ["status", "--refresh"],
    ["config", "path", "--json"],
    ["themes", "path", "--json"],
    ["doctor"],
    ["init", "--yes"],
    ["line"],
)
FOLDERS = (".config/quotaboard", ".local/state/quotaboard", ".claude", ".hermes", ".codex", ".openclaw")
RUN_ALL = """
import contextlib, io, json, sys
from pathlib import Path
from quotaboard.cli import main

told = {}
for name in json.loads(sys.argv[1]):
    folder, said = Path.home() / name, io.StringIO()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for words in json.loads(sys.argv[2]):
            main(words)
    folder.chmod(0o700)
    told[name] = said.getvalue()
print(json.dumps(told))
"""


def test_no_command_stumbles_over_a_folder_that_is_closed(home: Path) -> None:
    command = [*as_a_person(), sys.executable, "-c", RUN_ALL, json.dumps(FOLDERS), json.dumps(COMMANDS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    finished = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 0, finished.stderr
    for name, told in json.loads(finished.stdout).items():
        assert "bug" not in told, name
        assert "Traceback" not in told, name
