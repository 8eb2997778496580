"""The command in a process of its own, over a store that has seen four accounts."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from quotaboard.cli import main
from quotaboard.simulator import SimulatedProvider
from tests.conftest import ROOT


class Visitor:
    """Whoever asks a running server, and shows its token."""

    def __init__(self, address: str, home: Path) -> None:
        self.address = address
        self.token = (home / ".local/state/quotaboard/serve.token").read_text().strip()
        self._client = httpx.Client(trust_env=False, verify=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **headers: str) -> httpx.Response:
        shown = {"authorization": f"Bearer {self.token}"} | headers
        return self._client.get(self.address + path, headers=shown)


Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def serve(checked: None) -> Iterator[Serve]:
    """The command in a process of its own; it ends with the test."""
    with ExitStack() as started:

        def start(*words: str) -> subprocess.Popen[str]:
            child = subprocess.Popen(
                [sys.executable, "-m", "quotaboard", "serve", "--port", "0", *words],
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            started.enter_context(child)
            started.callback(child.kill)
            return child

        yield start


def address_of(child: subprocess.Popen[str]) -> str:
    assert child.stdout
    address = child.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    return address


def test_it_tells_this_machine_what_is_stored_and_asks_nobody(
    filled: Path, provider: SimulatedProvider, home: Path, serve: Serve
) -> None:
    child = serve()
    with Visitor(address_of(child), home) as visitor:
        for _ in range(3):
            metrics = visitor.get("/metrics").text
        told = visitor.get("/status.json").json()
        refuses_strangers(visitor)
    assert 'quotaboard_window_utilization_ratio{credential="max",model="",window="5h"} 0.03' in metrics
    assert told["schema"] == "quotaboard.status/1"
    assert {lane["verdict"] for lane in told["lanes"] if lane["credential"] == "work"} == {"spent"}
    assert provider.requests == ()
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=20)
    assert child.returncode == 128 + signal.SIGTERM
    assert out == ""
    assert visitor.token not in err
    assert "serve.token" in err


def refuses_strangers(server: Visitor) -> None:
    """It listens on loopback and nowhere else, and answers nobody else's name."""
    port = int(server.address.rpartition(":")[2])
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert f"0100007F:{port:04X}" in listening
    assert not [one for one in listening if one.endswith(f":{port:04X}") and not one.startswith("0100007F")]
    assert server.get("/healthz", host="stranger.example").status_code == 403
    assert server.get("/metrics", authorization="Bearer wrong").status_code == 401


def test_names_are_hidden_where_that_is_wished(filled: Path, home: Path, serve: Serve) -> None:
    with Visitor(address_of(serve("--mask")), home) as visitor:
        metrics, document = visitor.get("/metrics").text, visitor.get("/status.json").text
    assert 'quotaboard_probe_tokens_total{credential="alder",type="output"} 2.0' in metrics
    for word in ("max/", '"max"', "FOUR_MAX", "sha256:"):
        assert word not in metrics + document


def test_it_asks_too_where_that_is_wished(provider: SimulatedProvider, home: Path, serve: Serve) -> None:
    """What comes into the store later is told, too."""
    child = serve("--watch")
    with Visitor(address_of(child), home) as visitor:
        deadline = time.monotonic() + 60
        lanes: list[dict[str, Any]] = []
        while len(lanes) < 16 or not all(lane["observed_at"] for lane in lanes):
            assert time.monotonic() < deadline, lanes
            time.sleep(0.03)  # what asks wants the time
            lanes = visitor.get("/status.json").json()["lanes"]
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 128 + signal.SIGINT
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
