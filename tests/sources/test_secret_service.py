"""A real Secret Service, started for one child process: no desktop, no privileges, about a second."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")

START = """
printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
exec "$0" -c "$1"
"""

SESSION = """
import os, time
from datetime import datetime, timedelta, UTC
from pathlib import Path

import keyring, secretstorage
from quotaboard.domain.secret import Secret
from quotaboard.sources import keyring_store
from quotaboard.sources.base import Surroundings, Wanted

state, now, canary = Path("state"), datetime.now(UTC), Secret("sk-ant-oat01-FAKE-canary")

# The daemon answers before it has its collection; there is nothing to wait on but the answer.
until = time.monotonic() + 20
while time.monotonic() < until:
    stored = keyring_store.store("work", "anthropic", canary, state_dir=state, now=now)
    if hasattr(stored, "backend"):
        break
    time.sleep(0.05)
print("backend:", stored)

around = Surroundings({}, Path.cwd(), now, state)
found = keyring_store.read(Wanted("work"), around)
assert found.secret == canary, found
print("read:", found.credential.found_in)

connection = secretstorage.dbus_init()
secretstorage.get_default_collection(connection).lock()
keyring_store.forget()
started = time.monotonic()
print("locked:", keyring_store.read(Wanted("work"), around).trouble)
assert time.monotonic() - started < 10

print("index:", "canary" not in (state / "keys.json").read_text())
"""


@pytest.mark.secret_service
def test_a_real_secret_service_keeps_our_items(tmp_path: Path) -> None:
    if missing := [command for command in NEEDED if shutil.which(command) is None]:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: dbus gnome-keyring)")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(ROOT)}
    del environment["PYTHON_KEYRING_BACKEND"]
    finished = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", START, sys.executable, SESSION],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    told = dict(line.split(": ", 1) for line in finished.stdout.splitlines() if ": " in line)
    assert "SecretService" in told["backend"]
    assert told["read"] == "('keyring (work)',)"
    assert told["locked"].startswith("The keyring")
    assert told["index"] == "True"
    assert "canary" not in finished.stdout + finished.stderr
