"""A status line reads the store in a few milliseconds, whatever state it is in."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin
from quotaboard.domain.verdict import Verdict
from quotaboard.store.glance import glance
from quotaboard.store.opening import NAME
from quotaboard.store.store import Store
from quotaboard.store.times import to_ms
from quotaboard.store.verdicts import Standing

if TYPE_CHECKING:
    from tests.conftest import RunPython
    from tests.store.conftest import MakeAnswer


def test_lanes_and_windows_come_as_plain_rows(
    store: Store, folder: Path, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    later, reset, stale = now + timedelta(days=2), now + timedelta(hours=2), now + timedelta(hours=1)
    gated = Judgement(Verdict.GATED, "rule", "out_of_extra_usage", until=later, confirmed=False)
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    store.verdicts.save({lane.id: Standing(gated, stale_at=stale)}, now=now)
    path, at = str(folder / NAME), to_ms(now)
    times = (to_ms(later), at, to_ms(stale))
    key = ("max", "claude-sonnet-4-6", "tools", "direct")
    fresh = glance(path, at)
    assert fresh == (
        "ok",
        [(*key, "gated", "out_of_extra_usage", *times, 0, None)],
        [
            ("max", "5h", 0.03, to_ms(reset), at, None),
            ("max", "7d_sonnet", 0.2, to_ms(later), at, "Sonnet"),
        ],
    )
    _, lanes, windows = glance(path, to_ms(reset))
    assert lanes == [(*key, "unknown", None, *times, 0, "gated")]
    assert windows[0] == ("max", "5h", None, to_ms(reset), at, None), "after its reset its use is not known"
    assert windows[1][2] == 0.2


def test_what_is_no_longer_used_is_not_shown(
    store: Store, folder: Path, lane: Lane, now: datetime, answer: MakeAnswer
) -> None:
    store.answers.record(answer(), "max", lane, Origin.PROBE, now=now)
    store.verdicts.save({lane.id: Standing(Judgement(Verdict.OPEN, "rule"))}, now=now)
    store.credentials.remember([], now=now)
    assert glance(str(folder / NAME), to_ms(now)) == ("ok", [], [])


@pytest.mark.parametrize(
    ("content", "state"), [(None, "missing"), (b"", "empty"), (b"garbage" * 1000, "unreadable")]
)
def test_a_store_that_cannot_be_read_is_a_word(tmp_path: Path, content: bytes | None, state: str) -> None:
    path = tmp_path / "50% of #1?.db"
    if content is not None:
        path.write_bytes(content)
    assert glance(str(path), 0) == (state, [], [])
    assert path.exists() == (content is not None)


def test_a_database_of_another_program_is_unreadable(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / NAME)
    connection.execute("PRAGMA user_version = 3")
    connection.close()
    assert glance(str(tmp_path / NAME), 0) == ("unreadable", [], [])


def test_a_held_store_is_a_word(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    connection.execute("PRAGMA user_version = 1")
    connection.execute("BEGIN EXCLUSIVE")
    assert glance(str(tmp_path / NAME), 0) == ("locked", [], [])
    connection.close()


def test_it_reads_beside_a_writer(store: Store, folder: Path, now: datetime) -> None:
    with store._database.writing():
        assert glance(str(folder / NAME), to_ms(now))[0] == "ok"


def test_it_imports_nothing_but_sqlite(run_python: RunPython) -> None:
    code = """
import sys, sqlite3
before = set(sys.modules)
import quotaboard.store.glance
print(*sorted(set(sys.modules) - before))
"""
    assert run_python(code).split() == ["quotaboard", "quotaboard.store", "quotaboard.store.glance"]


def test_the_store_itself_starts_without_what_is_slow(run_python: RunPython) -> None:
    code = """
import sys
import quotaboard.store.opening
print(*sys.modules)
"""
    slow = {"asyncio", "httpx", "pydantic", "subprocess", "socket", "textual", "tempfile", "logging"}
    assert slow.isdisjoint(run_python(code).split())
