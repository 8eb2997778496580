"""A few steps of the walk; CI walks ten thousand."""

import pytest

from tests.tui.walking import Walk


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_random_walk_breaks_nothing(seed: int) -> None:
    walk = Walk(seed)
    await walk.go(80)
    assert len(walk.done) == 80
