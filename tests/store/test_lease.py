"""One of many asks: the lease goes to nobody twice, and never to the dead."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotaboard.store import lease
from quotaboard.store.lease import Holder, Leases, is_alive, this_process
from quotaboard.store.store import Store

if TYPE_CHECKING:
    from tests.store.conftest import StartPython

SPAN = timedelta(seconds=30)
DAY = timedelta(days=1)

HOLD = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from quotaboard.store.opening import open_store

now = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
with open_store(Path(sys.argv[1]), now=now) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    print(store.leases.acquire("poll", timedelta(seconds=30), now=now), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def mine(store: Store) -> Leases:
    return store.leases


@pytest.fixture
def other(store: Store) -> Leases:
    """Another process of the same machine: our parent, which runs for as long as we do."""
    return Leases(store._database, replace(this_process(), pid=os.getppid()))


@pytest.fixture
def remote(store: Store) -> Leases:
    """A process of another machine that shares the folder."""
    return Leases(store._database, Holder("far", 1, "elsewhere"))


@pytest.fixture
def uptime(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The milliseconds since start-up, to be set."""
    clock = [1_000_000]
    monkeypatch.setattr(lease, "_uptime_ms", lambda: clock[0])
    return clock


def test_a_lease_has_one_holder_until_it_is_given_back(mine: Leases, other: Leases, now: datetime) -> None:
    assert mine.held("poll", SPAN, now=now) is None
    assert mine.acquire("poll", SPAN, now=now)
    assert not other.acquire("poll", SPAN, now=now)
    assert other.acquire("something else", SPAN, now=now)
    held = other.held("poll", SPAN, now=now)
    assert held is not None
    assert held.holder == mine.holder
    other.release("poll")
    assert mine.renew("poll", SPAN, now=now)
    mine.release("poll")
    assert other.acquire("poll", SPAN, now=now)
    assert not mine.renew("poll", SPAN, now=now)


def test_a_lease_that_is_not_renewed_ends(
    mine: Leases, other: Leases, now: datetime, uptime: list[int]
) -> None:
    assert mine.acquire("poll", SPAN, now=now)
    uptime[0] += 29_000
    assert mine.renew("poll", SPAN, now=now + timedelta(seconds=29))
    uptime[0] += 29_000
    assert not other.acquire("poll", SPAN, now=now + timedelta(seconds=58))
    uptime[0] += 2_000
    assert other.acquire("poll", SPAN, now=now + timedelta(seconds=60))


def test_a_clock_that_is_set_moves_no_lease_on_one_machine(
    mine: Leases, other: Leases, now: datetime, uptime: list[int]
) -> None:
    assert mine.acquire("poll", SPAN, now=now)
    assert not other.acquire("poll", SPAN, now=now + DAY)
    assert not other.acquire("poll", SPAN, now=now - DAY)
    uptime[0] += 31_000
    assert other.acquire("poll", SPAN, now=now - DAY)


def test_between_machines_a_lease_ends_by_the_clock(mine: Leases, remote: Leases, now: datetime) -> None:
    assert remote.acquire("poll", SPAN, now=now)
    assert not mine.acquire("poll", SPAN, now=now + SPAN / 2)
    assert mine.acquire("poll", SPAN, now=now + SPAN)


def test_a_lease_dated_far_ahead_is_taken_over(mine: Leases, remote: Leases, now: datetime) -> None:
    assert remote.acquire("poll", SPAN, now=now + DAY)
    assert mine.acquire("poll", SPAN, now=now)


def test_a_restart_of_the_machine_ends_every_lease(store: Store, other: Leases, now: datetime) -> None:
    before = Leases(store._database, replace(this_process(), boot="an earlier one", pid=os.getppid()))
    assert before.acquire("poll", SPAN, now=now)
    assert other.acquire("poll", SPAN, now=now)


def test_the_dead_lose_their_lease_at_once(mine: Leases, store: Store, now: datetime) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = Leases(store._database, replace(this_process(), pid=ended.pid))
    assert dead.acquire("poll", SPAN, now=now)
    assert mine.acquire("poll", SPAN, now=now)


def test_renewing_is_no_change_for_readers(mine: Leases, store: Store, now: datetime) -> None:
    assert mine.acquire("poll", SPAN, now=now)
    before = store.version()
    assert mine.renew("poll", SPAN, now=now + SPAN / 3)
    assert store.version() == before


def test_a_process_is_dead_only_when_that_is_sure() -> None:
    assert is_alive(os.getpid())
    assert is_alive(10**30)


def test_of_processes_that_race_one_holds_the_lease_and_its_death_frees_it(
    folder: Path, store: Store, now: datetime, start_python: StartPython
) -> None:
    racers = [start_python(HOLD, str(folder)) for _ in range(3)]
    for answer in ("ready\n", None):
        said = []
        for racer in racers:
            assert racer.stdin
            assert racer.stdout
            if answer is None:
                racer.stdin.write("go\n")
                racer.stdin.flush()
        for racer in racers:
            assert racer.stdout
            said.append(racer.stdout.readline())
        if answer:
            assert said == [answer] * 3
    assert sorted(said) == ["False\n", "False\n", "True\n"]
    assert not store.leases.acquire("poll", SPAN, now=now)
    winner = racers[said.index("True\n")]
    winner.kill()
    winner.wait()
    assert store.leases.acquire("poll", SPAN, now=now)
