"""Homes made of nothing, and a switch of any file to any content."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Edit, Home, Origin, Profile, Route, SwitchPlan

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

Around = Callable[..., Surroundings]
Lay = Callable[[str, object], Path]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def around(home: Path) -> Around:
    """What an agent may be looked for in: this test's home, and only the variables that it names."""

    def look(
        *, cwd: Path | None = None, environment: dict[str, str] | None = None, **more: Any
    ) -> Surroundings:
        given = {"root": home / "machine", "state_dir": home / "state", **more}
        return Surroundings(environment or {}, home, NOW, cwd=cwd, **given)

    return look


def plan_of(*edits: Edit, home: Home | None = None, lock: str | None = None) -> SwitchPlan:
    """A switch of nobody's agent."""
    route = Route("openrouter", "m")
    profile = Profile("relay", route, Origin.OWN)
    return SwitchPlan(home or Home("toy", "/toy"), profile, None, route, edits, "", lock=lock)


def change(path: Path, after: bytes | None, **more: Any) -> Edit:
    """From what the file holds now."""
    return Edit(str(path), path.read_bytes() if path.exists() else None, after, **more)


@pytest.fixture(params=[40, pytest.param(10_000, marks=pytest.mark.soak)])
def examples(request: pytest.FixtureRequest) -> int:
    """How many generated cases are tried: what the long run tries too, only fewer."""
    count: int = request.param
    return count
