"""Three days without a break, in simulated time: memory, open files and the store stay as they were."""

import gc
import os
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from quotaboard.simulator import SimulatedProvider
from tests.poll.conftest import Bench

Simulated = Callable[..., SimulatedProvider]
HALF_A_DAY = timedelta(hours=12)
MOST_GROWTH = 200_000
"""Bytes in a day and a half: less than four for each minute."""


@pytest.mark.soak
async def test_memory_and_open_files_are_flat_over_seventy_two_hours(
    bench: Bench, simulated: Simulated
) -> None:
    providers = [simulated(name) for name in ("flapping", "spent-5h", "tools-gated")]
    held, opened = list[int](), list[int]()
    async with bench.desk() as desk:
        await bench.live_through(desk, HALF_A_DAY)  # what is loaded and cached once is there
        tracemalloc.start()
        try:
            for _ in range(5):
                await bench.live_through(desk, HALF_A_DAY)
                assert any(provider.requests for provider in providers)
                for provider in providers:
                    provider.forget_requests()
                gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])
                opened.append(len(os.listdir("/proc/self/fd")))  # noqa: PTH208 - not a disk
        finally:
            tracemalloc.stop()
    # Once: Python writes its table of known names anew, 4 MB, when so many have come and gone.
    *often, _once = sorted(later - earlier for earlier, later in pairwise(held))
    assert sum(often) < MOST_GROWTH, held
    assert max(opened) - min(opened) <= len(providers), opened
