"""Time for a simulated provider: it can run fast, stand still, and be moved."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self


class SimulatedClock:
    """A clock that starts where it is told and passes `speed` seconds for each real one.

    Safe to read from the server's thread while a test moves it from another.
    """

    def __init__(
        self,
        start_at: datetime | None = None,
        speed: float = 1.0,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.started_at = (start_at or datetime.now(UTC)).astimezone(UTC)
        self._ticks = ticks
        self._lock = threading.Lock()
        self._speed = speed
        self._anchor_at = self.started_at
        self._anchor_tick = ticks()

    @classmethod
    def stopped(cls, at: datetime) -> Self:
        """A clock that moves only when it is moved."""
        return cls(at, speed=0.0)

    @property
    def speed(self) -> float:
        """Simulated seconds per real second; 0 stands still."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        with self._lock:
            self._move(self._read())
            self._speed = speed

    def now(self) -> datetime:
        """The simulated moment, in UTC."""
        with self._lock:
            return self._read()

    def advance(self, span: timedelta) -> None:
        """Let a span of simulated time pass at once."""
        with self._lock:
            self._move(self._read() + span)

    def set_to(self, at: datetime) -> None:
        """Jump to a moment; the speed stays."""
        with self._lock:
            self._move(at.astimezone(UTC))

    def _read(self) -> datetime:
        return self._anchor_at + timedelta(seconds=(self._ticks() - self._anchor_tick) * self._speed)

    def _move(self, at: datetime) -> None:
        self._anchor_at = at
        self._anchor_tick = self._ticks()
