"""The real commands in a real terminal: they leave it as they found it, whatever ends them."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.config.loading import load_config
from quotaboard.config.values import Config
from quotaboard.poll.once import refresh
from quotaboard.poll.place import Place
from quotaboard.simulator import SimulatedProvider, serve
from quotaboard.store.notes import CHECKED_CONFIG
from quotaboard.store.opening import open_store
from tests.conftest import ROOT
from tests.terminal import LEFT_ALTERNATE_SCREEN, MOUSE, SHOWS_CURSOR, Terminal

pytestmark = pytest.mark.terminal

ENTERED = b"\x1b[?1049h"
HIDES_CURSOR = b"\x1b[?25l"

COMMAND = [sys.executable, "-m", "quotaboard"]
SIZES = [(40, 12), (80, 24), (140, 45)]


@pytest.fixture(scope="module")
def provider() -> Iterator[SimulatedProvider]:
    with serve("tools-gated") as server:
        yield server


@pytest.fixture(scope="module")
def filled(provider: SimulatedProvider, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one credential whose lanes have been seen once."""
    (account,) = provider.scenario.accounts
    home = tmp_path_factory.mktemp("filled")
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f'[[credentials]]\nname = "max"\nsource = "env:TOKEN"\nbase_url = "{provider.base_url}"\n'
        f"probe = true\nmodels = {json.dumps(list(account.models))}\n"
    )
    state = home / ".local/state/quotaboard"
    loaded, place = load_config(config), Place({"TOKEN": account.token}, home, state)
    assert isinstance(loaded, Config)
    with open_store(state, now=now()) as store:
        asyncio.run(refresh(store, loaded, place, now))
        store.notes.set(CHECKED_CONFIG, str(loaded.digest))
    return home


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def environment(home: Path, filled: Path, provider: SimulatedProvider) -> dict[str, str]:
    shutil.copytree(filled, home, dirs_exist_ok=True)
    return {**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": provider.scenario.accounts[0].token}


def became_live(terminal: Terminal) -> None:
    terminal.wait_for("GATED")
    terminal.wait_until_live()


def assert_clean(terminal: Terminal) -> None:
    output = terminal.output
    assert output.rindex(LEFT_ALTERNATE_SCREEN) > output.rindex(ENTERED)
    assert output.rindex(SHOWS_CURSOR) > output.rindex(HIDES_CURSOR)
    assert b"Traceback" not in output
    if MOUSE in output:
        assert output.rindex(MOUSE.replace(b"h", b"l")) > output.rindex(MOUSE)


DEMO = ["demo", "--scenario", "tools-gated"]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ([], signal.SIGHUP),
        pytest.param([], signal.SIGTERM, marks=pytest.mark.soak),  # also below, after a key
        pytest.param(DEMO, signal.SIGTERM, marks=pytest.mark.soak),
        pytest.param(DEMO, signal.SIGHUP, marks=pytest.mark.soak),
    ],
)
def test_a_signal_ends_it_and_leaves_the_terminal_clean(
    environment: dict[str, str], words: list[str], number: signal.Signals
) -> None:
    with Terminal([*COMMAND, *words], environment) as terminal:
        became_live(terminal)
        terminal.signal(number)
        assert terminal.wait() == 128 + number
        assert_clean(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.soak)])
def test_a_signal_at_the_first_frame_leaves_the_terminal_clean(
    environment: dict[str, str], number: signal.Signals
) -> None:
    with Terminal(COMMAND, environment) as terminal:
        terminal.wait_for("GATED")
        terminal.signal(number)
        assert terminal.wait() == 128 + number
        assert_clean(terminal)


def test_no_command_opens_the_board_from_the_store_and_leaves_no_log(
    environment: dict[str, str], home: Path
) -> None:
    with Terminal(COMMAND, environment) as terminal:
        became_live(terminal)
        terminal.send("q")
        assert terminal.wait() == 0
        assert_clean(terminal)
    assert not (home / ".local/state/quotaboard/quotaboard.log").exists()


def test_a_key_pressed_at_the_first_frame_is_answered_and_a_signal_then_leaves_the_terminal_clean(
    environment: dict[str, str],
) -> None:
    with Terminal(COMMAND, environment) as terminal:
        terminal.wait_for("GATED")
        terminal.send("@\r")
        terminal.wait_for("read from")
        assert b"@" not in terminal.output, "it was written over the frame"
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert_clean(terminal)


@contextmanager
def tmux(environment: dict[str, str], folder: Path) -> Iterator[Callable[..., str]]:
    """A server of our own, that knows nobody's configuration."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    socket = str(folder / "tmux")

    def run(*words: str) -> str:
        command = ["tmux", "-S", socket, "-f", "/dev/null", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.stdout

    try:
        yield run
    finally:
        run("kill-server")


def seen(run: Callable[..., str], wanted: Callable[[str], bool]) -> str:
    """The pane's text once it is as wanted."""
    deadline = time.monotonic() + 20
    while not wanted(shown := run("capture-pane", "-p")):
        assert time.monotonic() < deadline, shown
        time.sleep(0.03)  # each look is a process, and the board wants the time
    return shown


@pytest.mark.parametrize(
    ("columns", "lines", "scenario"),
    [
        (*SIZES[0], "tools-gated"),
        *(pytest.param(*size, "fleet", marks=pytest.mark.soak) for size in SIZES),
    ],
)
def test_the_demo_reads_well_in_a_pane_of_tmux(
    environment: dict[str, str], tmp_path: Path, columns: int, lines: int, scenario: str
) -> None:
    command = " ".join([*COMMAND, "demo", "--scenario", scenario])
    with tmux(environment, tmp_path) as run:
        run("new-session", "-d", "-x", str(columns), "-y", str(lines), command)
        run("set-option", "status", "off")
        run("resize-window", "-x", str(columns), "-y", str(lines))
        shown = seen(run, lambda text: "blocked" in text.partition("\n")[0] and "GATED" in text)
        assert all(len(line) <= columns for line in shown.splitlines())
        assert "quit" in shown.rstrip().splitlines()[-1]
        run("send-keys", "?")
        seen(run, lambda text: "what the words mean" in text)
        run("send-keys", "Escape")
        seen(run, lambda text: "blocked" in text)
        pid = int(run("list-panes", "-F", "#{pane_pid}"))
        run("kill-pane")
        wait_until_gone(pid)


@pytest.mark.soak
def test_a_board_does_not_outlive_its_terminal(environment: dict[str, str]) -> None:
    for _ in range(9):  # it depended on which thread wrote last
        with Terminal([*COMMAND, *DEMO], environment) as terminal:
            became_live(terminal)
            terminal.hang_up()
            for number in (signal.SIGHUP, signal.SIGCONT):  # as the kernel sends them
                terminal.signal(number)
            terminal.process.wait(30)


def test_a_board_that_no_signal_reaches_ends_with_its_terminal_too(environment: dict[str, str]) -> None:
    with Terminal(COMMAND, environment) as terminal:
        became_live(terminal)
        terminal.hang_up()
        terminal.process.wait(30)


@pytest.mark.soak  # the suite changes the size of each screen without tmux
def test_a_pane_that_is_resized_changes_its_layout(environment: dict[str, str], tmp_path: Path) -> None:
    command = " ".join([*COMMAND, "demo", "--scenario", "tools-gated"])
    with tmux(environment, tmp_path) as run:
        run("new-session", "-d", "-x", "140", "-y", "45", command)
        seen(run, lambda text: "what helps" in text and "evidence" in text)
        for columns, lines in [*SIZES, *reversed(SIZES)]:
            run("resize-window", "-x", str(columns), "-y", str(lines))
            shown = seen(run, lambda text: "GATED" in text and "quit" in text)
            assert all(len(line) <= columns for line in shown.splitlines())


def wait_until_gone(pid: int) -> None:
    """It has ended; whoever adopted it may not have noticed yet."""
    deadline = time.monotonic() + 30
    with suppress(OSError):
        while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z":
            assert time.monotonic() < deadline, "it outlived its pane"
            time.sleep(0.01)
