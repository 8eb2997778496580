"""Whatever commands write is for their user alone, from its first byte, under the most careless of umasks."""

import json
import stat
import subprocess
import sys
from pathlib import Path

from tests.secrecy import canaries
from tests.secrecy.conftest import Scene
from tests.secrecy.test_agents import MOVES, with_hermes

__all__ = ["with_hermes"]

WATCHED = """
import atexit, json, os, stat, sys
os.umask(0)
made, really_open = {}, os.open
def watched(path, flags, mode=0o777, *, dir_fd=None):
    descriptor = really_open(path, flags, mode, dir_fd=dir_fd)
    found = os.fstat(descriptor)
    if flags & os.O_CREAT and not found.st_size:
        made[os.fsdecode(path)] = stat.S_IMODE(found.st_mode)
    return descriptor
os.open = watched
def audited(event, details):
    # Whoever opens a file in the short way has no say in its mode. A temporary folder is private as a whole.
    if event == "open" and set("wax") & set(details[1] or "") and not isinstance(details[0], int):
        path, of_tests = os.fsdecode(details[0]), ("made.json", os.environ["TEST_KEYRING"])
        if not path.startswith((os.environ["TMPDIR"], *of_tests)) and not os.path.exists(path):
            made[path] = 0o666
sys.addaudithook(audited)
os.register_at_fork(after_in_child=made.clear)
def tell():
    with open("made.json", "w") as file:
        json.dump(made, file)
atexit.register(tell)

from quotaboard.cli import main
for words in json.loads(sys.argv[1]):
    main([*words, "--debug"])
"""
"""Runs commands in one process of their own, for a hook of this kind is there to stay."""
FIRST = (("key", "set", "kept"),)
MORE = (("init", "--yes", "--probe-all"), ("report", "--out", "board.html"), ("status", "--refresh"))


def test_no_file_of_any_command_can_be_read_by_others(scene: Scene, with_hermes: Path) -> None:
    (scene.home / ".local/state").mkdir(parents=True)  # not ours, and as private as its owner likes it
    before = set(scene.root.rglob("*"))
    subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps((*FIRST, *MOVES, *MORE))],
        env=scene.environment,
        cwd=scene.root,
        input=canaries.KEPT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    made = json.loads((scene.root / "made.json").read_text())
    assert {name: oct(mode) for name, mode in made.items() if mode & 0o077} == {}
    assert len(made) > 10
    of_tests = {scene.root / "made.json", scene.root / "bin/seen", scene.root / "keyring.json"}
    left = set(scene.root.rglob("*")) - before - of_tests
    open_to_all = {
        str(path.relative_to(scene.root)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in left
        if path.stat().st_mode & 0o077
    }
    assert open_to_all == {}
