"""Pollers that are killed at any moment, two at a time on one store: nothing that was shown is lost."""

import asyncio
import random
import sqlite3
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.poll.live import LEASE_SPAN
from quotaboard.store.opening import NAME, open_store
from quotaboard.store.tidying import TIERS
from tests.poll.killing import BUDGET, NAMES
from tests.poll.servers import GATE, START, Asked, Reply, answering_server, limits, served

ROOT = Path(__file__).resolve().parents[2]
KILLS, SEED = 300, 20
TAKEN_OVER_WITHIN = LEASE_SPAN.total_seconds() / 2
"""Seconds. At the next turn of whoever is left it takes a twentieth of one; a lease runs out after all."""
A_MONTH = timedelta(days=30)
KEPT_WHOLE = timedelta(milliseconds=TIERS[0][0])
"""What is older is thinned."""


class Changing:
    """Every answer tells another use, and now and then tools are refused."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)
        self.served: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Reply:
        if asked.body is None:
            return Reply(404, {"type": "error", "error": {"type": "not_found_error", "message": "not found"}})
        if asked.has_tools and self.chance.random() < 0.3:
            return GATE
        name = asked.token.split("-")[3]
        self.served[name] += 1
        return replace(served(), headers=limits("allowed", A_MONTH, w5h=self.served[name] / 1e6))


def vacancies(told: list[str]) -> list[float]:
    """Each time that the leader was killed, the seconds until another led."""
    leader, killed_at, found = "", None, []
    for line in told:
        word, pid, at = (*line.split(), "", "")[:3]
        if word == "leads":
            if killed_at is not None:
                found.append(float(at) - killed_at)
            leader, killed_at = pid, None
        elif word == "kills" and pid == leader:
            leader, killed_at = "", float(at)
    return found


@pytest.mark.soak
async def test_pollers_killed_at_random_lose_nothing_and_spend_no_more_than_their_budget(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "state"
    async with answering_server(changing := Changing()) as server:
        driver = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.poll.killing", str(folder), server.base_url, str(KILLS), str(SEED),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await driver.communicate()
    assert driver.returncode == 0
    *told, last = out.decode().splitlines()
    ended, ended_at = last.split()[1], datetime.fromisoformat(last.split()[2])
    assert int(ended) == KILLS

    vacant = vacancies(told)
    assert len(vacant) > KILLS / 4, vacant
    assert max(vacant) < TAKEN_OVER_WITHIN, vacant

    connection = sqlite3.connect(folder / NAME)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    days = [START.date() + timedelta(days=n) for n in range((ended_at.date() - START.date()).days + 1)]
    with open_store(folder, now=ended_at) as store:
        assert store.notice == ""
        for name in NAMES:
            kept = {used for _, used, _, _ in store.readings.raw_history(name, "5h", 0, 2**60)}
            lines = [line.split() for line in told if line.startswith(f"window {name} ")]
            shown = {float(used): datetime.fromisoformat(at) for _, _, used, at in lines}
            assert len(shown) >= 20
            assert {used for used, at in shown.items() if ended_at - at < KEPT_WHOLE} <= kept
            spent = [store.budget.spent(name, day) for day in days]
            assert all(day.tokens <= BUDGET for day in spent)
            assert sum(day.tokens for day in spent) >= 10 * changing.served[name]
