"""What Textual and Rich worked out is let go of now and then.

They keep the width of every text, and what every two regions have in common, so as not to work it out again.
On a board that is left open the texts are counts and ages that do not come back, and the regions are those of
lines that happened to change together: the caches would fill for a day, to some megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import cells
from rich.segment import Segment
from textual.geometry import Region

FORGOTTEN_EVERY = 600.0
"""Seconds. What is on the screen is worked out again within a millisecond."""


def forget() -> None:
    """Empty the caches of widths, of texts that were cut, and of regions."""
    for place in (cells, Segment, Region):
        for cache in _caches_in(place):
            cache.cache_clear()


def _caches_in(place: object) -> Iterator[Any]:
    """Those that have a bound; what has none is a table that is read once."""
    for one in vars(place).values():
        plain = getattr(one, "__func__", one)
        if hasattr(plain, "cache_clear") and plain.cache_parameters()["maxsize"] is not None:
            yield plain
