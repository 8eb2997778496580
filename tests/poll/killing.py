"""Pollers that are killed at random: `python -m tests.poll.killing FOLDER BASE_URL KILLS SEED`.

Two of them run at a time on one store, each forked from here with everything imported, in a time that goes an
hour in a second. The one that leads is killed as often as the other. They write what was on their boards, and
with the time of a clock that all of them share, who began to lead and who was killed.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from quotaboard.config.values import Config, CredentialEntry, PollSettings
from quotaboard.poll import live
from quotaboard.poll.place import Place
from quotaboard.store.opening import open_store
from quotaboard.store.store import Store
from tests.poll.servers import SMALL, START

AN_HOUR = 3600
NAMES = ("max", "team")
BUDGET = 1500
"""Tokens a day: less than what the looks of a day would cost."""
BEGUN = time.monotonic()


class Lead(Protocol):
    def __call__(self, store: Store, now: datetime) -> bool: ...


def now() -> datetime:
    """One clock for all."""
    return START + timedelta(seconds=(time.monotonic() - BEGUN) * AN_HOUR)


def config(base_url: str, names: Sequence[str]) -> Config:
    entries = tuple(
        CredentialEntry(
            name,
            f"env:TOKEN_{name}",
            probe=True,
            models=(SMALL,),
            shapes=("plain", "tools"),
            base_url=base_url,
        )
        for name in names
    )
    return Config(poll=PollSettings(daily_token_budget=BUDGET), credentials=entries)


async def poll(
    folder: Path, base_url: str, tell: Callable[[str], None], names: Sequence[str] = NAMES
) -> None:
    """A session that tells each new thing that its board shows, once."""
    environment = {f"TOKEN_{name}": f"sk-ant-oat01-{name}-{'x' * 20}" for name in names}
    with open_store(folder, now=now()) as store:
        session = live.Live(store, config(base_url, names), Place(environment, folder / "home", folder), now)
        told: set[str] = set()

        def changed() -> None:
            for view in session.board(now()).credentials:
                words = {
                    f"window {view.credential.name} {one.window.utilization} {one.observed_at.isoformat()}"
                    for one in (window.sighting for window in view.windows)
                    if one.window.name == "5h"
                }
                for word in words - told:
                    told.add(word)
                    tell(word)

        await session.run(changed)


async def first_look(base_url: str) -> float:
    """Seconds until a session has something to show, on a machine that may be busy."""
    shown, begun = asyncio.Event(), time.monotonic()
    with TemporaryDirectory() as name:
        polling = asyncio.create_task(poll(Path(name), base_url, lambda _: shown.set(), ["warm"]))
        with suppress(TimeoutError):
            await asyncio.wait_for(shown.wait(), 5)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    return time.monotonic() - begun


def write(word: str) -> None:
    os.write(1, f"{word}\n".encode())


def start(folder: Path, base_url: str) -> int:
    child = os.fork()
    if child:
        return child
    live.lead = telling_when_it_begins(live.lead)
    try:
        asyncio.run(poll(folder, base_url, write))
    finally:
        os._exit(1)  # it never ends by itself


def telling_when_it_begins(lead: Lead) -> Lead:
    led = [False]

    def tell(store: Store, now: datetime) -> bool:
        led.append(lead(store, now))
        if led[-1] and not led[-2]:
            write(f"leads {os.getpid()} {time.monotonic()}")
        del led[0]
        return led[-1]

    return tell


def main() -> None:
    folder, base_url, kills, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    live.LISTEN_EVERY = 0.01
    asyncio.run(first_look(base_url))  # imports what a session needs, so that children need not
    longest = min(max(0.25, 2 * asyncio.run(first_look(base_url))), 1.0)
    chance = random.Random(seed)
    running = [start(folder, base_url), start(folder, base_url)]
    ends = 0
    for _ in range(kills):
        time.sleep(chance.uniform(0.01, longest))
        killed = running.pop(chance.randrange(2))
        write(f"kills {killed} {time.monotonic()}")
        os.kill(killed, signal.SIGKILL)
        _, status = os.waitpid(killed, 0)
        ends += os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        running.append(start(folder, base_url))
    for child in running:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    os.write(1, f"killed {ends} {now().isoformat()}\n".encode())


if __name__ == "__main__":
    main()
