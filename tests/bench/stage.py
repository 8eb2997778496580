"""What is measured on: four credentials, the embedded provider in its own process, and a filled store."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from quotaboard.simulator import load_scenario
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = Path(__file__).with_name("four.toml")
ENTRY = "import sys; from quotaboard.cli import main; sys.exit(main())"
"""What the console script does, without asking where it is installed."""

BARE_APP = """\
from textual.app import App
from textual.widgets import Static


class Bare(App):
    def compose(self):
        yield Static("here it is")


Bare().run()
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything is, and how much patience there is."""

    folder: Path
    environment: dict[str, str] = field(repr=False)
    runs: int
    """How often each of two things is timed, one after the other in turn."""
    seconds: float
    """How long a board that nobody touches is watched."""

    def quotaboard(self, *words: str) -> list[str]:
        return [sys.executable, "-c", ENTRY, *words]

    def python(self, code: str) -> list[str]:
        return [sys.executable, "-c", code]

    @property
    def bare_app(self) -> list[str]:
        return [sys.executable, str(self.folder / "bare.py")]


@contextmanager
def set_stage(*, runs: int, seconds: float) -> Iterator[Stage]:
    """A home with a config, a provider that answers, and a store that has seen every lane once."""
    with TemporaryDirectory(prefix="quotaboard-bench-") as name:
        folder = Path(name)
        environment = _environment(folder)
        with _provider(environment) as base_url:
            _write_config(folder, environment, base_url)
            (folder / "bare.py").write_text(BARE_APP)
            stage = Stage(folder, environment, runs, seconds)
            _run(stage.quotaboard("status", "--refresh", "--json"), stage)
            _warm_up(stage)
            yield stage


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {
        **kept,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "PYTHONPATH": str(ROOT),
        # Compiled once for this run, wherever the modules are, and nothing is left beside them.
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TZ": "UTC",
    }


@contextmanager
def _provider(environment: dict[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "quotaboard.simulator", str(SCENARIO)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as provider:
        try:
            assert provider.stdout is not None
            for line in provider.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    yield found[0]
                    break
        finally:
            provider.terminate()


def _write_config(folder: Path, environment: dict[str, str], base_url: str) -> None:
    parts = []
    for account in load_scenario(SCENARIO).accounts:
        variable = f"BENCH_{account.name.upper()}"
        environment[variable] = account.token
        parts += [
            "[[credentials]]",
            f'name = "{account.name}"',
            f'source = "env:{variable}"',
            f'base_url = "{base_url}"',
            "probe = true",
            f"models = {json.dumps(list(account.models))}",
            'shapes = ["plain", "tools"]',
            "",
        ]
    config = folder / "config" / "quotaboard" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("\n".join(parts))


def _warm_up(stage: Stage) -> None:
    """Have every module compiled: a process that compiles is slower, and keeps some of the memory it took."""
    for words in (("line",), ("status", "--json"), ("--version",)):
        _run(stage.quotaboard(*words), stage)
    for command, text in ((stage.bare_app, "here it is"), (stage.quotaboard(), "GATED")):
        with Terminal(command, stage.environment, cwd=stage.folder) as terminal:
            terminal.wait_for(text)
            terminal.settle(1.5)


def _run(command: list[str], stage: Stage) -> None:
    done = subprocess.run(
        command,
        env=stage.environment,
        cwd=stage.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[3:]} ended with {done.returncode}: {done.stderr.strip()}")
