"""What Textual and Rich worked out is let go of now and then.

They keep the width of every text, and what every two regions have in common, so as not to work it out again.
On a board that is left open the texts are counts and ages that do not come back, and the regions are those of
lines that happened to change together: the caches would fill for a day, to some megabytes.
"""

from __future__ import annotations

from rich.cells import cached_cell_len
from rich.segment import Segment
from textual.geometry import Region

FORGOTTEN_EVERY = 600.0
"""Seconds. What is on the screen is worked out again within a millisecond."""

CACHES = (
    cached_cell_len,
    Segment._split_cells,  # noqa: SLF001 - the texts that a window over the board cuts off
    *(one for one in vars(Region).values() if hasattr(one, "cache_clear")),
)


def forget() -> None:
    """Empty these caches."""
    for cache in CACHES:
        cache.cache_clear()
