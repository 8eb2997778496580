"""Homes made of nothing, in which a test lays what its source is to find."""

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
def around(home: Path) -> Around:
    """What a source may look at: this test's home, and only the variables that it names."""

    def look(**environment: str) -> Surroundings:
        return Surroundings(environment, home, NOW, home / "state")

    return look


@pytest.fixture(autouse=True)
def fresh_session() -> Iterator[None]:
    """Nothing is remembered of the keyring from one test to the next."""
    keyring_store.forget()
    yield
    keyring_store.forget()
