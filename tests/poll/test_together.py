"""What several looks bring at the same moment is kept as one, and each goes on only once it is kept."""

import asyncio
import sys
from collections.abc import Awaitable, Iterator
from datetime import date

import pytest

from quotaboard.poll.together import Together
from quotaboard.store.opening import open_memory
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble, TroubleKind

DAY = date(2026, 11, 20)


@pytest.fixture
def store() -> Iterator[Store]:
    with open_memory() as store:
        yield store


def spends(store: Store, name: str, tokens: int) -> str:
    store.budget.reserve(name, DAY, tokens, None)
    return name


def fails() -> str:
    raise StoreTrouble(TroubleKind.FULL, "The disk is full.")


async def brought(*works: Awaitable[str]) -> list[str | BaseException]:
    return list(await asyncio.gather(*works, return_exceptions=True))


async def test_each_gets_what_its_own_work_gives_and_readers_notice_one_change(store: Store) -> None:
    before = store.version()
    async with asyncio.TaskGroup() as tasks:
        together = Together(store, tasks)
        given = await brought(*(together.do(lambda name=name: spends(store, name, 5)) for name in "abc"))  # type: ignore[misc]
    assert given == ["a", "b", "c"]
    assert {name: spent.reserved for name, spent in store.budget.spent_on(DAY).items()} == {
        "a": 5,
        "b": 5,
        "c": 5,
    }
    assert store.version() == before + 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tasks begin at once from Python 3.12 on")
async def test_it_is_the_same_where_tasks_begin_at_once_as_those_of_a_board_do(store: Store) -> None:
    asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009 - not in 3.11
    before = store.version()
    async with asyncio.TaskGroup() as tasks:
        together = Together(store, tasks)
        given = await brought(*(together.do(lambda name=name: spends(store, name, 5)) for name in "abc"))  # type: ignore[misc]
    assert given == ["a", "b", "c"]
    assert store.version() == before + 1


async def test_what_comes_after_is_kept_by_itself(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        together = Together(store, tasks)
        await together.do(lambda: spends(store, "a", 5))
        before = store.version()
        await together.do(lambda: spends(store, "a", 5))
    assert store.version() == before + 1
    assert store.budget.spent("a", DAY).reserved == 10


async def test_where_the_store_fails_for_one_nothing_is_kept_and_all_are_told(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        together = Together(store, tasks)
        given = await brought(together.do(lambda: spends(store, "a", 5)), together.do(fails))
    assert all(isinstance(one, StoreTrouble) for one in given)
    assert store.budget.spent_on(DAY) == {}


async def test_who_stops_waiting_keeps_nobody_from_what_they_brought(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        together = Together(store, tasks)
        leaving = tasks.create_task(together.do(lambda: spends(store, "a", 5)))
        staying = tasks.create_task(together.do(lambda: spends(store, "b", 5)))
        await asyncio.sleep(0)
        leaving.cancel()
    assert leaving.cancelled()
    assert staying.result() == "b"
    assert set(store.budget.spent_on(DAY)) == {"a", "b"}
