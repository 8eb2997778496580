"""A home full of canaries, and a provider that repeats each that it is sent."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

import pytest

from quotaboard.cli import main
from tests.conftest import ROOT, log_put_back
from tests.secrecy import canaries
from tests.secrecy.echo_server import EchoServer

Entry = tuple[str, str, tuple[str, ...], tuple[str, ...]]
Ended = tuple[int, str]
"""The exit code of a command, and all that it said."""

ENTRY = "import sys; from quotaboard.cli import main; sys.exit(main())"

CLIENT = f"""#!{sys.executable} -IS
import json, os, sys
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "seen"), "a") as file:
    json.dump({{"argv": sys.argv, "environment": dict(os.environ)}}, file)
    file.write("\\n")
token = ""
for name in os.listdir("/proc/self/fd"):
    try:
        token = token or (os.read(int(name), 400).decode() if int(name) > 2 else "")
    except OSError:
        pass
print(json.dumps({{"type": "result", "is_error": True, "result": f"API Error: 400 {{token}}"}}), flush=True)
print(f"{{token}}", file=sys.stderr)
"""
"""In place of the official client: it notes what it was given, and says the token that it was handed."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One person's machine."""

    root: Path
    server: EchoServer
    environment: dict[str, str] = field(repr=False)
    sources: tuple[Path, ...] = ()
    """Files that hold tokens because their owners put them there."""
    looks: tuple[Ended, ...] = ()
    """The commands that were run in it already."""

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return self.home / ".local/state/quotaboard"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", ENTRY, *words]

    def run(self, *words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run quotaboard in a process of its own."""
        return subprocess.run(
            self.command(*words),
            env=self.environment | variables,
            cwd=self.root,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def run_each(self, *commands: tuple[str, ...], stdin: str = "", **variables: str) -> list[Ended]:
        """Run commands one after the other in this process: how each ended, and all that it said.

        A process of theirs would cost more than all that they do; what is about processes has its own tests.
        """
        ended = []
        environment = patch.dict(os.environ, self.environment | variables, clear=True)
        keyring = patch("keyring.core._keyring_backend", None)
        given = patch("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with environment, keyring, given, chdir(self.root), log_put_back():
            for words in commands:
                said = io.StringIO()
                with redirect_stdout(said), redirect_stderr(said):
                    code = main(list(words))
                ended.append((code, said.getvalue()))
        return ended

    def leaks_on_disk(self) -> dict[str, list[str]]:
        return dict(canaries.leaks_in_files(self.root, self.sources))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with set_scene(tmp_path, [(*entry[:2], entry[2][:1], entry[3]) for entry in ENTRIES]) as scene:
        yield scene


@pytest.fixture(scope="session")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A scene in which everybody has been asked once; for tests that leave its config and its keys alone."""
    with set_scene(tmp_path_factory.mktemp("looked"), ENTRIES) as scene:
        looks = scene.run_each(
            ("key", "set", "kept"),
            ("status", "--refresh", "--json", "--debug"),
            stdin=canaries.KEPT,
            ANTHROPIC_AUTH_TOKEN=canaries.GATEWAY,
        )
        yield replace(scene, looks=tuple(looks))


@pytest.fixture
def looked_copy(looked: Scene, tmp_path: Path) -> Scene:
    """The same in another folder, to do with as one likes."""
    root = tmp_path / "scene"
    shutil.copytree(looked.root, root)
    moved = {name: value.replace(str(looked.root), str(root)) for name, value in looked.environment.items()}
    sources = tuple(root / source.relative_to(looked.root) for source in looked.sources)
    return replace(looked, root=root, environment=moved, sources=sources)


@contextmanager
def set_scene(root: Path, entries: Sequence[Entry]) -> Iterator[Scene]:
    with EchoServer().running() as server:
        home = root / "home"
        login = _write(
            home / ".claude/.credentials.json",
            json.dumps(
                {
                    "claudeAiOauth": {
                        "accessToken": canaries.LOGIN,
                        "refreshToken": canaries.REFRESH,
                        "expiresAt": 4_000_000_000_000,
                        "scopes": ["user:inference", "user:profile"],
                        "subscriptionType": "max",
                    }
                }
            ),
        )
        gateway = _write(home / "gateway", canaries.GATEWAY)
        setup = _write(home / "setup", canaries.SETUP)
        client = _write(root / "bin/claude", CLIENT)
        client.chmod(client.stat().st_mode | stat.S_IXUSR)
        _write(home / ".config/quotaboard/config.toml", _config(server.base_url, entries))
        keyring = root / "keyring.json"
        (root / "tmp").mkdir()
        environment = {
            "PATH": f"{root / 'bin'}:{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "TMPDIR": str(root / "tmp"),
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "ANTHROPIC_API_KEY": canaries.KEY,
            "OPENROUTER_API_KEY": canaries.OTHER,
            "HTTPS_PROXY": f"http://me:{canaries.PROXY}@127.0.0.1:9",
            "PYTHON_KEYRING_BACKEND": "tests.secrecy.keyring_in_a_file.FileKeyring",
            "TEST_KEYRING": str(keyring),
        }
        yield Scene(root, server, environment, (login, gateway, setup, keyring))


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


ENTRIES: tuple[Entry, ...] = (
    ("max", "claude-code", ("refused", "served", "headers-only"), ("direct", "official")),
    ("work", "env:ANTHROPIC_API_KEY", ("broken", "page", "moved", "served"), ("direct",)),
    ("gate", "file:~/gateway", ("throttled", "refused", "broken"), ("direct",)),
    ("side", "file:~/setup", ("served",), ("official",)),
    ("kept", "keyring:kept", ("unauthorized",), ("direct",)),
)
"""Credentials, where they come from, how they are answered (a scene has the first way), and who asks."""


def _config(base_url: str, entries: Sequence[Entry]) -> str:
    parts = []
    for name, source, kinds, clients in entries:
        models = json.dumps([f"claude-sonnet-4-6-{kind}" for kind in kinds])
        parts.append(
            f'[[credentials]]\nname = "{name}"\nsource = "{source}"\nbase_url = "{base_url}"\n'
            f"probe = true\nmodels = {models}\nclients = {json.dumps(clients)}\n"
        )
    return "\n".join(parts)
