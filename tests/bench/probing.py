"""What looking at a thousand lanes costs, against a plain loop that sends the same requests."""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice, product
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Self

import httpx

from quotaboard.config.values import Config, CredentialEntry, PollSettings
from quotaboard.domain.lane import TOOLS, Credential, Kind
from quotaboard.poll.asking import AT_ONCE
from quotaboard.poll.connections import ALONE, Connections
from quotaboard.poll.once import refresh
from quotaboard.poll.place import Place
from quotaboard.providers import registry
from quotaboard.store.opening import open_store
from tests.bench.figures import Figure, ratio
from tests.bench.processes import resident_mib
from tests.bench.stage import ROOT, Stage
from tests.terminal import Terminal

OWNERS, ROUNDS = 200, 5
MODELS = ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-opus-4-5", "claude-opus-4-6")
LONGEST = 300.0
"""Seconds within which a board looks at a thousand lanes, even on a busy machine."""

AT_REST = 10.0
"""Seconds that it is left alone then."""

NOBODY_COUNTS = 10_000_000
"""A budget that ends no round."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Accounts on a server, and where they are kept."""

    base_url: str
    folder: Path
    tokens: Mapping[str, str]
    models: tuple[str, ...]

    @property
    def config(self) -> Config:
        entries = tuple(
            CredentialEntry(
                name, f"env:{name}", probe=True, models=self.models, shapes=(TOOLS,), base_url=self.base_url
            )
            for name in self.tokens
        )
        return Config(credentials=entries, poll=PollSettings(daily_token_budget=NOBODY_COUNTS))

    @property
    def of_one(self) -> Self:
        """The first account alone."""
        return replace(self, tokens=dict(islice(self.tokens.items(), 1)))


@dataclass(frozen=True, slots=True)
class Taken:
    """What one round took."""

    seconds: float
    cpu: float
    """Seconds of it, of the process that asks."""


def probing(stage: Stage) -> Iterable[Figure]:
    """Ours is all that `status --refresh` does with a thousand lanes; theirs sends the requests and no more.

    Each round runs in a process of its own, one after the other in turn, as each would for whoever wrote it:
    we change how httpx keeps connections and what it imports, and a plain loop must not gain by that. What
    it would gain is told too. All ask an account's lanes first, untimed, so that none pays for imports. The
    provider is another process.
    """
    del stage
    ours, plain, spared = list[Taken](), list[Taken](), list[Taken]()
    with (
        crowded(OWNERS) as crowd,
        ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh,
    ):
        for number in range(ROUNDS):
            plain.append(fresh.submit(plain_round, crowd).result())
            ours.append(fresh.submit(watchful_round, crowd, crowd.folder / f"state-{number}").result())
            spared.append(fresh.submit(plain_round, crowd, spared=True).result())
    yield _compared("probing 1,000 lanes", ours, plain, 1 / 0.85, "plain httpx")
    yield _compared("… over our connections", ours, spared, None, "httpx over connections as ours")


def _compared(
    name: str, ours: Sequence[Taken], theirs: Sequence[Taken], goal: float | None, against: str
) -> Figure:
    cpu, their_cpu = (
        median(one.cpu for one in taken) * 1e3 / (OWNERS * len(MODELS)) for taken in (ours, theirs)
    )
    return ratio(
        name,
        [one.seconds for one in ours],
        [one.seconds for one in theirs],
        goal,
        f"{against}, {AT_ONCE} at a time, {cpu:.1f} ms of CPU a look against {their_cpu:.1f}",
    )


def memory(stage: Stage) -> Iterable[Figure]:
    """A live board that has looked at all of its lanes, and is left alone."""
    for owners, models in ((1, MODELS[:4]), (20, MODELS), (200, MODELS)):
        lanes = owners * len(models)
        with crowded(owners, models) as crowd:
            environment = {**stage.environment, **crowd.tokens, "HOME": str(crowd.folder)}
            environment |= {"XDG_CONFIG_HOME": str(crowd.folder), "XDG_STATE_HOME": str(crowd.folder)}
            _write_config(crowd)
            with Terminal(stage.quotaboard(), environment, cwd=crowd.folder) as terminal:
                terminal.wait_for("OPEN", 60)
                deadline = time.monotonic() + LONGEST
                while _looked_at(crowd) < lanes and time.monotonic() < deadline:
                    terminal.listen(1.0)
                terminal.listen(AT_REST)
                used = resident_mib(terminal.process.pid)
        yield Figure(
            f"memory at {lanes:,} lanes",
            used,
            "MiB",
            None,
            f"accounts: {owners}, models of each: {len(models)}",
        )


def _looked_at(crowd: Crowd) -> int:
    """How many lanes were."""
    with open_store(crowd.folder / "quotaboard", now=datetime.now(UTC)) as store:
        return sum(one.judgement.observed_at is not None for one in store.verdicts.all().values())


def _write_config(crowd: Crowd) -> None:
    entries = [
        f'[[credentials]]\nname = "{name}"\nsource = "env:{name}"\nbase_url = "{crowd.base_url}"\n'
        f'probe = true\nmodels = {json.dumps(crowd.models)}\nshapes = ["tools"]\n'
        for name in crowd.tokens
    ]
    path = crowd.folder / "quotaboard" / "config.toml"
    path.parent.mkdir(mode=0o700)
    path.write_text(f"[poll]\ndaily_token_budget = {NOBODY_COUNTS}\n" + "\n".join(entries))


@contextmanager
def crowded(count: int, models: tuple[str, ...] = MODELS) -> Iterator[Crowd]:
    """That many healthy accounts with these models each."""
    tokens = {f"A{number:03}": f"sk-ant-oat01-demo-crowd-{number:03}" for number in range(count)}
    with TemporaryDirectory(prefix="quotaboard-crowd-") as name:
        folder = Path(name)
        scenario = folder / "crowd.toml"
        scenario.write_text(
            'title = "Crowd"\nabout = "All is well."\n' + "".join(map(_account, tokens.items()))
        )
        command = [sys.executable, "-m", "quotaboard.simulator", str(scenario)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as provider:
            try:
                assert provider.stdout is not None
                told = next(line for line in provider.stdout if "http://" in line)
                found = re.search(r"http://127\.0\.0\.1:\d+", told)
                assert found is not None
                yield Crowd(found[0], folder, tokens, models)
            finally:
                provider.terminate()


def _account(item: tuple[str, str]) -> str:
    name, token = item
    return f"""
[[accounts]]
name = "{name}"
token = "{token}"
kind = "oauth"
source = "environment"
plan = "max_5x"
models = {json.dumps(MODELS)}
windows.5h = {{ utilization = 0.31, resets_in = "2h 40m" }}
windows.7d = {{ utilization = 0.22, resets_in = "5d" }}
"""


def plain_round(crowd: Crowd, *, spared: bool = False) -> Taken:
    """`spared`: with a connection for each request."""
    asyncio.run(_plainly(crowd.of_one, spared=spared))
    return asyncio.run(_plainly(crowd, spared=spared))


def watchful_round(crowd: Crowd, state: Path) -> Taken:
    asyncio.run(_watchfully(crowd.of_one, state / "first"))
    return asyncio.run(_watchfully(crowd, state))


@contextmanager
def _timed() -> Iterator[list[Taken]]:
    taken: list[Taken] = []
    begun, cpu = time.perf_counter(), time.process_time()
    yield taken
    taken.append(Taken(time.perf_counter() - begun, time.process_time() - cpu))


async def _plainly(crowd: Crowd, *, spared: bool) -> Taken:
    """Send the requests, read the answers, and that is all."""
    provider = registry.provider("anthropic")
    shape = Config().shape(TOOLS)
    room = asyncio.Semaphore(AT_ONCE)
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)

    async def ask(client: httpx.AsyncClient, name: str, token: str, model: str) -> None:
        credential = Credential(name, "anthropic", Kind.OAUTH, "none")
        request = provider.probe(credential, model, shape, crowd.base_url)
        headers = {**request.headers, "authorization": f"Bearer {token}"}
        async with room:
            answer = await client.post(request.url, json=request.json, headers=headers)
        assert answer.status_code == 200, answer.text
        answer.json()

    connect = partial(httpx.AsyncHTTPTransport, verify=False, limits=ALONE)
    transport = Connections(connect, AT_ONCE) if spared else None
    async with httpx.AsyncClient(
        trust_env=False,
        limits=limits,
        verify=False,  # without TLS, for which a plain loop would load a store of certificates
        transport=transport,
    ) as client:
        with _timed() as taken:
            await asyncio.gather(
                *(ask(client, *told, model) for told, model in product(crowd.tokens.items(), MODELS))
            )
    return taken[0]


async def _watchfully(crowd: Crowd, state: Path) -> Taken:
    """Find the credentials, plan, reserve, ask, judge and store, in an empty store."""
    place = Place(dict(crowd.tokens), crowd.folder / "home", state)
    with open_store(state, now=datetime.now(UTC)) as store:
        with _timed() as taken:
            await refresh(store, crowd.config, place, lambda: datetime.now(UTC))
        asked = sum(one.requests for one in store.budget.spent_on(datetime.now(UTC).date()).values())
    assert asked == len(crowd.tokens) * len(MODELS)
    return taken[0]
