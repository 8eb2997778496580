"""What a part of the screen is drawn for.

Small values of this package are named tuples: the decorator of a frozen dataclass takes seven times as long,
and the first frame waits for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from quotaboard.config.keymap import SHOWN

FRESH_FOR = timedelta(minutes=5)
"""A number older than this says how old it is."""
DEMO, REPLAY = "demo", "replay"


class Page(NamedTuple):
    """The room there is, and the moment at which it will be read."""

    width: int
    now: datetime
    zone: tzinfo | None = None
    """None for the machine's own."""
    keys: Mapping[str, str] = SHOWN
    """How each command's key is written; that of `switch` is empty where nobody can press it."""
    played: str = ""
    """What stands on stage in the place of the real: `demo` or `replay`."""

    @property
    def pretends_past(self) -> bool:
        """Whether what lies behind was made up; a replay tells what was."""
        return self.played == DEMO

    def wide(self, width: int) -> Page:
        return self._replace(width=width)

    def since(self, at: datetime) -> timedelta:
        """How long ago; a clock that was set back makes nothing newer than now."""
        return max(self.now - at, timedelta(0))

    def until(self, at: datetime) -> timedelta:
        return at - self.now

    def is_fresh(self, at: datetime) -> bool:
        return self.since(at) < FRESH_FOR
