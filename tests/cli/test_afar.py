"""`--from prometheus:URL`: a server that tells of two machines, in the test's own process."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from quotaboard.cli import main, opening
from tests.poll.fleet.exporting import answer_for, over_time
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
        path = urlsplit(asked.path)
        if status != 200:
            return Reply(status, "")
        if path.path.endswith("query_range"):
            return Reply(body={"data": {"result": over_time(parse_qs(path.query)["query"][0])}})
        return answer_for(asked, boards)

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


def test_the_history_of_a_fleet_is_read_back_from_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["history", "--from", source]) == 0
        out = capsys.readouterr().out
        assert main(["history", "max@alpha", "--json", "--since", "1h", "--from", source]) == 0
    assert "max@alpha, " in out
    assert "50 % at the end, 50 % at most" in out
    assert "GATED" in out
    assert "(was OPEN)" in out
    (credential,) = json.loads(capsys.readouterr().out)["credentials"]
    (window,) = credential["windows"]
    assert (window["name"], window["seconds"]) == ("5h", 18_000)
    assert [one["utilization"] for one in window["readings"]] == [0.25, 0.5]
    assert {one["lane"] for one in credential["changes"]} == {f"max@alpha/{SONNET}/tools/direct"}


def test_history_knows_one_lane_of_one_machine_and_no_stranger(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["history", f"max@alpha/{SONNET}/tools/direct", "--csv", "--from", source]) == 0
        assert "gated" in capsys.readouterr().out
        assert main(["history", "max@alhpa", "--from", source]) == 2
    told = capsys.readouterr().err
    assert 'Did you mean "max@alpha"?' in told
    assert "`quotaboard status --from …` lists them." in told


def test_history_under_the_mask_names_no_machine(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["history", "--from", source, "--mask"]) == 0
    out = capsys.readouterr().out
    assert "GATED" in out
    assert "alpha" not in out


def test_a_history_that_cannot_be_read_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus(status=401) as source:
        assert main(["history", "--from", source]) == 1
    assert "refuses with status 401" in capsys.readouterr().err


def test_the_line_of_a_fleet_begins_with_the_agents_that_cannot_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with prometheus() as source:
        assert main(["line", "--from", source]) == 0
        line = capsys.readouterr().out
        assert main(["line", "--from", source, "--format", "{name}:{slug}"]) == 0
        filled = capsys.readouterr().out
        assert main(["line", "--from", source, "--format", "json"]) == 0
    assert line.startswith("hermes@alpha GATED (tools; 5h 3%) │ hermes@beta GATED")
    assert "max@alpha 5h 3% 2:00 GATED" in line
    assert filled == "max@alpha:gated │ max@beta:gated\n"
    agents = json.loads(capsys.readouterr().out)["agents"]
    assert [one["name"] for one in agents] == ["hermes@alpha", "hermes@beta"]


def test_the_line_hides_machines_behind_the_mask(capsys: pytest.CaptureFixture[str]) -> None:
    with prometheus() as source:
        assert main(["line", "--from", source, "--mask"]) == 0
    out = capsys.readouterr().out
    assert "GATED" in out
    assert "alpha" not in out


def test_a_bar_is_given_what_it_takes_where_no_server_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["line", "--from", "prometheus:http://127.0.0.1:1", "--format", "waybar"]) == 1
    out, err = capsys.readouterr()
    assert "cannot be reached" in json.loads(out)["tooltip"]
    assert err.rstrip().endswith("cannot be reached. Is it running?")
    assert main(["line", "--from", "http://127.0.0.1:1"]) == 2


def test_preflight_is_for_the_machine_of_its_agent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preflight", "hermes@alpha", "--from", "prometheus:http://127.0.0.1:1"]) == 2
    assert "runs on the agent's own machine" in capsys.readouterr().err
