"""The command in a process of its own, over a store that has seen four accounts."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from quotaboard.cli import main
from quotaboard.simulator import SimulatedProvider
from tests.conftest import ROOT

Serve = Callable[..., "Served"]


class Served:
    """A running server and its token."""

    def __init__(self, home: Path, *words: str) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "quotaboard", "serve", "--port", "0", *words],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.child.stdout
        self.address = self.child.stdout.readline().strip()
        if not re.fullmatch(r"http://127\.0\.0\.1:\d+", self.address):
            self.child.kill()
            pytest.fail(f"It serves at {self.address!r}. {self.child.communicate()[1]}")
        self.token = (home / ".local/state/quotaboard/serve.token").read_text().strip()
        self._client = httpx.Client(trust_env=False, verify=False)  # noqa: S501 - plain HTTP; saves its TLS store

    def get(self, path: str, **headers: str) -> httpx.Response:
        shown = {"authorization": f"Bearer {self.token}"} | headers
        return self._client.get(self.address + path, headers=shown)

    def close(self) -> None:
        self._client.close()
        self.child.kill()
        self.child.communicate()

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
        self.child.send_signal(number)
        return self.child.communicate(timeout=20)


@pytest.fixture
def served(home: Path) -> Iterator[Serve]:
    started: list[Served] = []

    def start(*words: str) -> Served:
        started.append(Served(home, *words))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_it_tells_this_machine_what_is_stored_and_asks_nobody(
    filled: Path, provider: SimulatedProvider, served: Serve
) -> None:
    server = served()
    for _ in range(3):
        metrics = server.get("/metrics").text
    assert 'quotaboard_window_utilization_ratio{credential="max",model="",window="5h"} 0.03' in metrics
    told = server.get("/status.json").json()
    assert told["schema"] == "quotaboard.status/1"
    assert {lane["verdict"] for lane in told["lanes"] if lane["credential"] == "work"} == {"spent"}
    assert provider.requests == ()
    refuses_strangers(server)
    out, err = server.end()
    assert server.child.returncode == 128 + signal.SIGTERM
    assert out == ""
    assert server.token not in err
    assert "serve.token" in err


def refuses_strangers(server: Served) -> None:
    """It listens on loopback and nowhere else, and answers nobody else's name."""
    port = int(server.address.rpartition(":")[2])
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert f"0100007F:{port:04X}" in listening
    assert not [one for one in listening if one.endswith(f":{port:04X}") and not one.startswith("0100007F")]
    assert server.get("/healthz", host="stranger.example").status_code == 403
    assert server.get("/metrics", authorization="Bearer wrong").status_code == 401


def test_names_are_hidden_where_that_is_wished(filled: Path, served: Serve) -> None:
    server = served("--mask")
    metrics, document = server.get("/metrics").text, server.get("/status.json").text
    assert 'quotaboard_probe_tokens_total{credential="alder",type="output"} 2.0' in metrics
    for word in ("max/", '"max"', "FOUR_MAX", "sha256:"):
        assert word not in metrics + document


def test_it_asks_too_where_that_is_wished(served: Serve, provider: SimulatedProvider) -> None:
    """What comes into the store later is told, too."""
    server = served("--watch")
    deadline = time.monotonic() + 60
    lanes: list[dict[str, Any]] = []
    while len(lanes) < 16 or not all(lane["observed_at"] for lane in lanes):
        assert time.monotonic() < deadline, lanes
        lanes = server.get("/status.json").json()["lanes"]
    _, err = server.end(signal.SIGINT)
    assert server.child.returncode == 128 + signal.SIGINT
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert f"Port {port} of this machine cannot be used" in capsys.readouterr().err


def test_a_token_that_others_may_read_is_not_used(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / ".local/state/quotaboard/serve.token"
    path.parent.mkdir(parents=True)
    path.write_text("t" * 43)
    path.chmod(0o644)
    assert main(["serve", "--port", "0"]) == 1
    assert "can be read by others" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "x", "٣"])
def test_a_port_that_is_none_is_wrong_usage(port: str, capsys: Any) -> None:
    assert main(["serve", f"--port={port}"]) == 2
