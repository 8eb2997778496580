"""`--from prometheus:URL`: a server that tells of two machines, in the test's own process."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from quotaboard.cli import main, opening
from tests.poll.fleet.exporting import answer_for
from tests.poll.servers import Asked, Reply, answering_server
from tests.serve.conftest import NOW, SONNET, a_board


@contextmanager
def prometheus(status: int = 200) -> Iterator[str]:
    """The source of two machines; it answers from a thread, for the command has the loop of this one."""
    boards = {"alpha": a_board(), "beta": a_board()}
    addresses: list[str] = []
    ready, ended = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    def answer(asked: Asked) -> Reply:
        return answer_for(asked, boards) if status == 200 else Reply(status, "")

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        async with answering_server(answer) as server:
            addresses.append(server.base_url)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield f"prometheus:{addresses[0]}"
    finally:
        loops[0].call_soon_threadsafe(ended.set)
        thread.join(10)


@pytest.fixture(autouse=True)
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "now", lambda: NOW)


def test_the_status_of_a_fleet_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["status", "--from", source]) == 0
    out, err = capsys.readouterr()
    assert "max@alpha: Anthropic Max 20x, found in file" in out
    assert "max@beta" in out
    assert "hermes@beta" in out
    assert "as alpha sees it" in out
    assert err == ""


def test_without_a_terminal_the_command_alone_prints_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["--from", source]) == 0
    assert "max@alpha" in capsys.readouterr().out


def test_json_names_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["status", "--json", "--from", source]) == 0
    told = json.loads(capsys.readouterr().out)
    first = told["credentials"][0]
    assert (first["name"], first["host"]) == ("max@alpha", "alpha")
    assert {lane["id"] for lane in told["lanes"]} >= {f"max@beta/{SONNET}/tools/direct"}


def test_one_lane_of_one_machine_has_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["status", "--from", source, "--lane", f"max@beta/{SONNET}/tools/direct"]) == 3
        assert main(["status", "--from", source, "--lane", f"max@beta/{SONNET}/plain/direct"]) == 4


def test_names_of_machines_are_hidden_behind_the_mask(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["status", "--from", source, "--mask"]) == 0
        out = capsys.readouterr().out
        assert main(["status", "--json", "--from", source, "--mask"]) == 0
    assert "alder" in out
    for shown in (out, capsys.readouterr().out):
        assert "alpha" not in shown
        assert "beta" not in shown


@pytest.mark.parametrize("source", ["http://127.0.0.1:9090", "prometheus:", "prometheus:http://me:hunter2@a"])
def test_a_source_that_is_none_is_wrong_usage(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--from", source]) == 2
    assert "hunter2" not in capsys.readouterr().err


def test_refreshing_other_machines_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--refresh", "--from", "prometheus:http://127.0.0.1:1"]) == 2
    assert "--refresh" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_a_failure_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--from", "prometheus:http://127.0.0.1:1"]) == 1
    assert "Prometheus at http://127.0.0.1:1 cannot be reached" in capsys.readouterr().err
    with prometheus(status=401) as source:
        assert main(["status", "--from", source]) == 1
    assert "refuses with status 401" in capsys.readouterr().err
