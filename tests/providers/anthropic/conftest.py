"""The official client, replaced."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from quotaboard.providers import client_process
from tests.providers.anthropic.fake_client import write_client

Fake = Callable[[str], Path]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ignores a polite request is not waited for as long as in real life."""
    monkeypatch.setattr(client_process, "GRACE", 0.1)
    monkeypatch.setattr(client_process, "FAREWELL", 0.1)
    monkeypatch.setattr(client_process, "_REST", 0.1)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made, to see that none is left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def fake(hasty: None, temporary: Path, tmp_path: Path) -> Fake:
    """A client that does what the code says, in place of the real one."""
    return partial(write_client, tmp_path)
