import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents.hermes.gateway import gateway
from quotaboard.domain.agent import Activity


@pytest.fixture
def held(home: Path) -> Iterator[None]:
    """The lock as a running gateway holds it."""
    (home / ".hermes").mkdir(exist_ok=True)
    descriptor = os.open(home / ".hermes/gateway.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def process(lay: Any, pid: int = 25516, start_time: int = 61397) -> None:
    fields = ["S", *["0"] * 18, str(start_time), "0"]
    lay(f"machine/proc/{pid}/stat", f"{pid} (a (b) c) {' '.join(fields)}\n")


RECORD = {"pid": 25516, "kind": "hermes-gateway", "argv": ["hermes"], "start_time": 61397}


def activity(around: Any, home: Path) -> Activity:
    return gateway(home / ".hermes", around()).activity


def test_a_held_lock_of_a_living_process_means_running(around: Any, home: Path, lay: Any, held: None) -> None:
    lay(".hermes/gateway.pid", RECORD)
    process(lay)
    running = gateway(home / ".hermes", around())
    assert (running.activity, running.pids, running.note) == (Activity.RUNNING, (25516,), "gateway")


def test_nothing_there_means_stopped(around: Any, home: Path) -> None:
    assert activity(around, home) is Activity.STOPPED


def test_what_a_crash_left_behind_is_not_running(around: Any, home: Path, lay: Any) -> None:
    lay(".hermes/gateway.pid", RECORD)
    process(lay, pid=1)
    assert activity(around, home) is Activity.STOPPED
    process(lay, start_time=99)
    assert activity(around, home) is Activity.STOPPED


def test_a_lock_that_nobody_holds_means_stopped(around: Any, home: Path, lay: Any) -> None:
    lay(".hermes/gateway.pid", RECORD)
    lay(".hermes/gateway.lock", RECORD)
    process(lay)
    assert activity(around, home) is Activity.STOPPED


def test_on_a_mac_which_tells_of_no_process_the_lock_decides(
    around: Any, home: Path, lay: Any, held: None
) -> None:
    lay(".hermes/gateway.pid", RECORD)
    assert activity(around, home) is Activity.RUNNING
    (home / ".hermes/gateway.lock").unlink()
    assert activity(around, home) is Activity.UNKNOWN
    lay(".hermes/gateway.lock", RECORD)
    assert activity(around, home) is Activity.STOPPED
