"""The port that every source implements, and the values that cross it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from quotaboard.domain.lane import Credential
from quotaboard.domain.secret import Secret
from quotaboard.user_home import UserHome


class Lack(StrEnum):
    """What a credential lacks, in the words that refine the verdict `unauthorized`."""

    MISSING = "missing"
    """Nothing usable is there: no file, no token in it, or it cannot be read."""
    EXPIRED = "expired"
    INVALID = "invalid"
    """Something is there that no provider would take."""


@dataclass(frozen=True, slots=True)
class Surroundings(UserHome):
    """What a source may look at."""

    now: datetime
    state_dir: Path | None = None
    """Our own state folder, where the index of our keyring items lies."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a source's credentials is asked for."""

    detail: str | None = None
    """What followed the colon: a label, a variable, a path."""
    name: str | None = None
    """What the config calls the credential."""
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A credential seen at a place."""

    credential: Credential
    secret: Secret | None = None
    """None when it cannot be used, which `trouble` explains, and when a local server asks for none."""
    trouble: str | None = None
    """One sentence when it cannot be used, ending in what to do."""
    lack: Lack | None = None
    """Set exactly when there is trouble."""
    path: Path | None = None
    """The file that holds it."""


class Source(Protocol):
    """A kind of place that holds credentials; a module can be one. Trouble is a value, never an exception."""

    WORD: str
    """What the config calls it, before the colon."""

    def discover(self, around: Surroundings) -> list[Found]:
        """Every credential there, with a proposed name. Where nothing is, nothing is wrong: an empty list."""

    def read(self, wanted: Wanted, around: Surroundings) -> Found:
        """One credential, read now."""
