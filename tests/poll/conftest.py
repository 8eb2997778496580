"""A store in an empty folder, a clock that a test moves, and credentials to look at."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from quotaboard.config.values import Config, CredentialEntry, FleetSettings, PollSettings
from quotaboard.domain.board import Board, LaneView
from quotaboard.poll.asking import Patience
from quotaboard.poll.desk import Desk, open_desk
from quotaboard.poll.place import Place
from quotaboard.poll.view import board_of
from quotaboard.simulator import Scenario, SimulatedClock, SimulatedProvider, serve
from quotaboard.store.opening import open_store
from quotaboard.store.store import Store
from tests.poll.servers import LARGE, SMALL, START, Asked, Reply

PATIENT = Patience(connect=20, silence=20, whole=40)
"""For a server that answers, however busy this machine is."""
QUICK = Patience(connect=0.3, silence=0.3, whole=0.6)
"""For one that is to be given up."""


@dataclass(slots=True)
class Bench:
    """Everything that a look needs, in one place."""

    folder: Path
    clock: SimulatedClock
    store: Store
    environment: dict[str, str] = field(default_factory=dict)
    poll: PollSettings = field(default_factory=PollSettings)
    entries: list[CredentialEntry] = field(default_factory=list)
    patience: Patience = PATIENT
    prometheus: str | None = None
    """Where other machines are heard of."""

    def add(
        self, name: str, base_url: str | None, *, token: str | None = None, **told: Any
    ) -> CredentialEntry:
        """A credential in the environment, for lanes of a small and a large model."""
        variable = f"TOKEN_{name.upper().replace('-', '_')}"
        self.environment[variable] = token or f"sk-ant-oat01-{name}-{'x' * 20}"
        given = {"probe": True, "models": (SMALL, LARGE), "base_url": base_url, **told}
        entry = CredentialEntry(name, given.pop("source", f"env:{variable}"), **given)
        self.entries.append(entry)
        return entry

    def log_in_to_claude_code(self, name: str, *, expires_in: timedelta = timedelta(hours=6)) -> None:
        """Let this credential be Claude Code's own login, in its file."""
        index = next(index for index, entry in enumerate(self.entries) if entry.name == name)
        token = self.environment.pop(self.entries[index].source.removeprefix("env:"))
        self.entries[index] = replace(self.entries[index], source="claude-code")
        self.write_login(token, self.clock.now() + expires_in)

    def write_login(self, token: str, expires_at: datetime) -> None:
        login = {
            "accessToken": token,
            "refreshToken": "sk-ant-ort01-demo-never-used",
            "expiresAt": int(expires_at.timestamp() * 1000),
            "scopes": ["user:profile", "user:inference"],
            "subscriptionType": "max",
            "rateLimitTier": "default_claude_max_20x",
        }
        path = self.place.home / ".claude" / ".credentials.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"claudeAiOauth": login}))

    @property
    def config(self) -> Config:
        fleet = FleetSettings(self.prometheus)
        return Config(poll=self.poll, credentials=tuple(self.entries), fleet=fleet)

    @property
    def place(self) -> Place:
        """This test's own folders, and a machine without processes: the real one's are no part of it."""
        return Place(self.environment, self.folder / "home", self.folder, root=self.folder / "machine")

    def desk(self) -> AbstractAsyncContextManager[Desk]:
        return open_desk(self.store, self.config, self.place, self.clock.now, self.patience)

    def board(self) -> Board:
        return board_of(self.store, self.clock.now())

    def lane(self, lane_id: str) -> LaneView:
        return next(lane for lane in self.board().lanes if lane.lane.id == lane_id)

    def verdicts(self) -> dict[str, str]:
        """`max/haiku/tools`: `gated`."""
        return {lane.lane.id: lane.judgement.verdict.value for lane in self.board().lanes}

    async def breathe(self) -> None:
        """Let other tasks run."""
        await asyncio.sleep(0.001)

    async def live_through(self, desk: Desk, span: timedelta) -> None:
        """Let time pass as it would, asking whenever it is time."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            await desk.keep_up()
            await desk.finish_due()
            rest = timedelta(seconds=max(desk.rest(), 1.0))
            self.clock.set_to(min(end, self.clock.now() + min(rest, timedelta(minutes=1))))
        await desk.finish_due()


class Times:
    """When each kind of request came, in simulated time."""

    def __init__(self, bench: Bench, answer: Callable[[Asked], Reply]) -> None:
        self.bench = bench
        self.answer = answer
        self.at: dict[str, list[datetime]] = {}

    def __call__(self, asked: Asked) -> Reply:
        shape = f"{asked.model} {'tools' if asked.has_tools else 'plain'}" if asked.body else asked.path
        self.at.setdefault(shape, []).append(self.bench.clock.now())
        return self.answer(asked)

    def minutes(self, key: str) -> list[int]:
        """Between one and the next."""
        return [
            round((later - earlier) / timedelta(minutes=1))
            for earlier, later in pairwise(self.at.get(key, []))
        ]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "state"
    with open_store(folder, now=START) as store:
        yield Bench(folder, SimulatedClock.stopped(START), store)


@pytest.fixture
def simulated(bench: Bench) -> Iterator[Callable[[str | Scenario], SimulatedProvider]]:
    """A scenario on the real simulator, in the bench's time, with all of its accounts on the bench."""
    running: list[SimulatedProvider] = []

    def start(scenario: str | Scenario, names: Sequence[str] | None = None) -> SimulatedProvider:
        server = serve(scenario, clock=bench.clock)
        server.start()
        running.append(server)
        for account in server.scenario.accounts:
            if names is None or account.name in names:
                bench.add(
                    account.name,
                    server.base_url,
                    token=account.token,
                    models=tuple(account.models),
                    shapes=tuple(account.shapes),
                )
        return server

    yield start
    for server in running:
        server.stop()
