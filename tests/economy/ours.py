"""quotaboard itself, at a desk over a store in memory, living through the days of a world."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from quotaboard.config.values import Config, CredentialEntry, PollSettings
from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.lane import PLAIN, Client, Lane
from quotaboard.poll.desk import Desk
from quotaboard.poll.hearing import OPINIONS_EVERY
from quotaboard.poll.looking import Looker
from quotaboard.poll.means import Means
from quotaboard.poll.place import Place
from quotaboard.poll.together import Together
from quotaboard.poll.watching import Roster, Watched
from quotaboard.providers.base import Provider, Request
from quotaboard.simulator import SimulatedClock
from quotaboard.store.opening import open_store
from tests.economy.ledger import ASKED, IDLE, SAID, UNTOLD, WAITED_FOR, Ledger
from tests.economy.making import OPUS
from tests.economy.people import URL, Agent, agents, lay_homes
from tests.economy.world import World

LISTENS_AFTER = timedelta(seconds=1)
"""A turn of the live session comes at most so long after something happened."""

BEGIN = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
STEP = timedelta(seconds=30)
CONTROL_TOKENS = (330, 4)
OFFICIAL_HEADERS = {
    "user-agent": "claude-cli/2.1.328",
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "oauth-2025-04-20",
}


@dataclass(frozen=True, slots=True)
class Past:
    """A run: what was true, what was said, and what it cost."""

    world: World
    ledger: Ledger
    lanes: tuple[Lane, ...]
    span: timedelta
    too_often: int


class OnceRead(Roster):
    """The credentials and agents of files that nobody edits: read for good at the first time."""

    _read: list[Watched] | None = None

    async def watched(self) -> list[Watched]:
        if self._read is None:
            self._read = self._watched()
        return self._read


@dataclass(frozen=True, slots=True)
class InMemory(Looker):
    """Asks as the official client would, without a process."""

    async def _control(self, provider: Provider, lane: Lane, watched: Watched) -> Answer | None:
        request = Request(
            "POST",
            f"{URL}/v1/messages",
            headers=OFFICIAL_HEADERS,
            secret_header=("authorization", "Bearer "),
            json={
                "model": lane.model,
                "max_tokens": CONTROL_TOKENS[1],
                "messages": [{"role": "user", "content": "ok  " * (CONTROL_TOKENS[0] - 7)}],
            },
        )
        return await self._sent(
            provider, request, watched, Asked(lane.model, PLAIN, 0, "oauth", Client.OFFICIAL)
        )


def entries(world: World) -> tuple[CredentialEntry, ...]:
    """The config's credentials: each with consent, and the lanes that its owner wants to see."""
    told = []
    for account in world.scenario.accounts:
        if account.name == "max":
            own = CredentialEntry("max", "claude-code", models=(OPUS,), shapes=(), clients=(Client.OFFICIAL,))
        else:
            own = CredentialEntry(account.name, f"env:TOKEN_{account.name.upper()}", models=account.models)
        told.append(own)
    return tuple(
        CredentialEntry(
            one.name,
            one.source,
            probe=True,
            models=one.models,
            shapes=one.shapes,
            clients=one.clients,
            base_url=URL,
        )
        for one in told
    )


async def live(world: World, folder: Path, span: timedelta, seed: int, poll: PollSettings) -> Past:
    """Let the days pass."""
    tokens = {account.name: account.token for account in world.scenario.accounts}
    lay_homes(folder, tokens, world.started_at)
    clock = SimulatedClock.stopped(world.started_at)
    environment = {f"TOKEN_{name.upper()}": token for name, token in tokens.items() if name != "max"}
    config = Config(poll=poll, credentials=entries(world))
    place = Place(environment, folder, folder / "state")
    transport = httpx.MockTransport(lambda request: world.answer(request, clock.now()))
    roster, means = OnceRead(config, place, clock.now), Means(config, place)
    state, now = folder / "state", world.started_at
    # A hook is a process of its own.
    with open_store(state, now=now) as store, open_store(state, now=now) as hooks_store:
        people = agents(folder, world, seed, span, hooks_store.agents.tell)
        async with httpx.AsyncClient(transport=transport) as client, asyncio.TaskGroup() as tasks:
            together = Together(store, tasks)
            looker = InMemory(client, store.budget, together, roster, means, config, clock.now)
            desk = Desk(store, config, looker, tasks)
            await desk.take_over()
            watched = [
                lane for one in await roster.watched() for lane in one.lanes if lane.id not in one.spare
            ]
            past = Past(world, Ledger(), tuple(watched), span, 0)
            await _live(desk, past, people, clock)
    return past


async def _live(desk: Desk, past: Past, people: list[Agent], clock: SimulatedClock) -> None:
    world, ledger = past.world, past.ledger
    end, edges = world.started_at + past.span, world.changes()
    acted_at = world.started_at
    while (now := clock.now()) < end:
        for agent in people:
            if agent.next_at <= now:
                agent.act(now)
                acted_at = now
        _note_truth(past, people, now)
        clock.advance(LISTENS_AFTER)
        await desk.keep_up()
        if desk.is_due():
            await desk.finish_due()
        ledger.say(_said(desk, past.lanes, clock.now()), clock.now())
        soon = [acted_at + OPINIONS_EVERY] if clock.now() < acted_at + OPINIONS_EVERY else []
        clock.set_to(
            _next(desk, people, [*soon, *edges[bisect_right(edges, clock.now()) :][:1]], clock.now())
        )


def _note_truth(past: Past, people: Iterable[Agent], now: datetime) -> None:
    use = {
        agent.lane.id: ASKED if agent.is_asking(now) else WAITED_FOR
        for agent in people
        if agent.in_session(now)
    }
    for lane in past.lanes:
        past.ledger.turn_true(lane.id, past.world.truth(lane, now), now, use.get(lane.id, IDLE))


def _said(desk: Desk, lanes: Iterable[Lane], now: datetime) -> dict[str, str]:
    judged = {name: agenda.judge(now) for name, agenda in desk._agendas.items()}
    return {lane.id: SAID.get(judged[lane.credential][lane.id].verdict, UNTOLD) for lane in lanes}


def _next(desk: Desk, people: Iterable[Agent], known: Iterable[datetime], now: datetime) -> datetime:
    """The next moment at which anything can happen."""
    moments = [now + STEP, now + timedelta(seconds=desk.rest()), *known, *(agent.next_at for agent in people)]
    return max(min(moments), now + timedelta(milliseconds=100))
