"""A few steps of the walk in the suite; the long run walks ten thousand."""

import pytest

from tests.tui.walking import Walk

pytestmark = pytest.mark.usefixtures("paints_each_frame")


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 30), *(pytest.param(seed, 2_500, marks=pytest.mark.soak) for seed in (3, 4, 5, 6))],
)
async def test_a_random_walk_breaks_nothing(seed: int, steps: int) -> None:
    walk = Walk(seed)
    await walk.go(steps)
    assert len(walk.done) == steps
