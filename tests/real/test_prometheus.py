"""A real Prometheus server scrapes three machines on loopback: their board, its past, and its economy."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from quotaboard.poll.fleet.session import FleetSession
from quotaboard.poll.place import Place
from quotaboard.simulator import SimulatedProvider, load_scenario, serve
from tests.conftest import ROOT
from tests.real.conftest import missing
from tests.terminal import Terminal

pytestmark = pytest.mark.real_agent

PROMETHEUS = shutil.which("prometheus")
SCENARIO = "tools-gated"
NAMES = ("alpha", "beta", "gamma")
PATIENCE = 60.0
EMPTY = ("Agents", "Will be used up")
"""Panels that show nothing here: no agent is there, and no window runs out."""
CONFIG = """
[[credentials]]
name = "max"
source = "env:MAX_TOKEN"
probe = true
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
base_url = "{provider}"

[fleet]
prometheus = "{prometheus}"
"""


@dataclass
class Machine:
    """A home of its own, with `serve --watch` running in it."""

    home: Path
    environment: dict[str, str] = field(repr=False)
    child: subprocess.Popen[str] | None = None
    address: str = ""

    @property
    def token_file(self) -> Path:
        return self.home / ".local/state/quotaboard/serve.token"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "quotaboard", *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command, patience = self.command(*words), 60
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=patience, check=False
        )

    def serve(self, port: int) -> None:
        self.child = subprocess.Popen(
            self.command("serve", "--watch", "--port", str(port)),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.child.stdout
        self.address = self.child.stdout.readline().strip()

    def told(self) -> dict[str, Any]:
        shown = {"authorization": f"Bearer {self.token_file.read_text().strip()}"}
        answer: dict[str, Any]
        answer = httpx.get(f"{self.address}/status.json", headers=shown, trust_env=False).json()
        return answer

    def verdicts(self) -> dict[str, str]:
        """Of the lanes that were looked at."""
        return {lane["id"]: lane["verdict"] for lane in self.told()["lanes"] if lane["observed_at"]}


@dataclass
class Fleet:
    """Three machines with one secret, and the Prometheus that scrapes them once a second."""

    provider: SimulatedProvider
    machines: dict[str, Machine]
    ports: dict[str, int]
    address: str

    @property
    def source(self) -> str:
        return f"prometheus:{self.address}"

    def start(self, name: str) -> Machine:
        machine = self.machines[name]
        machine.serve(self.ports[name])
        return machine

    def ask(self, query: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.address}/api/v1/query", params={"query": query}, trust_env=False).json()
        assert answer["status"] == "success", answer
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def wait_for(self, query: str, count: int = 1) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.ask(query)) >= count, query)
        return self.ask(query)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    if PROMETHEUS is None:
        missing("prometheus is not installed (apt-get install prometheus)")
    scenario = load_scenario(SCENARIO)
    *ports, own = free_ports(len(NAMES) + 1)
    address = f"http://127.0.0.1:{own}"
    with serve(scenario) as provider:
        machines = {name: lay_machine(tmp_path / name, provider, address) for name in NAMES}
        fleet = Fleet(provider, machines, dict(zip(NAMES, ports, strict=True)), address)
        with running_prometheus(PROMETHEUS, tmp_path, fleet, own):
            try:
                yield fleet
            finally:
                for machine in machines.values():
                    if machine.child is not None:
                        machine.child.terminate()
                        machine.child.communicate(timeout=20)


def lay_machine(home: Path, provider: SimulatedProvider, prometheus: str) -> Machine:
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(CONFIG.format(provider=provider.base_url, prometheus=prometheus))
    token = provider.scenario.accounts[0].token
    ours = {"HOME": str(home), "PYTHONPATH": str(ROOT), "MAX_TOKEN": token, "TERM": "xterm-256color"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return Machine(home, kept | ours)


@contextmanager
def running_prometheus(program: str, folder: Path, fleet: Fleet, port: int) -> Iterator[None]:
    jobs = [
        {
            "job_name": f"quotaboard-{name}",
            "authorization": {"credentials_file": str(machine.token_file)},
            "static_configs": [
                {"targets": [f"127.0.0.1:{fleet.ports[name]}"], "labels": {"host": name, "job": "quotaboard"}}
            ],
        }
        for name, machine in fleet.machines.items()
    ]
    (folder / "alerts.yml").write_text(files("quotaboard.observability").joinpath("alerts.yml").read_text())
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": jobs,
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    command = [
        program,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("w") as log:
        child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_until(lambda: is_ready(fleet.address), (folder / "prometheus.log").read_text())
            yield
        finally:
            child.terminate()
            child.wait(20)


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/-/ready", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_three_machines_stand_on_one_board_and_ask_as_one(fleet: Fleet) -> None:
    alpha = fleet.start("alpha")
    wait_until(lambda: len(alpha.verdicts()) == 4, "alpha looks at every lane")
    fleet.wait_for('quotaboard_lane_verdict{host="alpha"} == 1', 4)
    time.sleep(1.5)  # what alpha is still doing comes to its end
    fleet.provider.forget_requests()
    for name in ("beta", "gamma"):
        fleet.start(name)
    seen = alpha.verdicts()
    wait_until(lambda: all(fleet.machines[name].verdicts() == seen for name in NAMES), "all agree")
    assert fleet.provider.requests == (), "two machines took over what the first had seen"

    fleet.wait_for("quotaboard_lane_verdict == 1", 12)
    told = json.loads(alpha.run("status", "--json", "--from", fleet.source).stdout)
    assert [one["name"] for one in told["credentials"]] == [f"max@{name}" for name in NAMES]
    assert [one["host"] for one in told["credentials"]] == list(NAMES)
    lanes = {lane["id"]: lane["verdict"] for lane in told["lanes"]}
    for name in NAMES:
        assert lanes[f"max@{name}/claude-sonnet-4-6/tools/direct"] == "gated"
        assert lanes[f"max@{name}/claude-sonnet-4-6/plain/direct"] == "open"
    assert {window["utilization"] for one in told["credentials"] for window in one["windows"]} == {0.03, 0.0}
    blocked = alpha.run("status", "--from", fleet.source, "--lane", "max@beta/claude-haiku-4-5/tools/direct")
    assert blocked.returncode == 3, blocked.stderr

    gone = fleet.machines["gamma"]
    assert gone.child
    gone.child.kill()
    wait_until(lambda: len(fleet.ask("quotaboard_up")) == 2, "gamma falls silent")
    left = alpha.run("status", "--from", fleet.source)
    assert left.returncode == 0
    assert "Nothing is heard of gamma any more" in left.stderr
    assert "max@gamma" not in left.stdout
    fleet.wait_for('ALERTS{alertname="QuotaboardAgentBlocked"} or ALERTS{alertname="QuotaboardDown"}')
    assert fleet.ask('ALERTS{alertname="QuotaboardPaid"}') == []


def test_the_board_of_a_fleet_shows_its_past(fleet: Fleet) -> None:
    alpha = fleet.start("alpha")
    wait_until(lambda: len(alpha.verdicts()) == 4, "alpha looks at every lane")
    fleet.wait_for('quotaboard_window_utilization_ratio{host="alpha"}', 2)
    with Terminal(
        alpha.command("--from", fleet.source), alpha.environment, columns=120, lines=40
    ) as terminal:
        terminal.wait_for("max@alpha")
        terminal.wait_for("GATED")
        terminal.send("\r")
        terminal.wait_for("behind an even spend")
        terminal.send("\x1b")
        terminal.wait_for(lambda text: "/ filter" in text)
        terminal.send("q")
        terminal.wait()

    told = alpha.run("history", "max@alpha", "--since", "10m", "--from", fleet.source)
    assert told.returncode == 0, told.stderr
    assert "GATED" in told.stdout
    assert "3 % at the end" in told.stdout
    line = alpha.run("line", "--from", fleet.source)
    assert line.stdout.startswith("max@alpha 5h 3%"), line.stderr

    place = Place(alpha.environment, alpha.home, alpha.home)
    past = asyncio.run(looked_back(FleetSession(fleet.address, place, lambda: datetime.now(UTC))))
    assert past["trails"] == {"5h": 0.03, "7d": 0.0}
    assert past["turns"] == {"open", "gated"}


async def looked_back(session: FleetSession) -> dict[str, Any]:
    """What the session learns of the last hour, the way a board does."""
    changed = asyncio.Event()
    running = asyncio.create_task(session.run(changed.set))
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                now = datetime.now(UTC)
                past = session.history("max@alpha", now - timedelta(hours=1), now)
                if past.trails:
                    return {
                        "trails": {trail.window: trail.uses[-1].share for trail in past.trails},
                        "turns": {turn.after.value for turn in past.turns},
                    }
                changed.clear()
                await changed.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_every_panel_and_rule_is_understood_by_a_real_server(fleet: Fleet) -> None:
    alpha = fleet.start("alpha")
    wait_until(lambda: len(alpha.verdicts()) == 4, "alpha looks at every lane")
    fleet.wait_for('quotaboard_window_utilization_ratio{host="alpha"}', 2)
    dashboard = json.loads(files("quotaboard.observability").joinpath("dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            query = target["expr"].replace("$instance", ".*")
            if panel["title"] in EMPTY:
                fleet.ask(query)
            else:
                fleet.wait_for(query)
    rules = httpx.get(f"{fleet.address}/api/v1/rules", trust_env=False).json()["data"]["groups"]
    assert {rule["health"] for group in rules for rule in group["rules"]} <= {"ok", "unknown"}
