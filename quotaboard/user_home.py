"""A home and environment as sources and agents are shown them: nothing is read from the process itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class UserHome:
    """Where a program of this user would look for its files."""

    environment: Mapping[str, str] = field(repr=False)
    """Not shown: it may hold secrets."""
    home: Path

    def variable(self, name: str) -> str | None:
        """The variable's value; an empty one counts as not set, as the programs themselves see it."""
        return self.environment.get(name, "").strip() or None

    def folder(self, variable: str, otherwise: str) -> Path:
        """The folder that the variable names, else the one of that name in the home."""
        named = self.variable(variable)
        return self.expand(named) if named else self.home / otherwise

    def expand(self, path: str) -> Path:
        """The path with `~` as this home, not as the process's."""
        if path == "~" or path.startswith("~/"):
            return self.home / path[2:]
        return Path(path)
