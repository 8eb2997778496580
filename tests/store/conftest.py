"""A store in an empty folder, and values to put into it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.lane import TOOLS, Credential, Kind, Lane
from quotaboard.domain.reading import Overage, Window
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_store
from quotaboard.store.store import Store

ROOT = Path(__file__).resolve().parents[2]

StartPython = Callable[..., subprocess.Popen[str]]
MakeAnswer = Callable[..., Answer]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 20, 4, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "quotaboard"


@pytest.fixture
def lane() -> Lane:
    return Lane("max", "anthropic", "claude-sonnet-4-6", TOOLS)


@pytest.fixture
def known() -> Known:
    return Known(Credential("max", "anthropic", Kind.OAUTH, "claude-code", plan="max_20x"), consent=True)


@pytest.fixture
def store(folder: Path, known: Known, lane: Lane, now: datetime) -> Iterator[Store]:
    """A store that knows one credential and one lane."""
    with open_store(folder, now=now) as store:
        store.credentials.remember([known], now=now)
        store.lanes.remember([lane])
        yield store


@pytest.fixture
def answer(now: datetime) -> MakeAnswer:
    """An allowed answer with two windows, so many minutes from now."""

    def make(minutes: float = 0, used: float = 0.03) -> Answer:
        return Answer(
            "anthropic",
            now + timedelta(minutes=minutes),
            Asked("claude-sonnet-4-6", TOOLS, 1, "oauth"),
            status=200,
            headers={"request-id": "req_1"},
            windows=(
                Window("5h", used, now + timedelta(hours=2), "allowed", seconds=18000),
                Window("7d_sonnet", 0.2, now + timedelta(days=2), "allowed", "Sonnet", 604800),
            ),
            overage=Overage("rejected", "org_level_disabled_until"),
            request_id="req_1",
        )

    return make


@pytest.fixture
def start_python(tmp_path: Path) -> Iterator[StartPython]:
    """Start code in other processes; whatever is left of them ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *args: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", code, *args],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()
