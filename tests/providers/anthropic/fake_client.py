"""A script in place of the official client, and how it is asked and watched."""

import json
import os
import stat
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio

from quotaboard.domain.answer import Answer
from quotaboard.domain.secret import Secret
from quotaboard.providers.anthropic.official import client_usage, control_probe

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MODEL = "claude-haiku-4-5"
LONG = timedelta(seconds=20)

_PREAMBLE = f"""#!{sys.executable} -IS
import json, os, signal, sys, time
here = os.path.dirname(os.path.abspath(__file__))
def note(name, value):
    with open(os.path.join(here, name + ".part"), "w") as file:
        json.dump(value, file)
    os.rename(os.path.join(here, name + ".part"), os.path.join(here, name))
def say(**line):
    print(json.dumps(line), flush=True)
def reply(text="ok"):
    say(type="assistant", message={{"model": {MODEL!r}, "content": [{{"type": "text", "text": text}}]}})
def result(**fields):
    say(**({{"type": "result", "is_error": False, "result": "ok", "usage": {{"output_tokens": 4}}}} | fields))
note("pid", os.getpid())
"""


def write_client(folder: Path, code: str) -> Path:
    """A client that does what the code says; it can `note` facts in the folder where it lies."""
    path = folder / "claude"
    path.write_text(_PREAMBLE + code, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


async def probed(
    client: Path,
    *,
    patience: timedelta = LONG,
    secret: Secret | None = None,
    base_url: str | None = None,
    config_dir: Path | None = None,
    around: Mapping[str, str] | None = None,
) -> Answer:
    return await control_probe(
        client,
        MODEL,
        environment={"PATH": os.environ["PATH"], "HOME": "/home/somebody", **(around or {})},
        secret=secret,
        config_dir=config_dir,
        base_url=base_url,
        clock=lambda: NOW,
        patience=patience,
    )


async def usage_from(client: Path, patience: timedelta = LONG) -> Answer | None:
    return await client_usage(
        client,
        environment={"PATH": os.environ["PATH"], "HOME": "/home/somebody"},
        config_dir=None,
        base_url=None,
        clock=lambda: NOW,
        patience=patience,
    )


def noted(client: Path, name: str) -> Any:
    return json.loads((client.parent / name).read_text(encoding="utf-8"))


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def until_noted(client: Path, name: str) -> Any:
    with anyio.fail_after(30):
        while not (client.parent / name).exists():  # noqa: ASYNC110 - told by another process
            await anyio.sleep(0.005)
    return noted(client, name)


def is_running(pid: int) -> bool:
    """Whether it still runs; what is dead and not yet collected by init does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except OSError:
        return not Path("/proc/self").exists()
    return state not in "ZX"


async def is_gone(pid: int) -> bool:
    with anyio.move_on_after(20):
        while is_running(pid):  # noqa: ASYNC110 - another process, which is not our child
            await anyio.sleep(0.005)
        return True
    return False


def is_collected(client: Path) -> bool:
    """Neither running nor a zombie of ours. One may be stopped before it has noted its number."""
    try:
        os.kill(noted(client, "pid"), 0)
    except (ProcessLookupError, FileNotFoundError):
        return True
    return False
