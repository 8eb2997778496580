"""The advisory file: whole, private, and no newer than what is known."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.domain.board import Board
from quotaboard.domain.holding import Policy
from quotaboard.domain.snapshot import snapshot
from quotaboard.poll.snapshots import SnapshotFile, write_snapshot
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, LARGE, START, Asked, Reply, answering_server, served

POLICY = Policy()


async def board_of_one(bench: Bench) -> Board:
    def answer(asked: Asked) -> Reply:
        return GATE if asked.has_tools else served(w5h=0.2, w7d=0.1)

    async with answering_server(answer) as server:
        bench.add("max", server.base_url, models=(LARGE,))
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
    return bench.board()


async def test_it_is_written_when_a_verdict_changes_and_else_rarely(bench: Bench, tmp_path: Path) -> None:
    board = await board_of_one(bench)
    file = SnapshotFile(tmp_path / "advice.json", POLICY)
    assert file.update(board)
    assert not file.update(replace(board, at=board.at + timedelta(seconds=5)))
    assert file.update(replace(board, at=board.at + timedelta(seconds=31)))
    assert file.update(Board(board.at + timedelta(seconds=32)))
    assert json.loads((tmp_path / "advice.json").read_text())["lanes"] == []


async def test_what_is_fresh_says_until_when_and_what_is_old_is_unknown(bench: Bench) -> None:
    board = await board_of_one(bench)
    told = snapshot(board, POLICY)
    by_shape = {lane["shape"]: lane for lane in told["lanes"]}
    assert (by_shape["tools"]["verdict"], by_shape["plain"]["verdict"]) == ("gated", "open")
    assert by_shape["plain"]["fresh_until"] == "2026-11-20T04:27:00Z"
    assert told["fresh_until"] == "2026-11-20T04:27:00Z"
    bench.clock.set_to(bench.clock.now() + timedelta(hours=12))
    old = snapshot(bench.board(), POLICY)
    assert {(lane["verdict"], lane["confidence"], lane["fresh_until"]) for lane in old["lanes"]} == {
        ("unknown", "none", None)
    }
    assert old["fresh_until"] == old["written_at"]


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path, stop, seen = tmp_path / "advice.json", threading.Event(), set()
    write_snapshot(path, {"lanes": []})

    def read() -> None:
        while not stop.is_set():
            seen.add(len(json.loads(path.read_text())["lanes"]))

    reader = threading.Thread(target=read)
    reader.start()
    for count in range(60):
        write_snapshot(path, {"lanes": ["x" * 1000] * (count % 3)})
    stop.set()
    reader.join()
    assert seen <= {0, 1, 2}
    assert [one.name for one in tmp_path.iterdir()] == ["advice.json"]


def test_a_file_that_cannot_be_written_is_logged_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    file = SnapshotFile(tmp_path / "file" / "advice.json", POLICY)
    board = Board(at=START)
    assert not file.update(board)
    assert not file.update(board)
    assert len(caplog.records) == 1
    (tmp_path / "file").unlink()
    assert file.update(board)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "advice.json").touch()
    (tmp_path / "advice.json").symlink_to(tmp_path / "real" / "advice.json")
    write_snapshot(tmp_path / "advice.json", {})
    assert (tmp_path / "advice.json").is_symlink()
    assert (tmp_path / "real" / "advice.json").read_text() == "{}\n"
