"""Homes made of nothing, in which a test lays what its source is to find."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.sources import keyring_store
from quotaboard.sources.base import Surroundings

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

Around = Callable[..., Surroundings]
Lay = Callable[[str, object], Path]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def recorded() -> Path:
    return Path(__file__).resolve().parents[1] / "recorded"


@pytest.fixture
def around(home: Path) -> Around:
    """What a source may look at: this test's home, and only the variables that it names."""

    def look(**environment: str) -> Surroundings:
        return Surroundings(environment, home, NOW, home / "state")

    return look


@pytest.fixture
def lay(home: Path) -> Lay:
    """Write a file of the home: a text as it is, anything else as JSON."""

    def write(name: str, content: object) -> Path:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


@pytest.fixture(autouse=True)
def fresh_session() -> Iterator[None]:
    """Nothing is remembered of the keyring from one test to the next."""
    keyring_store.forget()
    yield
    keyring_store.forget()
