"""What is to be asked of one credential, and when; kept until something changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

from quotaboard.config.values import Config
from quotaboard.domain.answer import Answer
from quotaboard.domain.board import Cost
from quotaboard.domain.holding import Policy, holds_until
from quotaboard.domain.inference import covers
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import PLAIN, Client, Lane
from quotaboard.domain.verdict import SERVING
from quotaboard.poll import cadence, metering
from quotaboard.poll.casebook import METERED, Casebook
from quotaboard.poll.hearsay import Hearsay
from quotaboard.poll.means import FREE, Means
from quotaboard.poll.metering import meter_key
from quotaboard.poll.plan import (
    CredentialState,
    LaneState,
    Look,
    Tier,
    due_at,
    floor_of,
    next_look,
    tier_of,
)
from quotaboard.poll.visiting import Visits
from quotaboard.store.schedule import Slot
from quotaboard.store.verdicts import Standing

MANNERS = timedelta(minutes=15)
"""A Retry-After up to this long binds a person's wish too. A purchase may have overtaken a longer one."""


class Agenda:
    """One credential: its book, its slots, what it may spend, and the next look at it."""

    def __init__(self, book: Casebook, config: Config, means: Means) -> None:
        self.book = book
        self.consent = book.watched.entry.probe
        self._config = config
        self._means = means
        self._policy = Policy(stale_after=config.poll.stale_after)
        self._slots: dict[str, Slot] = {}
        self._costs: dict[str, tuple[Cost | None, int | None]] = {}
        self._hearsay = Hearsay()
        self._visits = Visits()
        self._spent: tuple[date, int] | None = None
        self._look: Look | None = None
        self._kept_from = self._kept_until = datetime.min.replace(tzinfo=UTC)

    @property
    def name(self) -> str:
        return self.book.watched.name

    def keys(self) -> Iterable[str]:
        """The keys of its slots in the store."""
        return chain(
            (lane.id for lane in self.book.watched.lanes), (meter_key(tier, self.name) for tier in FREE)
        )

    def change(self) -> None:
        """Something that the next look depends on is another now."""
        self._kept_until = self._kept_from

    def take_slots(self, slots: Mapping[str, Slot]) -> None:
        """The slots as they are in the store."""
        self._slots = {key: slots[key] for key in self.keys() if key in slots}
        self.change()

    def put_slots(self, slots: Iterable[Slot]) -> None:
        """Slots that were stored just now."""
        self._slots.update({slot.key: slot for slot in slots})
        self.change()

    def slot(self, key: str) -> Slot | None:
        return self._slots.get(key)

    def take_consent(self, granted: bool | None) -> None:  # noqa: FBT001 - one word tells all
        self.consent = self.book.watched.entry.probe or bool(granted)
        self.change()

    def take_spent(self, day: date, tokens: int) -> None:
        """What was spent on it that day, by whatever process."""
        self._spent = (day, tokens)
        self.change()

    def take_standings(self, standings: Mapping[str, Standing]) -> None:
        """What the last looks cost and implied, from an earlier run."""
        for lane in self.book.watched.lanes:
            standing = standings.get(lane.id)
            if standing is not None:
                self._costs[lane.id] = (standing.cost, standing.latency_ms)
                if source := standing.judgement.inferred_from:
                    self._hearsay.recall(source, lane.id)
                if standing.judgement.told_by is not None:
                    self.book.tell(lane, standing.judgement)

    def note_cost(self, lane: Lane, cost: Cost | None, latency_ms: int | None) -> None:
        self._costs[lane.id] = (cost, latency_ms)

    def next_look(self, now: datetime) -> Look | None:
        """What to ask next, due now or later; worked out only when it could be another."""
        if not self._kept_from <= now < self._kept_until:
            self._keep_look(self.state(now), now)
        return self._look

    def _keep_look(self, state: CredentialState, now: datetime) -> None:
        self._look = next_look(self._minding_silence(state, now), now, self._config.poll.usage_every)
        next_at = self._look.due_at if self._look else now + cadence.DAY
        self._kept_from = now
        # Due already: it is asked at once, or waits for its turn; a second is short enough to look again.
        self._kept_until = max(min(next_at, self.book.judged_until), now + timedelta(seconds=1))

    def _minding_silence(self, state: CredentialState, now: datetime) -> CredentialState:
        """An agent's last request may have filled a window, and then nobody else tells."""
        if not self._visits:
            return state
        return replace(state, lanes=[self._once_silent(one, now) for one in state.lanes])

    def _once_silent(self, state: LaneState, now: datetime) -> LaneState:
        lane, known = state.lane, state.known
        at = self._visits.silent_at(lane.id, self.book.looked_at(lane), now)
        if at is None or known is None or known.blocked or not self.book.may_be_full(lane.model, at):
            return state
        return state if state.next_at is not None and state.next_at <= at else replace(state, next_at=at)

    def look_at(self, lane: Lane, now: datetime) -> Look | None:
        """A look at this lane at once, because somebody asks for it; None when that is not allowed."""
        state = self.state(now)
        mine = next((one for one in state.lanes if one.lane.id == lane.id), None)
        if mine is None or not (state.consent and state.usable):
            return None
        if mine.tokens > state.tokens_left or (mine.not_before is not None and mine.not_before > now):
            return None
        return Look(tier_of(lane), state.name, lane, now, mine.tokens)

    def sooner(self, lane: Lane, at: datetime) -> Slot:
        """Its slot, moved to that time where it is later."""
        slot = self._slots.get(lane.id)
        if slot is None:
            return Slot(lane.id, at)
        return slot if slot.next_at is not None and slot.next_at < at else replace(slot, next_at=at)

    def shown(self, now: datetime) -> list[Lane]:
        """The lanes for the board: a spare one only once something is known of it."""
        judged, spare = self.judge(now), self.book.watched.spare
        return [
            lane
            for lane in self.book.watched.lanes
            if lane.id not in spare or judged[lane.id].rule not in (UNSEEN.rule, METERED.rule)
        ]

    def state(self, now: datetime) -> CredentialState:
        """What the planner has to know."""
        watched = self.book.watched
        cut_off = self.book.unreachable()
        slot = self._slots.get(cut_off.id) if cut_off else None
        lanes = self._lane_states(self.judge(now), now)
        # A list of a server's models costs nothing, and nobody has to allow it.
        free = all(lane.tokens == 0 for lane in lanes)
        return CredentialState(
            name=self.name,
            lanes=lanes,
            consent=(self.consent or (free and watched.vouched))
            and watched.provider is not None
            and watched.provider.probes,
            usable=watched.trouble is None,
            tokens_left=self._tokens_left(now),
            meters_read_at=self.book.meters_read_at,
            free_tiers=self._free_tiers(now),
            tomorrow=_tomorrow(now),
            unreachable_until=slot.next_at if slot and not _is_of_the_future(slot, now) else None,
        )

    def _free_tiers(self, now: datetime) -> Mapping[Tier, datetime | None]:
        """The readings without tokens; where nobody vouches for the address, those that send nothing."""
        tiers = self._means.free_tiers(self.book.watched, self._slots, now)
        if self.consent or self.book.watched.vouched:
            return tiers
        return {tier: at for tier, at in tiers.items() if tier is Tier.CACHED}

    def judge(self, now: datetime) -> Mapping[str, Judgement]:
        return self.book.judge(self._policy, now)

    def after_lane(self, asked: Lane, now: datetime) -> list[Slot]:
        """When the lane that was asked wants to be asked again, and with it those that its answer concerns.

        A lane that it spoke for until now and no longer does is asked itself, at once. So is a neighbour on
        which it casts doubt. The others take turns, so that what befalls all of them is seen on one soon.
        """
        judged = self.judge(now)
        states = self._lane_states(judged, now)
        mine = self._planned(asked, judged, now, self._pace(states, now, asked))
        pace = self._pace(states, now)
        next_turn = now + self._pace([one for one in states if one.lane.id == asked.id], now).floor
        spare = self.book.watched.spare
        slots, spoken_for = [mine], set()
        doubtful = self._hearsay.doubtful(
            asked, [one.lane for one in states if one.lane.id not in spare], judged
        )
        for state in states:
            lane, known = state.lane, judged[state.lane.id]
            if lane.id == asked.id:
                continue
            if known.inferred_from == asked.id or covers(asked, judged[asked.id], lane):
                spoken_for.add(lane.id)
                if known.verdict in cadence.WAITED_FOR and self._visits.waiting(lane.id, now) is not None:
                    continue  # it is asked in the place of the agent that stands there
                if lane.id not in spare and mine.next_at is not None:
                    slots.append(Slot(lane.id, mine.next_at, 0, state.last_at))
            elif lane is doubtful or (
                self._hearsay.spoke_for(asked.id, lane.id)
                and lane.id not in spare
                and not _serves_by_itself(known)
            ):
                slots.append(Slot(lane.id, now, 0, state.last_at))
            elif state.next_at and state.next_at > now and not self._asks_itself(lane, now):
                slots += self._in_turn(state, judged, pace, next_turn)
        self._hearsay.note(asked.id, judged[asked.id].verdict, spoken_for)
        return slots

    def _in_turn(
        self, state: LaneState, judged: Mapping[str, Judgement], pace: cadence.Pace, next_turn: datetime
    ) -> list[Slot]:
        """A lane that serves: no sooner than its neighbour's look allows.

        What one round costs is known better now, and with it how often the budget allows one.
        """
        slot, known = self._slots[state.lane.id], judged[state.lane.id]
        if state.last_at is not None and _serves_by_itself(known):
            slot = self._planned(state.lane, judged, state.last_at, pace)
        if slot.next_at is None or (known.was if known.stale else known.verdict) not in SERVING:
            return []
        return [replace(slot, next_at=max(slot.next_at, next_turn))]

    def _pace(self, states: Sequence[LaneState], now: datetime, own: Lane | None = None) -> cadence.Pace:
        poll = self._config.poll
        for_wishes = self._config.budget_of(self.book.watched.entry) * (1 - cadence.PACED_SHARE)
        left = self._tokens_left(now) - round(for_wishes)
        floor = floor_of(states, left, _tomorrow(now) - now, own.id if own else None)
        return cadence.Pace(poll.fresh_for, poll.stale_after, floor)

    def _planned(
        self, lane: Lane, judged: Mapping[str, Judgement], last_at: datetime, pace: cadence.Pace
    ) -> Slot:
        repeats, latest = self.book.repeats(lane), self.book.latest(lane)
        if self._waits_for_a_wish(lane):
            return Slot(lane.id, None, repeats, last_at)
        retry_at = latest.retry_at if latest else None
        known = judged[lane.id]
        before = self._slots.get(lane.id)
        # The book keeps a few answers only, and trouble may last.
        tries = repeats
        if repeats and before is not None:
            tries = max(repeats, before.failures + (before.last_at != last_at))
        calm = (
            cadence.with_an_agent(lane, known, repeats, tries)
            if lane.id in self.book.watched.used
            else repeats
        )
        wait = self._visits.waiting(lane.id, last_at)
        if wait is not None:
            wait = replace(wait, looks=tries - wait.looks)
        next_at = cadence.next_look(known, calm, pace, last_at, lane.id, retry_at=retry_at, wait=wait)
        return Slot(lane.id, next_at, tries, last_at)

    def _asks_itself(self, lane: Lane, now: datetime) -> bool:
        """Whether an agent asked on it since we did: what it told, or that it is silent, has its own time."""
        return self._visits.silent_at(lane.id, self.book.looked_at(lane), now) is not None

    def note_try(self, lane: Lane, at: datetime) -> None:
        """An agent asked on it, or tells that it waits for it."""
        slot = self._slots.get(lane.id)
        self._visits.note(lane.id, at, slot.failures if slot is not None else 0)
        self.change()

    def after_try(self, lane: Lane, now: datetime) -> list[Slot]:
        """When a lane that is shut wants to be asked, now that an agent asked on it itself."""
        judged, slot = self.judge(now), self._slots.get(lane.id)
        if judged[lane.id].verdict not in cadence.WAITED_FOR or slot is None:
            return []
        if slot.next_at is None or slot.last_at is None or slot.next_at <= now:
            return []
        planned = self._planned(
            lane, judged, slot.last_at, self._pace(self._lane_states(judged, now), now, lane)
        )
        moved = replace(slot, next_at=planned.next_at)
        return [moved] if _is_moved(slot, moved) else []

    def after_told(self, lane: Lane, now: datetime, *, not_before: datetime) -> Slot:
        """When a lane that another machine looked at wants to be asked here."""
        judged = self.judge(now)
        pace = self._pace(self._lane_states(judged, now), now, lane)
        slot = self._planned(lane, judged, judged[lane.id].observed_at or now, pace)
        return slot if slot.next_at is None else replace(slot, next_at=max(slot.next_at, not_before))

    def before_meter(self, look: Look, now: datetime) -> Slot:
        """Claimed before it is asked: a crash in between must not make it be asked twice."""
        key = meter_key(look.tier, look.credential)
        return metering.claimed(key, self._slots.get(key), self._means.every(look.tier), now)

    def after_meter(self, look: Look, answer: Answer | None, now: datetime) -> Slot:
        """When a free reading may be taken again."""
        return metering.after(self.before_meter(look, now), answer, now)

    def standings(self, now: datetime) -> dict[str, Standing]:
        """The verdicts as they stand; the next look is worked out from the same."""
        judged, credential = self.judge(now), self.state(now)
        self._keep_look(credential, now)
        asks = credential.consent and credential.usable
        standings = {}
        for state in credential.lanes:
            cost, latency = self._costs.get(state.lane.id, (None, None))
            standings[state.lane.id] = Standing(
                judgement=judged[state.lane.id],
                stale_at=holds_until(judged[state.lane.id], self._policy),
                next_look_at=due_at(state, credential, now) if asks and state.pinned else None,
                next_look_cost=self._means.expected(self.book.watched, state.lane),
                cost=cost,
                latency_ms=latency,
            )
        return standings

    def _lane_states(self, judged: Mapping[str, Judgement], now: datetime) -> list[LaneState]:
        watched = self.book.watched
        provider = watched.provider
        states = []
        for lane in self.book.watched.lanes:
            slot = self._slots.get(lane.id)
            put_back = slot is not None and _is_of_the_future(slot, now)
            wished = slot is not None and slot.next_at is not None
            known, (cost, _) = judged[lane.id], self._costs.get(lane.id, (None, None))
            usual = cost.tokens if cost is not None else 0
            demand = provider.demand(lane.model) if provider else None
            states.append(
                LaneState(
                    lane=lane,
                    known=None if known.observed_at is None else known,
                    next_at=None if slot is None or put_back else slot.next_at,
                    last_at=slot.last_at if slot and not put_back else None,
                    tokens=max(self._means.expected(self.book.watched, lane).tokens, usual),
                    usual_tokens=usual or None,
                    demand=0.0 if demand is None else demand,
                    proven=(latest := self.book.latest(lane)) is not None and latest.passive,
                    pinned=lane.id not in watched.spare or (self._waits_for_a_wish(lane) and wished),
                    not_before=self._asked_to_wait(lane, now),
                )
            )
        return states

    def _waits_for_a_wish(self, lane: Lane) -> bool:
        """It is there because some profile names it. A plain one that isolates a refusal has its own time."""
        is_control = lane.shape == PLAIN and lane.client is Client.DIRECT
        return lane.id in self.book.watched.spare and not is_control

    def _asked_to_wait(self, lane: Lane, now: datetime) -> datetime | None:
        latest = self.book.latest(lane)
        if latest is None or latest.allowed or latest.retry_at is None:
            return None
        return latest.retry_at if latest.at <= now and latest.retry_at - latest.at <= MANNERS else None

    def _tokens_left(self, now: datetime) -> int:
        """Of today's budget, as far as is known here; the store has the last word before each look."""
        spent = self._spent[1] if self._spent and self._spent[0] == now.date() else 0
        return max(self._config.budget_of(self.book.watched.entry) - spent, 0)


def _is_moved(slot: Slot, moved: Slot) -> bool:
    """By more than a try a few seconds later makes of it."""
    if slot.next_at is None or moved.next_at is None:
        return slot.next_at != moved.next_at
    return abs(slot.next_at - moved.next_at) > timedelta(seconds=10)


def _serves_by_itself(known: Judgement) -> bool:
    return known.verdict in SERVING and known.inferred_from is None and not known.stale


def _is_of_the_future(slot: Slot, now: datetime) -> bool:
    """It was asked at a time that has not come: the clock was put back since."""
    return slot.last_at is not None and slot.last_at > now


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(), UTC)
