"""A real disk that is full: each command says so, no file of an agent is hurt, and later all goes on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from quotaboard.simulator import SimulatedProvider
from tests.conftest import ROOT
from tests.fleet_home import lay_hermes

WHILE_IT_IS_FULL = (
    ["status", "--refresh"],
    ["status"],
    ["line"],
    ["watch", "--once", "--auto-switch"],
    ["snapshot", "--out", "advice.json"],
    ["report", "--out", "board.html"],
    ["record", "--out", "seen.jsonl"],
    ["switch", "hermes", "side"],
    ["alerts", "mute"],
    ["init", "--yes", "--probe-all"],
    ["tmux", "install"],
    ["doctor"],
)
SENTENCES = ("is full", "No space left")

FILL = """
import contextlib, io, json, os, shutil, sys
from pathlib import Path
from quotaboard.cli import main

def run(words):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(words)
    return [words, code, said.getvalue()]

shutil.copytree(sys.argv[1], Path.home(), dirs_exist_ok=True, symlinks=True)
os.chdir(Path.home())
told = [run(["status", "--refresh"])]
ballast, before = Path("ballast"), Path(".hermes/config.yaml").read_bytes()
with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
    while True:
        file.write(bytes(1024))
told += map(run, json.loads(sys.argv[2]))
same = Path(".hermes/config.yaml").read_bytes() == before
ballast.unlink()
after = [run(words) for words in (["status", "--refresh"], ["switch", "hermes", "side"], ["undo", "hermes"])]
print(json.dumps([told, same, after, Path(".hermes/config.yaml").read_bytes() == before]))
"""
"""The home is laid on the small disk, used, and filled up."""


@pytest.mark.soak
def test_no_command_is_broken_by_a_disk_that_is_full_nor_breaks_a_file(
    provider: SimulatedProvider, home: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    accounts = provider.scenario.accounts
    lay_hermes(home, provider.base_url, {"main": accounts[0].token, "side": accounts[-1].token}, "main")
    mount = f'mount -t tmpfs -o size=1500k tmpfs {disk} && exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("this user may mount no small disk to fill")
    environment = {**os.environ, "HOME": str(disk), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "QUOTABOARD_STATE_DIR", "QUOTABOARD_CONFIG"):
        if name in environment:
            environment[name] = environment[name].replace(str(home), str(disk))
    done = subprocess.run(
        [*command, sys.executable, "-c", FILL, str(home), json.dumps(WHILE_IT_IS_FULL)],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (first, *told), same, after, same_again = json.loads(done.stdout)
    assert first[1] == 0, first
    for words, code, said in told:
        assert "Traceback" not in said, words
        assert "bug" not in said, words
        assert code == 0 or any(sentence in said for sentence in SENTENCES), (words, said)
    codes = {" ".join(words): code for words, code, _ in told}
    assert (codes["status --refresh"], codes["status"], codes["line"]) == (0, 0, 0), "what is known is shown"
    assert codes["switch hermes side"] == 1
    assert same, "the agent's file is as it was"
    assert [code for _, code, _ in after] == [0, 0, 0], after
    assert same_again
