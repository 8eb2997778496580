"""Agents as their makers ship them, each in a home of its own, with nothing but loopback to talk to."""

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tests.real.lanes import Lane
from tests.real.upstream import Upstream

HERE = Path(__file__).parent
AGENTS = ("hermes", "claude", "openclaw", "codex", "opencode", "aider", "litellm")
# Read before the environment is cleaned for the tests.
INSTALLED = {name: os.environ.get(f"QUOTABOARD_{name.upper()}") for name in AGENTS}
IN_CI = os.environ.get("CI") == "true"


def installed(name: str, how: str) -> Path:
    """The agent's command; where it is not installed the test says so, and in CI it fails."""
    path = INSTALLED[name]
    if not path or not Path(path).exists():
        missing(f"QUOTABOARD_{name.upper()} names no installed agent ({how})")
    return Path(path)


def missing(reason: str) -> NoReturn:
    """Skips for a reason; in CI nothing may be missing."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def hermes() -> Path:
    return installed("hermes", "pip install 'hermes-agent[anthropic]==0.19.0' aiohttp, in a venv of its own")


@pytest.fixture
def claude() -> Path:
    return installed("claude", "npm install @anthropic-ai/claude-code@2.1.328")


@pytest.fixture
def openclaw() -> Path:
    how = "npm install node@24, and with that node first on PATH: npm install openclaw@2026.9.6"
    return installed("openclaw", how)


@pytest.fixture
def codex() -> Path:
    return installed("codex", "npm install @openai/codex@0.169.0")


@pytest.fixture
def opencode() -> Path:
    return installed("opencode", "npm install opencode-ai@1.18.33")


@pytest.fixture
def aider() -> Path:
    return installed("aider", "pip install aider-chat==0.86.2, in a venv of its own")


@pytest.fixture
def lane() -> Iterator[Lane]:
    """A lane that refuses."""
    with Lane() as running:
        yield running


@pytest.fixture
def open_lane() -> Iterator[Lane]:
    """A lane that serves."""
    with Lane(gated=False) as running:
        yield running


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
def other() -> Iterator[Upstream]:
    """A second provider, at another address."""
    with Upstream() as running:
        yield running


@dataclass(frozen=True, slots=True)
class PublicHost:
    """The public host of a provider, played on loopback, and the variables that lead an agent there."""

    upstream: Upstream
    variables: dict[str, str]


@pytest.fixture
def public(tmp_path: Path) -> Iterator[PublicHost]:
    if shutil.which("openssl") is None:
        missing("openssl is not installed, which makes the certificate of the public host")
    certificate, key = tmp_path / "public.pem", tmp_path / "public.key"
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=api.anthropic.com"
    names = "subjectAltName=DNS:api.anthropic.com"
    subprocess.run(
        ["openssl", *request.split(), "-addext", names, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Upstream(gated=False, tls=context) as running:
        variables = {
            "HTTPS_PROXY": running.url,
            "NO_PROXY": "127.0.0.1",
            "NODE_EXTRA_CA_CERTS": str(certificate),
        }
        yield PublicHost(running, variables)


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Until it holds; an agent takes its time to start."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            pytest.fail(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.05)


def stop(process: "subprocess.Popen[str]") -> None:
    """End a child that we started, for good."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One agent in one process at a time, for some insist on a port: CI runs them `--dist=loadgroup`."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
