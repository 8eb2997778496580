"""The store as its parts, over one connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from quotaboard.store.database import Database

# Each part is imported when it is first used: a command that prints what is known needs the half of them,
# and the other half would cost it 20 ms.
if TYPE_CHECKING:
    from quotaboard.store.agents import Agents
    from quotaboard.store.alerts import Alerts
    from quotaboard.store.answers import Answers
    from quotaboard.store.budget import Budget
    from quotaboard.store.credentials import Credentials, Lanes
    from quotaboard.store.forecasts import Forecasts
    from quotaboard.store.lease import Leases
    from quotaboard.store.notes import Notes
    from quotaboard.store.readings import Readings
    from quotaboard.store.schedule import Schedule
    from quotaboard.store.verdicts import Verdicts


class Store:
    """What is known, and what was spent on it. Every method may raise StoreTrouble; none waits long.

    A process opens it in one thread and uses it there.
    """

    def __init__(self, database: Database, path: Path | None, *, notice: str = "") -> None:
        self._database = database
        self.path = path
        """None for a store in memory."""
        self.notice = notice
        """A sentence that the person should read, such as that a damaged store was set aside."""
        self._file = _file_at(path)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All writes within happen wholly or not at all, and readers notice one change."""
        with self._database.writing():
            yield

    @cached_property
    def credentials(self) -> Credentials:
        from quotaboard.store.credentials import Credentials

        return Credentials(self._database)

    @cached_property
    def lanes(self) -> Lanes:
        from quotaboard.store.credentials import Lanes

        return Lanes(self._database)

    @cached_property
    def readings(self) -> Readings:
        from quotaboard.store.readings import Readings

        return Readings(self._database)

    @cached_property
    def answers(self) -> Answers:
        from quotaboard.store.answers import Answers

        return Answers(self._database, self.readings)

    @cached_property
    def verdicts(self) -> Verdicts:
        from quotaboard.store.verdicts import Verdicts

        return Verdicts(self._database)

    @cached_property
    def forecasts(self) -> Forecasts:
        from quotaboard.store.forecasts import Forecasts

        return Forecasts(self._database)

    @cached_property
    def agents(self) -> Agents:
        from quotaboard.store.agents import Agents

        return Agents(self._database)

    @cached_property
    def alerts(self) -> Alerts:
        from quotaboard.store.alerts import Alerts

        return Alerts(self._database)

    @cached_property
    def budget(self) -> Budget:
        from quotaboard.store.budget import Budget

        return Budget(self._database)

    @cached_property
    def schedule(self) -> Schedule:
        from quotaboard.store.schedule import Schedule

        return Schedule(self._database)

    @cached_property
    def leases(self) -> Leases:
        from quotaboard.store.lease import Leases

        return Leases(self._database)

    @cached_property
    def notes(self) -> Notes:
        from quotaboard.store.notes import Notes

        return Notes(self._database)

    @property
    def in_memory(self) -> bool:
        return self.path is None

    def is_in_place(self) -> bool:
        """Whether others find what is written here: another process may have set the file aside."""
        return _file_at(self.path) == self._file

    def version(self) -> int:
        """Grows with every change that is worth another look, whoever made it. Costs microseconds."""
        return self._database.version()

    def foreign_version(self) -> int:
        """Another number after another connection has changed something. Costs microseconds."""
        row = self._database.row("PRAGMA data_version")
        return row[0] if row else 0

    def tidy(self, *, now: datetime) -> bool:
        """One short step of keeping it small, to be taken every hour or so. True when more is left to do."""
        from quotaboard.store.tidying import tidy

        return tidy(self._database, now=now)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _file_at(path: Path | None) -> tuple[int, int] | None:
    """Which file is there; None where there is none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
