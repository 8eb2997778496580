"""No crash and no race spends a budget twice."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from quotaboard.domain.board import Cost
from quotaboard.store.budget import Spent
from quotaboard.store.opening import open_store
from quotaboard.store.store import Store

if TYPE_CHECKING:
    from tests.store.conftest import StartPython

DAY = date(2026, 11, 20)

SPEND = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from quotaboard.domain.board import Cost
from quotaboard.store.opening import open_store

with open_store(Path(sys.argv[1]), now=datetime(2026, 11, 20, tzinfo=UTC)) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    granted = 0
    while reservation := store.budget.reserve("max", date(2026, 11, 20), 10, 1000):
        granted += 1
        if granted % 3:
            store.budget.settle(reservation, Cost(9, 1))
    print(granted)
"""


def test_a_budget_is_kept_to_the_last_token(store: Store) -> None:
    assert store.budget.reserve("max", DAY, 60, 100)
    assert store.budget.reserve("max", DAY, 41, 100) is None
    assert store.budget.reserve("max", DAY, 40, 100)
    assert store.budget.reserve("max", DAY, 1, 100) is None
    assert store.budget.reserve("other", DAY, 100, 100)
    assert store.budget.reserve("max", date(2026, 11, 21), 100, 100)
    assert store.budget.reserve("max", DAY, 10**30, None)


def test_what_was_spent_takes_the_place_of_what_was_reserved(store: Store) -> None:
    first = store.budget.reserve("max", DAY, 400, 1000)
    second = store.budget.reserve("max", DAY, 400, 1000)
    third = store.budget.reserve("max", DAY, 200, 1000)
    assert first
    assert second
    assert third
    store.budget.settle(first, Cost(348, 1, Decimal("0.0001")))
    store.budget.settle(second, Cost(340, 1))
    store.budget.release(third)
    assert store.budget.spent("max", DAY) == Spent(688, 2, 2, Decimal("0.0001"), 0)
    assert store.budget.spent_on(DAY) == {"max": Spent(688, 2, 2, Decimal("0.0001"), 0)}


def test_settling_twice_counts_once(store: Store) -> None:
    reservation = store.budget.reserve("max", DAY, 10, None)
    assert reservation
    store.budget.settle(reservation, Cost(9, 1))
    store.budget.settle(reservation, Cost(9, 1))
    store.budget.release(reservation)
    assert store.budget.spent("max", DAY) == Spent(9, 1, 1)


def test_a_number_that_no_column_holds_is_still_counted(store: Store) -> None:
    reservation = store.budget.reserve("max", DAY, 10, None)
    assert reservation
    store.budget.settle(reservation, Cost(10**30, -5))
    assert store.budget.spent("max", DAY).tokens > 10**15


def test_a_reservation_that_nobody_settled_counts_after_a_restart(folder: Path, now: datetime) -> None:
    with open_store(folder, now=now) as store:
        store.budget.reserve("max", DAY, 90, 100)
    with open_store(folder, now=now) as store:
        assert store.budget.reserve("max", DAY, 20, 100) is None
        assert store.budget.spent_on(DAY) == {"max": Spent(reserved=90)}


def test_processes_that_race_stay_within_the_budget_together(
    folder: Path, now: datetime, start_python: StartPython
) -> None:
    racers = [start_python(SPEND, str(folder)) for _ in range(3)]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    granted = [int(racer.communicate()[0]) for racer in racers]
    assert sum(granted) == 100
    with open_store(folder, now=now) as store:
        assert store.budget.spent("max", DAY).tokens == 1000
