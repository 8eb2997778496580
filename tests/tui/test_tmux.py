"""Going to the pane of an agent, in a real tmux."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from quotaboard.tui.tmux import go_to_pane, panes_of
from tests.cli.tmux_server import Tmux, tmux_server

pytestmark = pytest.mark.terminal
SLEEPS = "exec sleep 1000"


class Server:
    """A tmux of its own, and a client that shows its session `board`."""

    def __init__(self, tmux: Tmux) -> None:
        self._tmux = tmux
        self.say("rename-session", "board")

    def say(self, *words: str) -> str:
        return self._tmux.run(*words).strip()

    def pane(self, target: str) -> str:
        return self.say("display-message", "-p", "-t", target, "#{pane_id}")

    def pid(self, target: str) -> int:
        return int(self.say("display-message", "-p", "-t", target, "#{pane_pid}"))

    def shown(self) -> str:
        """The session and the pane that the client shows."""
        session = self.say("list-clients", "-F", "#{client_session}")
        return f"{session} {self.pane(f'={session}:')}"


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with tmux_server(size=(80, 24), command=SLEEPS) as tmux:
        made = Server(tmux)
        monkeypatch.setenv("TMUX", tmux.socket)
        monkeypatch.setenv("TMUX_PANE", made.pane("board"))
        with tmux.attach(80, 24) as client:
            client.wait_for("[board]")
            yield made


def gone_to(pids: Sequence[int]) -> str | None:
    found = panes_of(pids, os.environ)
    assert isinstance(found, list)
    assert len(found) == 1
    return go_to_pane(found[0].id, os.environ)


def test_the_pane_of_another_session_is_shown(server: Server) -> None:
    server.say("new-session", "-d", "-s", "work", SLEEPS)
    server.say("new-window", "-d", "-t", "work", SLEEPS)
    assert server.shown() == f"board {server.pane('board')}"
    assert gone_to([server.pid("work:1")]) is None
    assert server.shown() == f"work {server.pane('work:1')}"


def test_the_pane_of_another_window_is_shown(server: Server) -> None:
    server.say("new-window", "-d", "-t", "board", SLEEPS)
    server.say("split-window", "-d", "-t", "board:1", SLEEPS)
    assert gone_to([server.pid("board:1.1")]) is None
    assert server.shown() == f"board {server.pane('board:1.1')}"


def test_a_process_below_that_of_the_pane_is_found(server: Server) -> None:
    server.say("new-window", "-d", "-t", "board", "sh -c 'sleep 1000; true'")
    shell = server.pid("board:1")
    children = Path(f"/proc/{shell}/task/{shell}/children")
    while not (found := children.read_text().split()):
        pass
    assert gone_to([int(found[0])]) is None
    assert server.shown() == f"board {server.pane('board:1')}"


def test_a_process_in_no_pane_says_so(server: Server) -> None:
    assert panes_of([os.getppid()], os.environ) == "It runs, but in no pane of this tmux."


def test_a_session_that_nobody_can_be_shown_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.say("new-session", "-d", "-s", "alone", SLEEPS)
    server.say("detach-client", "-s", "board")
    reason = gone_to([server.pid("alone")])
    assert reason == "Its pane is in the session alone, which tmux did not switch to."


def test_each_pane_is_told_once_with_its_session_and_what_runs_in_it(server: Server, tmp_path: Path) -> None:
    unreadable = tmp_path / "caf\udce9"  # as a disk may hold it that was written long ago
    unreadable.mkdir()
    server.say("new-session", "-d", "-s", "the api", "-c", "/usr", "-n", "shell", SLEEPS)
    server.say("split-window", "-d", "-t", "=the api:", "-c", str(unreadable), SLEEPS)
    server.say("select-pane", "-t", "=the api:0.0", "-T", "Fix the tests <|> é")
    server.say("new-session", "-d", "-s", "again", "-t", "the api")
    pids = [server.pid("=the api:0.0"), server.pid("=the api:0.1"), os.getppid()]
    found = panes_of(pids, os.environ)
    assert isinstance(found, list)
    told = [(pane.id, pane.window, pane.pane, pane.called, pane.path) for pane in found]
    assert told == [
        (server.pane("=the api:0.0"), "0", "0", "Fix the tests <|> é", "/usr"),
        (server.pane("=the api:0.1"), "0", "1", "shell", f"{tmp_path}/caf\ufffd"),
    ]
    assert {pane.session for pane in found} <= {"the api", "again"}


def test_outside_of_tmux_there_is_no_pane() -> None:
    assert panes_of([1], {}) == "quotaboard does not run in tmux here, so it cannot go to a pane."
