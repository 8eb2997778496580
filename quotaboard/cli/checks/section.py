"""What a check found: facts to read, and what is in the way, with the command or step that mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is in the way."""

    what: str
    """One sentence; most end in what to do."""
    fix: str | None = None
    """A command that mends it, where there is one."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the answer."""

    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    """Values as JSON has them, by name; None for what is not known."""
    wrong: tuple[Wrong, ...] = ()
