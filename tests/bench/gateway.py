"""A board beside a gateway that writes a line of its log every second; `--long` watches for an hour."""

import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from quotaboard.simulator import load_scenario
from tests.bench.figures import Figure
from tests.bench.processes import cpu_seconds, resident_mib
from tests.bench.stage import SCENARIO, Stage
from tests.fleet_home import MODEL, append, lay_hermes, log_line
from tests.terminal import Terminal

SETTLED_AFTER = 20.0
"""Seconds after which a live board has read everything that it wanted at its start."""
WARM_AFTER = 1800.0
"""Seconds in which a board that began with an empty store fills what it keeps at hand: not yet growth."""
A_CALL = 5
"""Every so many lines tell of a request that was served."""


def gateway(stage: Stage) -> Iterable[Figure]:
    """What the board costs, and how much it grows once it is warm: from half of the time on."""
    command, environment = stage.quotaboard(), stage.environment
    with _home(stage) as home, _busy(home), Terminal(command, environment, cwd=stage.folder) as terminal:
        terminal.wait_for("GATED")
        terminal.listen(SETTLED_AFTER)
        pid = terminal.process.pid
        cpu, begun, held, written = cpu_seconds(pid), time.perf_counter(), [resident_mib(pid)], 0
        for _ in range(4):
            written += terminal.listen(stage.seconds / 4)
            held.append(resident_mib(pid))
        span, used = time.perf_counter() - begun, cpu_seconds(pid) - cpu
    watched = f"over {span:.0f} s"
    grown = f"{', '.join(f'{size:.2f}' for size in held)} MiB, a quarter of the time between each"
    goal = 0.1 if stage.seconds / 2 >= WARM_AFTER else None
    yield Figure("beside a gateway, CPU", 100 * used / span, "%", 0.3, f"{used:.2f} s {watched}")
    yield Figure("beside a gateway, output", written / span, "B/s", 300, f"{written} bytes {watched}")
    yield Figure("beside a gateway, growth", held[4] - held[2], "MiB", goal, grown)


@contextmanager
def _home(stage: Stage) -> Iterator[Path]:
    """The agent's home, for this row only."""
    config = (stage.folder / "config" / "quotaboard" / "config.toml").read_text()
    asked_at = re.search(r'base_url = "(.*?)"', config)
    assert asked_at is not None
    tokens = {account.name: account.token for account in load_scenario(SCENARIO).accounts}
    home = lay_hermes(stage.folder, asked_at[1], tokens, next(iter(tokens)))
    try:
        yield home
    finally:
        shutil.rmtree(home)


@contextmanager
def _busy(home: Path) -> Iterator[None]:
    """The gateway works for as long as this is entered."""
    over = threading.Event()
    gateway = threading.Thread(target=_write, args=(home, over), name="gateway")
    gateway.start()
    try:
        yield
    finally:
        over.set()
        gateway.join()


def _write(home: Path, over: threading.Event) -> None:
    number = 0
    while not over.wait(1):
        number += 1
        at = f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S,%f}"[:-3]
        append(home, log_line(at, f"tool result received: {number}"))
        if number % A_CALL == 0:
            call = f"API call #{number}: model={MODEL} provider=custom:home in=1200 out=80 latency=2.4s"
            append(home, log_line(at, call))
