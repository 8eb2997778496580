"""The board shows no secret, and hands none to a terminal, a clipboard, a log or a process list."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest

from quotaboard.config.loading import load_config
from quotaboard.config.values import Config
from quotaboard.domain.secret import Secret
from quotaboard.poll.live import Live
from quotaboard.poll.place import Place
from quotaboard.store.opening import open_store
from quotaboard.tui.app import Quotaboard
from tests.secrecy import canaries
from tests.secrecy.canaries import leaks_in
from tests.secrecy.conftest import Scene
from tests.terminal import LEFT_ALTERNATE_SCREEN, Terminal

SCREENS = {
    "board": ((), ()),
    "detail": (("enter",), ("escape",)),
    "help": (("question_mark",), ("escape",)),
    "palette": (("ctrl+p",), ("escape",)),
    "filter": (("slash", *"max", "enter"), ("escape",)),
    "zoomed": (("z",), ("z",)),
    "themes": (("t",), ("escape",)),
    "consent": (("c",), ()),
}
"""The keys that lead there, and back."""

WALK = (
    ("R\r", "esc back", True),
    ("\x1b", "esc back", False),
    ("?", "esc back", True),
    ("\x1b", "esc back", False),
    ("y", "The evidence", True),
    ("c", "Looks at", True),
    ("jjlly\x10", "what should be done?", True),
    ("\x1b", "what should be done?", False),
)
"""Keys, and the words that they bring or take away: an escape with a key right behind it is another key."""

QUOTING_BUG = """
import httpx
def stream(self, method, url, *, headers, **rest):
    raise RuntimeError(f"cannot send {headers}")
httpx.AsyncClient.stream = stream
"""
"""A third party that quotes a header in what it raises."""

LOCAL_BUG = """
import quotaboard.providers.anthropic.reading as reading
from quotaboard.domain.secret import Secret
def reveal(self, original=Secret.reveal):
    token = original(self)
    raise ZeroDivisionError
Secret.reveal = reveal
"""
"""A bug in a frame that holds a token in a variable."""


CORES_ALLOWED = """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
"""
"""A machine that keeps a picture of the memory of what crashes, as far as this one can be made one."""


@pytest.fixture
def log(looked: Scene) -> Path:
    """The log file, which is not there yet."""
    path = looked.state / "quotaboard.log"
    path.unlink(missing_ok=True)
    return path


@contextmanager
def session(scene: Scene) -> Iterator[Live]:
    config = load_config(scene.home / ".config/quotaboard/config.toml")
    assert isinstance(config, Config)
    with open_store(scene.state, now=now()) as store:
        yield Live(store, config, Place(scene.environment, scene.home, scene.state), now)


def now() -> datetime:
    return datetime.now(UTC)


async def test_no_screen_can_be_pictured_with_a_secret(looked_copy: Scene) -> None:
    with session(looked_copy) as live:
        app = Quotaboard(live, clock=now)
        async with app.run_test(size=(140, 45)) as pilot:
            for name, (keys, back) in SCREENS.items():
                await pilot.press(*keys)
                await pilot.pause()
                assert leaks_in(app.export_screenshot()) == [], name
                await pilot.press(*back)


@pytest.mark.terminal
def test_a_live_board_gives_nothing_away(looked_copy: Scene) -> None:
    command = looked_copy.command("--debug")
    command[2] = f"{CORES_ALLOWED}\n{command[2]}"
    with Terminal(command, looked_copy.environment, cwd=looked_copy.root) as terminal:
        terminal.wait_until_live()
        for keys, words, shown in WALK:
            terminal.send(keys)
            terminal.wait_for(partial(shows, words, shown))
        for command_line in command_lines(terminal.process.pid):
            assert leaks_in(command_line) == []
        assert core_limit(terminal.process.pid) <= 1
        terminal.send("q")
        assert terminal.wait() == 0
    assert b"\x1b]52;" in terminal.output, "the evidence was copied"
    assert leaks_in(bytes(terminal.output)) == []
    assert leaks_in(terminal.text) == []
    assert looked_copy.leaks_on_disk() == {}


@pytest.mark.soak
@pytest.mark.terminal
@pytest.mark.parametrize("bug", [QUOTING_BUG, LOCAL_BUG], ids=["quoting", "local"])
def test_a_board_that_meets_a_bug_reports_it_without_a_secret(looked: Scene, log: Path, bug: str) -> None:
    command = looked.command("--debug")
    command[2] = f"{bug}\n{command[2]}"
    with Terminal(command, looked.environment, cwd=looked.root) as terminal:
        terminal.wait_for("max")
        terminal.send("R")
        while "Error" not in (log.read_text() if log.exists() else ""):
            assert terminal.read(0.05), "it ended without a word in the log"
        terminal.send("q")
        terminal.wait()
    assert leaks_in(bytes(terminal.output)) == []
    assert looked.leaks_on_disk() == {}


@pytest.mark.terminal
def test_a_crash_of_the_board_prints_no_variables_and_says_where_its_traceback_is(
    looked: Scene, log: Path
) -> None:
    code = (
        "from quotaboard.tui.screens.board import BoardScreen\n"
        "def crash(self, *rest):\n"
        f"    token = {canaries.LOGIN!r}\n"
        "    raise ZeroDivisionError(f'Bearer {token}')\n"
        "BoardScreen.do_zoom = crash\n"
    )
    command = looked.command()
    command[2] = f"{code}\n{command[2]}"
    with Terminal(command, looked.environment, cwd=looked.root) as terminal:
        terminal.wait_for("max")
        terminal.send("z")
        assert terminal.wait() == 1
        assert str(log) in "".join(terminal.lines)
    assert LEFT_ALTERNATE_SCREEN in terminal.output
    assert "ZeroDivisionError" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert leaks_in(bytes(terminal.output)) == []
    assert looked.leaks_on_disk() == {}


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(QUOTING_BUG, id="quoting"),
        pytest.param(LOCAL_BUG, id="local", marks=pytest.mark.soak),
    ],
)
def test_a_command_that_meets_a_bug_reports_it_without_a_secret(
    scene: Scene, bug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner, name in ((httpx.AsyncClient, "stream"), (Secret, "reveal")):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # so that the bug goes with the test
    exec(bug, {})  # noqa: S102 - the code that a board of its own process runs above
    for code, said in scene.run_each(("status", "--refresh"), ("status", "--refresh", "--debug")):
        assert (code, "This is a bug in quotaboard" in said) == (1, True)
        assert leaks_in(said) == []
    assert scene.leaks_on_disk() == {}


@pytest.mark.terminal
def test_a_demo_reads_no_credential_of_its_user_and_writes_nothing(scene: Scene) -> None:
    before = sorted(scene.home.rglob("*"))
    with Terminal(scene.command("demo"), scene.environment, cwd=scene.root) as terminal:
        terminal.wait_for("GATED")
        assert all(leaks_in(line) == [] for line in command_lines(terminal.process.pid))
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 143
    assert leaks_in(bytes(terminal.output)) == []
    assert scene.server.asked == []
    assert sorted(scene.home.rglob("*")) == before


def command_lines(pid: int) -> list[bytes]:
    """What `ps` shows of a process and its descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has just ended
                continue
    family = {pid}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return [Path(f"/proc/{one}/cmdline").read_bytes() for one in family if Path(f"/proc/{one}").exists()]


def shows(words: str, shown: bool, text: str) -> bool:
    return (words in text) is shown


def core_limit(pid: int) -> int:
    """Bytes of its memory that the kernel may write down when it crashes."""
    limits = Path(f"/proc/{pid}/limits").read_text()
    told = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    soft = told.split()[4]
    return sys.maxsize if soft == "unlimited" else int(soft)
