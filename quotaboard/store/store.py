"""The store as its parts, over one connection."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self

from quotaboard.store.answers import Answers
from quotaboard.store.budget import Budget
from quotaboard.store.credentials import Credentials, Lanes
from quotaboard.store.database import Database
from quotaboard.store.lease import Leases
from quotaboard.store.notes import Notes
from quotaboard.store.readings import Readings
from quotaboard.store.schedule import Schedule
from quotaboard.store.tidying import tidy
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
        self.credentials = Credentials(database)
        self.lanes = Lanes(database)
        self.readings = Readings(database)
        self.answers = Answers(database, self.readings)
        self.verdicts = Verdicts(database)
        self.budget = Budget(database)
        self.schedule = Schedule(database)
        self.leases = Leases(database)
        self.notes = Notes(database)

    @property
    def in_memory(self) -> bool:
        return self.path is None

    def version(self) -> int:
        """Grows with every change that is worth another look, whoever made it. Costs microseconds."""
        return self._database.version()

    def tidy(self, *, now: datetime) -> bool:
        """One short step of keeping it small, to be taken every hour or so. True when more is left to do."""
        return tidy(self._database, now=now)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
