"""The rows of the table: one small function each. A later feature adds its row at the end of ROWS."""

import subprocess
import time
from collections.abc import Callable, Iterable
from statistics import median

from tests.bench.crowd import crowd, past
from tests.bench.figures import Figure, ratio
from tests.bench.gateway import SETTLED_AFTER, gateway
from tests.bench.large import large
from tests.bench.planned import planning
from tests.bench.probing import memory, probing
from tests.bench.processes import cpu_seconds, resident_mib
from tests.bench.scraping import scraping
from tests.bench.stage import Stage
from tests.terminal import Terminal


def first_frame(stage: Stage) -> Iterable[Figure]:
    """From the start of the process until a verdict from the store is on the screen."""
    ours, bare = [], []
    for _ in range(stage.runs):
        bare.append(_time_to_text(stage, stage.bare_app, "here it is"))
        ours.append(_time_to_text(stage, stage.quotaboard(), "GATED"))
    yield ratio("first frame", ours, bare, 1.15, "that of a bare Textual app")


def first_key(stage: Stage) -> Iterable[Figure]:
    """From the start of the process until a key that was pressed at the first frame is answered."""
    ours, bare = [], []
    for _ in range(stage.runs):
        bare.append(_time_to_text(stage, stage.bare_app, "here it is"))
        with Terminal(stage.quotaboard(), stage.environment, cwd=stage.folder) as terminal:
            terminal.wait_for("GATED")
            terminal.send("?")
            ours.append(terminal.wait_for("what the words mean"))
    yield ratio("first key answered", ours, bare, None, "the first frame of a bare Textual app")


def line(stage: Stage) -> Iterable[Figure]:
    yield _against(stage, "line", ("line",), "import sqlite3", 2.5)


def status_json(stage: Stage) -> Iterable[Figure]:
    yield _against(stage, "status --json", ("status", "--json"), "import json, sqlite3", 4)


def version(stage: Stage) -> Iterable[Figure]:
    yield _against(stage, "--version", ("--version",), "pass", None)


def explain(stage: Stage) -> Iterable[Figure]:
    yield _against(stage, "explain", ("explain",), "import json, sqlite3", None)


def bridge(stage: Stage) -> Iterable[Figure]:
    """What the bridge adds to a status line: it stands between Claude Code and the user's own command."""
    told = (
        b'{"session_id": "x", "rate_limits": {"five_hour": {"used_percentage": 41, "resets_at": 1795190400}}}'
    )
    ours, bare = [], []
    for _ in range(stage.runs * 2):
        bare.append(_time_to_end(stage, stage.python("pass")))
        ours.append(_time_to_end(stage, stage.quotaboard("statusline", "--then", ":"), told))
    more = [(one - other) * 1000 for one, other in zip(ours, bare, strict=True)]
    times = f"{median(ours) * 1000:.0f} ms against {median(bare) * 1000:.0f} ms for a bare interpreter"
    yield Figure("statusline adds", median(more), "ms", 50, f"{times}, {len(more)} pairs")


def idle(stage: Stage) -> Iterable[Figure]:
    """A live board with four credentials that nobody touches; its planned looks are part of it."""
    with Terminal(stage.quotaboard(), stage.environment, cwd=stage.folder) as terminal:
        terminal.wait_for("GATED")
        terminal.listen(SETTLED_AFTER)
        pid = terminal.process.pid
        cpu, begun = cpu_seconds(pid), time.perf_counter()
        written = terminal.listen(stage.seconds)
        span = time.perf_counter() - begun
        used = cpu_seconds(pid) - cpu
        resident = resident_mib(pid)
    watched = f"over {span:.0f} s"
    yield Figure("idle memory", resident, "MiB", 56, "resident, at the end of the watch")
    yield Figure("idle CPU", 100 * used / span, "%", 0.4, f"{used:.2f} s {watched}")
    yield Figure("idle output", written / span, "B/s", 300, f"{written} bytes {watched}")


ROWS: dict[str, Callable[[Stage], Iterable[Figure]]] = {
    "first-frame": first_frame,
    "first-key": first_key,
    "line": line,
    "status-json": status_json,
    "version": version,
    "explain": explain,
    "bridge": bridge,
    "idle": idle,
    "crowd": crowd,
    "past": past,
    "large": large,
    "probing": probing,
    "memory": memory,
    "planning": planning,
    "gateway": gateway,
    "scraping": scraping,
}


def _time_to_text(stage: Stage, command: list[str], text: str) -> float:
    with Terminal(command, stage.environment, cwd=stage.folder) as terminal:
        return terminal.wait_for(text)


def _against(stage: Stage, name: str, words: tuple[str, ...], code: str, goal: float | None) -> Figure:
    ours, theirs = [], []
    for _ in range(stage.runs * 2):  # a command takes less time than a frame
        theirs.append(_time_to_end(stage, stage.python(code)))
        ours.append(_time_to_end(stage, stage.quotaboard(*words)))
    return ratio(name, ours, theirs, goal, f"`python -c '{code}'`")


def _time_to_end(stage: Stage, command: list[str], told: bytes = b"HTTP/1.1 429\r\n\r\n{}") -> float:
    begun = time.perf_counter()
    subprocess.run(
        command,
        env=stage.environment,
        cwd=stage.folder,
        input=told,
        capture_output=True,
        check=False,
    )
    return time.perf_counter() - begun
