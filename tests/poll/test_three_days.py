"""Three days without a break, in simulated time: memory, open files and the store stay as they were."""

import gc
import os
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

import pytest

from quotaboard.simulator import SimulatedProvider
from tests.poll.conftest import Bench

Simulated = Callable[..., SimulatedProvider]
HALF_A_DAY = timedelta(hours=12)
MOST_GROWTH = 300_000
"""Bytes in two days: less than three for each minute."""

ONE_BLOCK = 1_000_000
"""Bytes. We hold nothing so large in one piece; Python does, when it writes a table of its own anew."""


@pytest.mark.soak
async def test_memory_and_open_files_are_flat_over_seventy_two_hours(
    bench: Bench, simulated: Simulated
) -> None:
    providers = [simulated(name) for name in ("flapping", "spent-5h", "tools-gated")]
    held, large, opened = list[int](), list[int](), list[int]()
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
                sizes = [trace.size for trace in tracemalloc.take_snapshot().traces]
                held.append(sum(size for size in sizes if size < ONE_BLOCK))
                large.append(sum(size >= ONE_BLOCK for size in sizes))
                opened.append(len(os.listdir("/proc/self/fd")))  # noqa: PTH208 - not a disk
        finally:
            tracemalloc.stop()
    assert held[-1] - held[0] < MOST_GROWTH, held
    assert max(large) <= 1, large
    assert max(opened) - min(opened) <= len(providers), opened
