"""The desk of whoever asks: the plan, the looks under way, and what is learnt from each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from quotaboard.config.values import Config
from quotaboard.domain.board import Cost
from quotaboard.domain.holding import Policy, holds_until
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.verdict import Verdict
from quotaboard.poll import cadence
from quotaboard.poll.asking import open_client
from quotaboard.poll.casebook import Casebook
from quotaboard.poll.looking import Looker, Seen
from quotaboard.poll.plan import CredentialState, LaneState, Look, Tier, floor_of, next_look
from quotaboard.poll.place import Place
from quotaboard.poll.watching import Roster, Watched
from quotaboard.providers import registry
from quotaboard.store.credentials import Known
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Standing

REREAD_EVERY = timedelta(seconds=60)
"""Files that hold logins are read again this often, so that a renewed one is noticed without being asked."""

USAGE_REFUSED = (timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=30))
USAGE_FORBIDDEN = timedelta(hours=6)
LONGEST_REST = 3600.0

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_desk(
    store: Store, config: Config, place: Place, clock: Callable[[], datetime]
) -> AsyncIterator[Desk]:
    """A desk with its HTTP client; looks under way are cancelled at the end."""
    roster = Roster(config, place, clock)
    async with open_client(place.environment) as client, asyncio.TaskGroup() as tasks:
        desk = Desk(store, config, roster, Looker(client, store, roster, config, clock), tasks, clock)
        try:
            yield desk
        finally:
            desk.stop()


class Desk:
    """Plans and takes looks over one store."""

    def __init__(
        self,
        store: Store,
        config: Config,
        roster: Roster,
        looker: Looker,
        tasks: asyncio.TaskGroup,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._config = config
        self._roster = roster
        self._looker = looker
        self._tasks = tasks
        self._clock = clock
        self._running: dict[str, asyncio.Task[None]] = {}
        self._policy = Policy(stale_after=config.poll.stale_after)
        self._books: dict[str, Casebook] = {}
        self._costs: dict[str, tuple[Cost | None, int | None]] = {}
        self._read_at = clock()
        self.reread()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def stop(self) -> None:
        for task in self._running.values():
            task.cancel()

    def reread(self) -> None:
        """Read the credentials' facts again, and tell the store who is watched."""
        now = self._clock()
        self._read_at = now
        watched = self._roster.watched()
        self._store.credentials.remember([self._known(one) for one in watched], now=now)
        self._store.lanes.remember([lane for one in watched for lane in one.lanes])
        before = self._books
        self._books = {}
        for one in watched:
            name = one.entry.name
            book = before.get(name)
            if book is not None and book.watched.credential.fingerprint == one.credential.fingerprint:
                book.watched = one
            else:
                book = Casebook(one, self._store, now)
                if name in before:
                    self._forget_refusals(one)
            self._books[name] = book
            self._save(book, now)

    def follow(self, leads: bool) -> None:  # noqa: FBT001 - one question, one answer
        """Another process changed the store: what it learnt replaces what was known here."""
        if leads:
            return
        now = self._clock()
        self._books = {name: Casebook(book.watched, self._store, now) for name, book in self._books.items()}

    def start_due(self, changed: Callable[[], None], wake: asyncio.Event) -> None:
        """Start every look that is due, one at a time per credential."""
        now = self._clock()
        if now - self._read_at >= REREAD_EVERY or now < self._read_at:
            self.reread()
        slots = self._store.schedule.all()
        for name, book in self._books.items():
            if name in self._running:
                continue
            look = next_look(self._state(book, slots, now), now, self._config.poll.usage_every)
            if look is not None and look.due_at <= now:
                self._running[name] = self._tasks.create_task(self._take(look, book, changed, wake))

    def rest(self) -> float:
        """Seconds until the next look of a credential that is not being asked."""
        now = self._clock()
        slots = self._store.schedule.all()
        looks = [
            next_look(self._state(book, slots, now), now, self._config.poll.usage_every)
            for name, book in self._books.items()
            if name not in self._running
        ]
        due = [(look.due_at - now).total_seconds() for look in looks if look is not None]
        return max(min(due, default=LONGEST_REST), 0.0)

    async def finish_due(self, credentials: Iterable[str] | None = None) -> None:
        """Take every look that is due now and all that follows from it, credentials side by side."""
        names = list(self._books if credentials is None else credentials)
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(self._exhaust(self._books[name]))

    async def _exhaust(self, book: Casebook) -> None:
        taken: set[tuple[Tier, str | None]] = set()
        while True:
            now = self._clock()
            state = self._state(book, self._store.schedule.all(), now)
            look = next_look(state, now, self._config.poll.usage_every)
            key = (look.tier, look.lane.id if look.lane else None) if look else None
            if look is None or key is None or look.due_at > now or key in taken:
                return
            taken.add(key)
            self._learn(await self._looker.look(look, book.watched), book)

    async def _take(
        self, look: Look, book: Casebook, changed: Callable[[], None], wake: asyncio.Event
    ) -> None:
        name = book.watched.entry.name
        try:
            self._learn(await self._looker.look(look, book.watched), book)
        finally:
            self._running.pop(name, None)
            wake.set()
        changed()

    def _learn(self, seen: Seen, book: Casebook) -> None:
        """Store the answer first, then judge, plan anew, and store the verdicts."""
        now = self._clock()
        lane = seen.look.lane
        if seen.answer is None:
            self._nothing_sent(seen, book, now)
            return
        self._store.answers.record(seen.answer, book.watched.entry.name, lane, seen.origin, now=now)
        book.add(seen.answer, lane, seen.origin)
        if lane is None:
            self._plan_meter(seen, now)
        else:
            self._costs[lane.id] = (seen.cost, seen.answer.latency_ms)
            self._plan_lanes(book, lane, now)
        self._save(book, now)

    def _nothing_sent(self, seen: Seen, book: Casebook, now: datetime) -> None:
        """The secret could not be read, or the budget is used up: look at the facts again, and wait."""
        found = self._roster.read(book.watched)
        book.watched = replace(book.watched, trouble=found.trouble, lack=found.lack)
        self._store.credentials.set_trouble(book.watched.entry.name, found.trouble)
        key = seen.look.lane.id if seen.look.lane else _meter_key(seen.look)
        self._store.schedule.set([Slot(key, now + REREAD_EVERY, 0, now)])
        self._save(book, now)

    def _plan_lanes(self, book: Casebook, asked: Lane, now: datetime) -> None:
        """When the lane that was asked wants to be asked again, and with it those that its answer spoke for."""
        judged = book.judge(self._policy, now)
        before = self._store.schedule.all()
        states = self._lane_states(book, before, judged)
        floor = floor_of(states, self._config.budget_of(book.watched.entry))
        pace = cadence.Pace(self._config.poll.fresh_for, self._config.poll.stale_after, floor)
        slots: dict[str, Slot] = {}
        for state in states:
            lane = state.lane
            last_at = now if lane.id == asked.id else state.last_at
            wished = lane.id != asked.id and state.next_at is not None and state.next_at <= now
            if last_at is None or wished or judged[lane.id].inferred_from is not None:
                continue
            repeats = book.repeats(lane)
            next_at = cadence.next_look(judged[lane.id], repeats, pace, last_at, lane.id)
            slots[lane.id] = Slot(lane.id, next_at, repeats, last_at)
        for state in states:
            source = slots.get(judged[state.lane.id].inferred_from or "")
            if source is not None:
                slots[state.lane.id] = Slot(state.lane.id, source.next_at, 0, state.last_at)
        self._store.schedule.set(slots.values())

    def _plan_meter(self, seen: Seen, now: datetime) -> None:
        answer = seen.answer
        key = _meter_key(seen.look)
        before = self._store.schedule.get(key)
        every = self._config.poll.usage_every
        if answer is None or (answer.error is None and answer.fault is None):
            self._store.schedule.set([Slot(key, now + every, 0, now)])
            return
        failures = (before.failures if before else 0) + 1
        wait = (
            USAGE_FORBIDDEN if answer.status == 403 else USAGE_REFUSED[min(failures, len(USAGE_REFUSED)) - 1]
        )
        retry_at = answer.retry_at or now
        self._store.schedule.set([Slot(key, max(now + wait, retry_at), failures, now)])

    def _save(self, book: Casebook, now: datetime) -> None:
        """The verdicts of one credential, as they stand."""
        slots = self._store.schedule.all()
        judged = book.judge(self._policy, now)
        states = {state.lane.id: state for state in self._lane_states(book, slots, judged)}
        asks = self._consent(book) and book.watched.trouble is None
        known = self._store.verdicts.all() if not self._costs.keys() >= states.keys() else {}
        standings = {}
        for lane, judgement in judged.items():
            cost, latency = self._costs.get(lane) or _last_cost(known.get(lane))
            self._costs[lane] = (cost, latency)
            standings[lane] = Standing(
                judgement=judgement,
                stale_at=holds_until(judgement, self._policy),
                next_look_at=states[lane].next_at or now if asks else None,
                next_look_cost=self._expected(book.watched, states[lane].lane),
                cost=cost,
                latency_ms=latency,
            )
        self._store.verdicts.save(standings, now=now)

    def _state(self, book: Casebook, slots: Mapping[str, Slot], now: datetime) -> CredentialState:
        watched = book.watched
        name = watched.entry.name
        budget = self._config.budget_of(watched.entry)
        spent = self._store.budget.spent(name, now.date()).tokens
        return CredentialState(
            name=name,
            lanes=self._lane_states(book, slots, book.judge(self._policy, now), now),
            consent=self._consent(book),
            usable=watched.trouble is None,
            tokens_left=max(budget - spent, 0),
            meters_read_at=book.meters_read_at,
            free_tiers=self._free_tiers(watched, slots, now),
            tomorrow=datetime.combine(now.date() + timedelta(days=1), time(), UTC),
        )

    def _lane_states(
        self,
        book: Casebook,
        slots: Mapping[str, Slot],
        judged: Mapping[str, Judgement],
        now: datetime | None = None,
    ) -> list[LaneState]:
        provider = registry.provider(book.watched.entry.provider)
        states = []
        for lane in book.watched.lanes:
            slot = slots.get(lane.id)
            put_back = (
                slot is not None and slot.last_at is not None and now is not None and slot.last_at > now
            )
            known = judged[lane.id]
            states.append(
                LaneState(
                    lane=lane,
                    known=None if known.observed_at is None else known,
                    next_at=None if slot is None or put_back else slot.next_at,
                    last_at=slot.last_at if slot else None,
                    tokens=self._tokens(book.watched, lane),
                    demand=_or_zero(provider.demand(lane.model)),
                )
            )
        return states

    def _free_tiers(
        self, watched: Watched, slots: Mapping[str, Slot], now: datetime
    ) -> dict[Tier, datetime | None]:
        provider = registry.provider(watched.entry.provider)
        tiers: dict[Tier, datetime | None] = {}
        if watched.trouble is None and provider.usage(watched.credential, watched.base_url) is not None:
            slot = slots.get(f"{Tier.USAGE}/{watched.entry.name}")
            tiers[Tier.USAGE] = (
                slot.next_at if slot and (slot.last_at is None or slot.last_at <= now) else None
            )
        return tiers

    def _tokens(self, watched: Watched, lane: Lane) -> int:
        """What one look costs: what the last one did, else an estimate."""
        known, _latency = self._costs.get(lane.id, (None, None))
        return known.tokens if known is not None and known.tokens else self._expected(watched, lane).tokens

    def _expected(self, watched: Watched, lane: Lane) -> Cost:
        return registry.provider(watched.entry.provider).probe_cost(
            lane.model, self._config.shape(lane.shape)
        )

    def _consent(self, book: Casebook) -> bool:
        if book.watched.entry.probe:
            return True
        known = {one.credential.name: one.consent for one in self._store.credentials.all()}
        return bool(known.get(book.watched.entry.name))

    def _known(self, watched: Watched) -> Known:
        return Known(
            credential=watched.credential,
            consent=True if watched.entry.probe else None,
            daily_budget=self._config.budget_of(watched.entry),
            trouble=watched.trouble,
        )

    def _forget_refusals(self, watched: Watched) -> None:
        """The secret is another one now: what refused the old one is asked again at once."""
        standings = self._store.verdicts.all()
        stuck = [
            lane.id
            for lane in watched.lanes
            if lane.id in standings and standings[lane.id].judgement.verdict is Verdict.UNAUTHORIZED
        ]
        self._store.schedule.drop(stuck)


def _meter_key(look: Look) -> str:
    return f"{look.tier}/{look.credential}"


def _last_cost(standing: Standing | None) -> tuple[Cost | None, int | None]:
    return (standing.cost, standing.latency_ms) if standing else (None, None)


def _or_zero(rank: float | None) -> float:
    return 0.0 if rank is None else rank
