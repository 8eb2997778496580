"""A kill at any moment costs nothing that was reported as kept."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotaboard.store.opening import NAME, open_store

if TYPE_CHECKING:
    from tests.store.conftest import StartPython

# Children are forked from a process that has imported everything, so that each costs little.
RECORD_AND_DIE = """
import os, random, signal, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin, Window
from quotaboard.store.opening import open_store

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
now = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
lane = Lane("max", "anthropic", "claude-sonnet-4-6")
number = 0
for _ in range(kills):
    read, write = os.pipe()
    child = os.fork()
    if not child:
        with open_store(folder, now=now) as store:
            while True:
                number += 1
                at = now + timedelta(minutes=number)
                reservation = store.budget.reserve("max", now.date(), 1, None)
                windows = (Window("5h", number / 1e6),)
                answer = Answer("anthropic", at, Asked(lane.model), 200, windows=windows)
                store.answers.record(answer, "max", lane, Origin.PROBE, now=at)
                os.write(write, number.to_bytes(4, "big"))
    os.close(write)
    os.read(read, 4)
    time.sleep(random.random() * 0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open(read, "rb") as pipe:
        told = pipe.read()
    number = int.from_bytes(told[-4:], "big") if told else number + 1
    print(number, flush=True)
    number += 1  # it may have been kept and not told
"""


@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.soak)])
def test_whatever_was_reported_is_there_after_many_kills(
    kills: int, folder: Path, now: datetime, start_python: StartPython
) -> None:
    child = start_python(RECORD_AND_DIE, str(folder), str(kills))
    told, _ = child.communicate()
    assert child.returncode == 0
    last = [int(line) for line in told.split()]
    assert len(last) == kills
    with open_store(folder, now=now) as store:
        assert store.notice == ""
        rows = store.readings.raw_history("max", "5h", 0, 2**50)
        kept = {round((at - int(now.timestamp() * 1000)) / 60_000): used for at, used, _, _ in rows}
        assert set(last) <= set(kept)
        untold = {number + 1 for number in last}
        assert set(range(1, last[-1] + 1)) - set(kept) <= untold
        assert all(used == number / 1e6 for number, used in kept.items())
        assert store.budget.spent("max", now.date()).reserved >= len(kept)
    connection = sqlite3.connect(folder / NAME)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
