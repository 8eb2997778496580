"""The desk of whoever asks: the looks under way, and what is learnt from each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from quotaboard.config.values import Config
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import Lane
from quotaboard.poll.agenda import Agenda
from quotaboard.poll.asking import PATIENCE, Patience, open_client
from quotaboard.poll.broom import Broom
from quotaboard.poll.enrolling import Enrolment, Role, known_of, roles_of
from quotaboard.poll.fleet.neighbours import neighbours_of
from quotaboard.poll.foreseeing import Foresight
from quotaboard.poll.listening import Listening
from quotaboard.poll.looking import Looker, Seen
from quotaboard.poll.means import FREE, Means
from quotaboard.poll.metering import meter_key
from quotaboard.poll.place import Place
from quotaboard.poll.plan import Look, Tier
from quotaboard.poll.together import Together
from quotaboard.poll.watching import Roster, Watched
from quotaboard.store.credentials import Known
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble
from quotaboard.store.verdicts import Standing

REREAD_EVERY = timedelta(seconds=60)
"""Files that hold logins are read again this often, so that a renewed one is noticed without being asked."""

MOVES = ("switched", "undone")
"""Events after which an agent uses another lane."""

LONGEST_REST = 3600.0


@asynccontextmanager
async def open_desk(
    store: Store,
    config: Config,
    place: Place,
    clock: Callable[[], datetime],
    patience: Patience = PATIENCE,
) -> AsyncIterator[Desk]:
    """A desk with its HTTP client; looks under way are cancelled at the end."""
    roster, means = Roster(config, place, clock), Means(config, place)
    try:
        async with open_client(place.environment, patience) as client, asyncio.TaskGroup() as tasks:
            together = Together(store, tasks)
            looker = Looker(client, store.budget, together, roster, means, config, clock, patience)
            desk = Desk(store, config, looker, tasks)
            try:
                yield desk
            finally:
                desk.stop()
    except BaseExceptionGroup as group:
        raise _first_of(group) from None


class Desk:
    """Plans and takes looks over one store."""

    def __init__(self, store: Store, config: Config, looker: Looker, tasks: asyncio.TaskGroup) -> None:
        self._store = store
        self._config = config
        self._looker = looker
        self._tasks = tasks
        self._clock = looker.clock
        self._agendas: dict[str, Agenda] = {}
        self._foresight: dict[str, Foresight] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._unlearnt: list[Seen] = []
        self._trouble: StoreTrouble | None = None
        self._remembered: tuple[list[Known], list[Role]] | None = None
        self._shown: list[str] | None = None
        self._read_at: datetime | None = None
        self._wishes_to_read = 0
        self._heard_at = -1
        self._switched_at: datetime | None = None
        self._saved: dict[str, Standing] = {}
        """The verdicts that the store has from us."""
        self._broom = Broom()
        self._listening = Listening(looker.roster.around)
        self._neighbours = neighbours_of(config, looker.client, looker.clock)

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def stop(self) -> None:
        for task in self._running.values():
            task.cancel()

    # What is watched

    async def take_over(self) -> None:
        """Begin, or begin again after another process has asked: everything is read from the store."""
        self._agendas, self._saved, self._remembered, self._read_at = {}, {}, None, None
        await self.reread()

    async def reread(self) -> None:
        """Read the credentials' facts again, and tell the store who is watched if that changed."""
        wishes = self._wishes_to_read
        watched = await self._looker.roster.watched()
        now = self._clock()
        known = [known_of(one, self._config) for one in watched]
        remembered = (known, roles_of(watched))
        if remembered != self._remembered:
            self._read_at = None  # should the store fail here, the next turn tries again
            with self._store.at_once():
                self._watch(watched, known, now)
        self._store.agents.remember(self._looker.roster.agents)
        self._remembered = remembered
        # Who wished for it while files were being read may know of something newer.
        self._read_at = now if wishes == self._wishes_to_read else None

    def _watch(self, watched: Sequence[Watched], known: Sequence[Known], now: datetime) -> None:
        """From now on these are watched; what is known of each stands on the board."""
        self._saved = {}
        held = {one.credential.name: one.credential.fingerprint for one in self._store.credentials.all()}
        self._store.credentials.remember(known, now=now)
        enrolment = Enrolment(self._store, self._config, self._looker.means)
        before = self._agendas
        self._agendas = {
            one.name: enrolment.agenda(one, before.get(one.name), held.get(one.name), now) for one in watched
        }
        self._shown = None
        self._hear()
        self._show(now)
        for agenda in self._agendas.values():
            self._save(agenda, now)

    async def keep_up(self) -> None:
        """What has to be done from time to time: read the logins again, hear of wishes, tidy."""
        now = self._clock()
        if self._read_at is None or not timedelta() <= now - self._read_at < REREAD_EVERY:
            await self.reread()
        if self._store.foreign_version() != self._heard_at:
            for agenda in self._hear():
                self._save(agenda, now)
        self._listen(now)
        self._broom.turn(self._store, now)
        if self._neighbours is not None:
            for agenda, slots in await self._neighbours.turn(self._store, self._agendas, now):
                self._put(agenda, slots)
                self._foresee(agenda, now)
                self._save(agenda, now)

    def _listen(self, now: datetime) -> None:
        """What agents say themselves: a refusal is looked at now, and what was served needs no look."""
        agents = self._looker.roster.agents
        for agenda, slots in self._listening.turn(self._store, agents, self._agendas, self._heard_at, now):
            self._put(agenda, slots)
            self._save(agenda, now)

    def reread_soon(self) -> None:
        """Read everything again in the next turn."""
        self._read_at = None
        self._wishes_to_read += 1

    @property
    def has_read(self) -> bool:
        """Whether nothing that was asked to be read again is still to be read."""
        return self._read_at is not None

    def may_ask(self, lane: Lane) -> bool:
        """Whether consent, budget and manners allow a look at this lane now."""
        agenda = self._agendas.get(lane.credential)
        return agenda is not None and agenda.look_at(lane, self._clock()) is not None

    def consents_changed(self) -> None:
        """The person has answered."""
        granted = {one.credential.name: one.consent for one in self._store.credentials.all()}
        for name, agenda in self._agendas.items():
            agenda.take_consent(granted.get(name))
            self._save(agenda, self._clock())

    def wish(self, slots: Sequence[Slot]) -> None:
        """Slots that a person moved; they are in the store already."""
        for agenda in self._agendas.values():
            lanes = {lane.id for lane in agenda.book.watched.lanes}
            agenda.put_slots(slot for slot in slots if slot.key in lanes)

    def _hear(self) -> list[Agenda]:
        """Wishes, consents, switches and spending of other processes; returns of whom they read more."""
        self._heard_at = self._store.foreign_version()
        switches = self._store.agents.events(kinds=MOVES, limit=1)
        if switches and switches[0].at != self._switched_at:
            self._switched_at, self._read_at = switches[0].at, None
        slots = self._store.schedule.all()
        today = self._clock().date()
        spent = self._store.budget.spent_on(today)
        granted = {one.credential.name: one.consent for one in self._store.credentials.all()}
        told = [agenda for agenda in self._agendas.values() if agenda.book.hear(self._store)]
        for name, agenda in self._agendas.items():
            agenda.take_slots(slots)
            agenda.take_consent(granted.get(name))
            agenda.take_spent(today, spent[name].tokens if name in spent else 0)
        return told

    def _show(self, now: datetime) -> None:
        """Put on the board what is watched, and of the spare lanes those of which something is known."""
        lanes = [lane for agenda in self._agendas.values() for lane in agenda.shown(now)]
        if (shown := [lane.id for lane in lanes]) != self._shown:
            self._store.lanes.remember(lanes)
            self._shown = shown

    # Looks

    def is_due(self) -> bool:
        """Whether something is to be asked now."""
        return self.rest() <= 0

    def rest(self) -> float:
        """Seconds until the next look of a credential that is not being asked."""
        now = self._clock()
        soonest = LONGEST_REST
        for name, agenda in self._agendas.items():
            if name not in self._running and (look := agenda.next_look(now)) is not None:
                soonest = min(soonest, (look.due_at - now).total_seconds())
        return max(soonest, 0.0)

    def start_due(self, changed: Callable[[], None]) -> None:
        """Start every look that is due, one at a time per credential. `changed` is called after each."""
        now = self._clock()
        for name, agenda in self._agendas.items():
            if name in self._running:
                continue
            look = agenda.next_look(now)
            if look is not None and look.due_at <= now:
                self._running[name] = self._tasks.create_task(self._take(look, agenda, changed))

    def holders(self, lanes: Iterable[str]) -> set[str]:
        """The credentials of these lanes."""
        wanted = set(lanes)
        return {name for name, agenda in self._agendas.items() if wanted & set(agenda.keys())}

    async def ask(self, lanes: Iterable[str]) -> None:
        """Look at these lanes and nothing else, now, as far as consent, budget and manners allow."""
        wanted, now = set(lanes), self._clock()
        looks = [
            (agenda, look)
            for agenda in self._agendas.values()
            for lane in agenda.book.watched.lanes
            if lane.id in wanted and (look := agenda.look_at(lane, now)) is not None
        ]
        await asyncio.gather(*(self._seen(look, agenda) for agenda, look in looks))
        self.raise_trouble()

    async def finish_due(self, credentials: Iterable[str] | None = None) -> None:
        """Take every look that is due now and all that follows from it, credentials side by side."""
        names = self._agendas.keys() if credentials is None else self._agendas.keys() & set(credentials)
        await asyncio.gather(*(self._exhaust(self._agendas[name]) for name in sorted(names)))
        self.raise_trouble()

    def raise_trouble(self) -> None:
        """Tell of a store that failed during a look. What was learnt by then is kept for `learn_the_rest`."""
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            raise trouble

    def learn_the_rest(self) -> None:
        """Store what could not be stored when it came."""
        while self._unlearnt:
            with self._store.at_once():
                self._learn_of(self._unlearnt[0])
            del self._unlearnt[0]

    def move_to(self, store: Store) -> None:
        """Go on over another store, one in memory."""
        self._store, self._saved = store, {}
        together = Together(store, self._tasks)
        self._looker = replace(self._looker, budget=store.budget, together=together)
        self._heard_at = -1
        self._remembered = self._read_at = self._trouble = None

    async def _exhaust(self, agenda: Agenda) -> None:
        taken: set[tuple[Tier, str | None]] = set()
        while True:
            now = self._clock()
            look = agenda.next_look(now)
            if look is None or look.due_at > now or (key := _key_of(look)) in taken:
                return
            taken.add(key)
            if not await self._seen(look, agenda):
                return

    async def _take(self, look: Look, agenda: Agenda, changed: Callable[[], None]) -> None:
        try:
            await asyncio.sleep(0)  # in a board under Python 3.12 it begins before it is known to run
            await self._seen(look, agenda)
        finally:
            self._running.pop(agenda.name, None)
        changed()

    async def _seen(self, look: Look, agenda: Agenda) -> bool:
        """Look and learn. False when the store failed, which `raise_trouble` tells."""
        seen: Seen | None = None
        try:
            self._claim(look, agenda)
            seen = await self._looker.look(look, agenda.book.watched)
            await self._looker.together.do(partial(self._learn_of, seen))
        except StoreTrouble as trouble:
            self._trouble = trouble
            if seen is not None:
                self._unlearnt.append(seen)
            self._saved.clear()  # some may have been taken back
            return False
        return True

    def _claim(self, look: Look, agenda: Agenda) -> None:
        if look.tier in FREE:
            self._put(agenda, [agenda.before_meter(look, self._clock())])

    # What is learnt

    def _learn_of(self, seen: Seen) -> None:
        """Store the answer first, then judge, plan anew, and store the verdicts: all of it or nothing."""
        now, lane = self._clock(), seen.look.lane
        if seen.reserved is not None and seen.answer is None:
            self._store.budget.release(seen.reserved)
        elif seen.reserved is not None:
            self._store.budget.settle(seen.reserved, seen.cost or Cost(0, 0))
        agenda = self._agendas.get(seen.look.credential)
        if agenda is None:
            return  # it is watched no longer
        if lane is not None:
            spent = self._store.budget.spent(agenda.name, now.date())
            agenda.take_spent(now.date(), spent.tokens)
        if seen.reading is not None:
            self._store.readings.keep(
                agenda.name, seen.reading, now=now, provider=agenda.book.watched.entry.provider
            )
            agenda.book.add_reading(seen.reading)
        if seen.answer is not None:
            self._store.answers.record(seen.answer, agenda.name, lane, seen.origin, now=now)
            agenda.book.add(seen.answer, lane, seen.origin)
        elif seen.look.tier is not Tier.CACHED and not seen.over_budget:
            self._nothing_sent(seen, agenda, now)
        self._plan(seen, agenda, now)
        self._foresee(agenda, now)
        self._save(agenda, now)

    def _nothing_sent(self, seen: Seen, agenda: Agenda, now: datetime) -> None:
        """The secret could not be read: look at the facts again."""
        watched = self._looker.roster.again(agenda.book.watched)
        agenda.book.describe(watched)
        self._store.credentials.set_trouble(agenda.name, watched.trouble)
        key = seen.look.lane.id if seen.look.lane else meter_key(seen.look.tier, agenda.name)
        slot = agenda.slot(key)
        self._put(agenda, [Slot(key, now + REREAD_EVERY, slot.failures if slot else 0, now)])

    def _plan(self, seen: Seen, agenda: Agenda, now: datetime) -> None:
        lane = seen.look.lane
        if lane is None:
            self._put(agenda, [agenda.after_meter(seen.look, seen.answer, now)])
            if seen.look.tier is Tier.CLIENT:
                self._read_at = None  # the client may have renewed its login
        elif seen.answer is not None:
            agenda.note_cost(lane, seen.cost, seen.answer.latency_ms)
            self._put(agenda, agenda.after_lane(lane, now))

    def _put(self, agenda: Agenda, slots: Sequence[Slot]) -> None:
        self._store.schedule.set(slots)
        agenda.put_slots(slots)

    def _foresee(self, agenda: Agenda, now: datetime) -> None:
        foresight = self._foresight.setdefault(agenda.name, Foresight())
        agenda.book.foresee(foresight.update(self._store, agenda.name, agenda.book.sightings, now))

    def _save(self, agenda: Agenda, now: datetime) -> None:
        """The verdicts of one credential, as they stand."""
        if agenda.book.watched.spare:
            self._show(now)
        standings = agenda.standings(now)
        fresh = {lane: one for lane, one in standings.items() if self._saved.get(lane) != one}
        self._store.verdicts.save(fresh, now=now)
        self._saved.update(fresh)


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """All stop at the first exception, so there is one that matters."""
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


def _key_of(look: Look) -> tuple[Tier, str | None]:
    return (look.tier, look.lane.id if look.lane else None)
