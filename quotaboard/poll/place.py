"""Where credentials are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quotaboard.sources.base import Found


@dataclass(frozen=True, slots=True)
class Place:
    """Where sources look."""

    environment: Mapping[str, str] = field(repr=False)
    home: Path
    state_dir: Path
    given: Mapping[str, Found] = field(default_factory=dict, repr=False)
    """Credentials by name that are given rather than searched for: the demo's."""
    cwd: Path | None = None
    """The project whose own settings may override the user's; None where a command does not stand in one."""
    root: Path = Path("/")
    """Where `/etc` and `/proc` lie; a demo has its own."""
