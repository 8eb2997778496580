"""What every test may rely on: the machine it runs on is kept out."""

import atexit
import gc
import ipaddress
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
OFFICIAL_CLIENT = os.environ.get("QUOTABOARD_CLAUDE")
IN_CI = bool(os.environ.get("CI"))
"""Read before the environment is cleaned: where CI installed the official client."""
THOROUGH = bool(os.environ.get("QUOTABOARD_THOROUGH"))
"""Properties are tried on more examples where nobody waits for them."""

PRIVATE_PREFIXES = (
    "ANTHROPIC_",
    "AWS_",
    "CLAUDE",
    "CODEX_",
    "DEEPSEEK_",
    "GEMINI_",
    "GOOGLE_",
    "GROQ_",
    "HERMES_",
    "LITELLM_",
    "MISTRAL_",
    "OLLAMA_",
    "OPENAI_",
    "OPENCLAW_",
    "OPENROUTER_",
    "QUOTABOARD_",
    "TEXTUAL",
    "XAI_",
    "XDG_",
)
PRIVATE_SUFFIXES = ("_API_KEY", "_AUTH_TOKEN", "_PROXY", "_proxy")
PRIVATE_NAMES = (
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "DBUS_SESSION_BUS_ADDRESS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "TMUX",
)

# The same examples everywhere, nothing written to disk, and no clock that a busy machine would lose against.
hypothesis.settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=100 if THOROUGH else 20,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("steady")

HOMES = count()

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
"""`gw0`, …: None where one process runs all tests."""
MOST_WORKERS = 4
"""Each imports and collects everything, which takes seconds."""

RunPython = Callable[..., str]
RunQuotaboard = Callable[..., subprocess.CompletedProcess[str]]


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(100_000, 20, 50)  # what is imported and collected stays
    keep_files_in_memory()
    begin_elsewhere(config)
    atexit.register(gc.freeze)  # nothing more is looked for in what ends anyhow


def keep_files_in_memory() -> None:
    """Use a roomy memory for the tests' files: waiting for a disk took half of the suite's time."""
    try:
        memory = os.statvfs("/dev/shm")
    except OSError:
        return
    if not memory.f_flag & os.ST_NOEXEC and memory.f_bavail * memory.f_frsize > 2**30:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")


def begin_elsewhere(config: pytest.Config) -> None:
    """Let each worker begin to collect at another folder: of a fresh clone, each compiles a part for all."""
    if WORKER is None or [Path(arg).resolve() for arg in config.args] != [TESTS]:
        return
    places = [path.relative_to(TESTS).parts[0] for path in sorted(TESTS.rglob("test_*.py"))]
    first = len(places) * int(WORKER.removeprefix("gw")) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    config.args = [str(TESTS / place) for place in dict.fromkeys(places[first:] + places[:first])]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Back into the order of the files, on which the workers must agree."""
    if WORKER is not None:
        items.sort(key=lambda item: item.path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many a test waits for a process or a server."""
    return min(MOST_WORKERS, (os.cpu_count() or 1) + 1)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: looking for garbage in it took a third of the suite's time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and no variable that names a real credential, agent or terminal.

    The environment is the seam, not our own path functions: children and third parties read it too.
    """
    for name in list(os.environ):
        if name.startswith(PRIVATE_PREFIXES) or name.endswith(PRIVATE_SUFFIXES) or name in PRIVATE_NAMES:
            monkeypatch.delenv(name)
    # `mktemp` looks through all that it made before: 17 seconds for five thousand tests.
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(HOMES))
    home.mkdir(mode=0o700, parents=True)
    monkeypatch.setenv("HOME", str(home))
    for variable, folder in {
        "XDG_CONFIG_HOME": ".config",
        "XDG_STATE_HOME": ".local/state",
        "XDG_DATA_HOME": ".local/share",
        "XDG_CACHE_HOME": ".cache",
    }.items():
        monkeypatch.setenv(variable, str(home / folder))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    return home


def set_zone() -> None:
    """Looks at TZ anew, where the platform can."""
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def recorded() -> Path:
    return TESTS / "recorded"


@pytest.fixture
def lay(home: Path) -> Callable[[str, object], Path]:
    """Write a file of the home: a text or bytes as they are, anything else as JSON."""

    def write(name: str, content: object) -> Path:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


@pytest.fixture(scope="session", autouse=True)
def universal_time() -> Iterator[None]:
    """Local time is UTC, so that a clock on a screen reads the same everywhere."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "UTC")
        set_zone()
        yield
    set_zone()


@pytest.fixture
def move_to() -> Iterator[Callable[[str], None]]:
    """Let local time be that of another zone, until the test ends."""
    with pytest.MonkeyPatch.context() as patched:

        def move(zone: str) -> None:
            patched.setenv("TZ", zone)
            set_zone()

        yield move
    set_zone()


@contextmanager
def log_put_back() -> Iterator[None]:
    """A log that a command opens meanwhile is closed at the end, and as quiet as it was."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    for opened in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(opened)
        opened.close()


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """What a command of one test opens is closed before the next."""
    with log_put_back():
        yield


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring fails unless a test brings one: a secret written by accident is heard of."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    if "keyring.core" in sys.modules:
        monkeypatch.setattr(sys.modules["keyring.core"], "_keyring_backend", None)


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """No test reaches further than this machine, not even to resolve a name."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        require_loopback(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        require_loopback(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not is_loopback(name):
            raise socket.gaierror(socket.EAI_NONAME, f"tests do not resolve {name}")
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", guarded_connect)
        patched.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patched.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def is_loopback(host: str) -> bool:
    if host in {"", "localhost", "0.0.0.0", "::"}:  # noqa: S104 - compared, never bound
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def require_loopback(family: int, address: Any) -> None:
    if family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(address[0]):
        raise ConnectionRefusedError(f"tests do not connect to {address[0]}")


@pytest.fixture
def run_python(tmp_path: Path) -> RunPython:
    """Run code in a fresh interpreter, outside the checkout, and return what it printed."""

    def run(code: str, *args: str, stdin: str = "") -> str:
        finished = run_child([sys.executable, "-c", code, *args], tmp_path, stdin)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    return run


@pytest.fixture
def run_quotaboard(tmp_path: Path) -> RunQuotaboard:
    """Run the command as a child without a terminal, outside the checkout."""

    def run(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return run_child([sys.executable, "-m", "quotaboard", *args], tmp_path, stdin)

    return run


def run_child(command: list[str], cwd: Path, stdin: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def official_client() -> Path:
    """The provider's own command-line client; `.ci/run` installs it and names it in QUOTABOARD_CLAUDE."""
    if OFFICIAL_CLIENT is None and IN_CI:
        pytest.fail("CI installs the official client, and no test of it may be skipped there")
    if OFFICIAL_CLIENT is None:
        pytest.skip("QUOTABOARD_CLAUDE names no official client (npm install @anthropic-ai/claude-code)")
    return Path(OFFICIAL_CLIENT)
