"""What is known of each credential, kept at hand so that one answer does not mean reading the store again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from quotaboard.domain.answer import Answer, Fault
from quotaboard.domain.board import Forecast
from quotaboard.domain.diagnosis import Case, diagnose
from quotaboard.domain.forecast import WindowKey, by_forecast
from quotaboard.domain.holding import Policy, holds, holds_until
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin, Overage, Reading, Sighting
from quotaboard.domain.rules import judge
from quotaboard.domain.verdict import DEFAULT_RETRY, Scope, Verdict
from quotaboard.domain.windows import could_be_full, holds_back, latest_overage, merge
from quotaboard.poll.watching import BAD_ADDRESS, BROKEN_PROVIDER, UNKNOWN_PROVIDER, WRONG_HOST, Watched
from quotaboard.providers.base import Provider
from quotaboard.store.answers import reading_of
from quotaboard.store.store import Store

KEPT = 8
"""Answers per lane that the judge looks back on."""

TOLERANCE = timedelta(minutes=2)
"""An answer dated further ahead came while the clock was wrong, and would outrank each later one."""

JUDGED_ANEW = timedelta(minutes=5)
"""How long a judgement is kept when nothing changes; times that end sooner end it sooner."""

UNREACHABLE = (Fault.DNS, Fault.CONNECT, Fault.TLS, Fault.TIMEOUT)
"""Trouble on the way to the server, which each of a credential's lanes would meet."""

OF_THE_KEY = (Verdict.UNAUTHORIZED, Verdict.UNFUNDED)
"""What a meter's refusal says of the key itself, and so of each request with it."""

METERED = replace(
    UNSEEN,
    rule="unknown.metered",
    summary="Only the meters of this plan are read: quotaboard sends no request to a model through it.",
    options=("ask in the program that owns this login",),
)
"""What is said of a lane whose provider is never asked for a message."""

OPTIONS = {
    "missing": ("do what the sentence says, then press refresh",),
    "expired": ("open the program that owns this login once", "put the agent on a lane that is open"),
    "invalid": ("put in a valid key, or log in again",),
    BAD_ADDRESS: ("correct base_url in the config",),
    WRONG_HOST: ("set base_url in the config", "put in the right key"),
}

NO_HEADERS: Mapping[str, str] = {}

_NUMBER = re.compile(r"\d+")


class Casebook:
    """The answers and readings of one credential, and what they say together."""

    def __init__(self, watched: Watched, store: Store, now: datetime) -> None:
        self.watched = watched
        known = {lane.id for lane in watched.lanes}
        told = store.answers.of(watched.name, now=now)
        self._answers = {
            lane: [*answers[:1], *map(_passed, answers[1:KEPT])]
            for lane, answers in told.items()
            if lane in known
        }
        self._readings = list(_readings_in(store, watched.name))
        self._forecasts: Mapping[WindowKey, Forecast] = store.readings.forecasts(watched.name)
        self._meter = next(iter(told.get(None, ())), None)
        """The newest answer about the credential as a whole."""
        self._told: dict[str, Judgement] = {}
        """What another machine with the same secret came to, by lane."""
        self._judged: dict[str, Judgement] | None = None
        self._judged_at = self._judged_until = now

    def describe(self, watched: Watched) -> None:
        """Its facts, read again."""
        if watched != self.watched:
            self.watched, self._judged = watched, None

    def add(self, answer: Answer, lane: Lane | None, origin: Origin) -> None:
        """One more answer; it is in the store already."""
        self._judged = None
        if lane is not None:
            history = self._answers.setdefault(lane.id, [])
            history[:] = [answer, *map(_passed, history[:1]), *history[1 : KEPT - 1]]
        else:
            self._meter = answer
        if (reading := reading_of(answer, origin)) is not None:
            self.add_reading(reading)

    def add_reading(self, reading: Reading) -> None:
        self._judged = None
        self._readings = list(_folded([*self._readings, reading]))

    def tell(self, lane: Lane, judgement: Judgement) -> None:
        """What another machine with the same secret came to. It holds until something newer is seen here."""
        self._told[lane.id], self._judged = judgement, None

    def hear(self, store: Store) -> bool:
        """Readings that another process stored: what a status line was told. Whether there is any."""
        told = list(_folded([*self._readings, *_readings_in(store, self.watched.name)]))
        if told == self._readings:
            return False
        self._readings, self._judged = told, None
        return True

    def forget_meter(self) -> None:
        """Another secret is held now: what was said of the old one is not about it."""
        self._told.clear()
        self._meter = self._judged = None

    def foresee(self, forecasts: Mapping[WindowKey, Forecast]) -> None:
        """Where its windows are heading."""
        if forecasts != self._forecasts:
            self._forecasts, self._judged = forecasts, None

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Each window as it was last seen."""
        return merge(self._readings)

    @property
    def overage(self) -> Overage | None:
        """The newest word on the paid pool."""
        return latest_overage(self._readings)

    @property
    def meters_read_at(self) -> datetime | None:
        """When its meters were last seen: with an answer where those tell of plan windows, or by themselves.

        Anthropic's answers carry them, or show that there are none.
        """
        moments = [
            reading.observed_at
            for reading in self._readings
            if any(holds_back(window) for window in reading.windows)
        ]
        if self._meter is not None and self._meter.error is None and self._meter.fault is None:
            moments.append(self._meter.at)
        if self.watched.credential.provider == "anthropic":
            moments += [
                answer.at
                for history in self._answers.values()
                for answer in history[:1]
                if answer.allowed and not answer.windows and answer.overage is None and not answer.passive
            ]
        return max(moments, default=None)

    def may_be_full(self, model: str, now: datetime) -> bool:
        """Whether a window that governs the model could have filled up since it was seen last."""
        return any(
            could_be_full(sighting, now) for sighting in self.sightings if sighting.window.governs(model)
        )

    def latest(self, lane: Lane) -> Answer | None:
        """The lane's own newest answer."""
        history = self._answers.get(lane.id)
        return history[0] if history else None

    def looked_at(self, lane: Lane) -> datetime | None:
        """When we asked on it ourselves last, as far as the answers at hand tell."""
        return next((one.at for one in self._answers.get(lane.id, ()) if not one.passive), None)

    def repeats(self, lane: Lane) -> int:
        """How many looks in a row before the newest one went the same way."""
        history = self._answers.get(lane.id, [])
        same = 0
        for older in history[1:]:
            if _way(older) != _way(history[0]):
                break
            same += 1
        return same

    def unreachable(self) -> Lane | None:
        """The lane whose newest answer, the newest of all, is that its server could not be reached."""
        newest = [
            (history[0].at, lane) for lane in self.watched.lanes if (history := self._answers.get(lane.id))
        ]
        if not newest:
            return None
        _, lane = max(newest, key=lambda one: one[0])
        return lane if self._answers[lane.id][0].fault in UNREACHABLE else None

    @property
    def judged_until(self) -> datetime:
        """From then on the judgement may be another."""
        return self._judged_until

    def judge(self, policy: Policy, now: datetime) -> Mapping[str, Judgement]:
        """A judgement for each lane, kept until something is learnt or a time has come.

        A credential that cannot be read settles it for all of its lanes.
        """
        if self._judged is None or not self._judged_at <= now < self._judged_until:
            self._forget_the_future(now)
            self._judged = self._diagnosed(policy, now)
            self._judged_at, self._judged_until = now, min(self._ends(self._judged, policy, now))
        return self._judged

    def _diagnosed(self, policy: Policy, now: datetime) -> dict[str, Judgement]:
        watched = self.watched
        if watched.trouble is not None or watched.provider is None:
            return {lane.id: _unusable(watched, now) for lane in watched.lanes}
        judged = diagnose(
            Case(
                lanes=watched.lanes,
                answers=self._answers,
                readings=self._readings,
                rules=watched.provider.rules,
                demand=watched.provider.demand,
                now=now,
                policy=policy,
            )
        )
        sightings = self.sightings
        judged = {
            lane.id: by_forecast(judged[lane.id], lane.model, sightings, self._forecasts, now)
            for lane in watched.lanes
        }
        judged = self._cut_off(self._by_login(judged, watched.provider, policy, now))
        return {lane: self._newer(lane, judgement, policy, now) for lane, judgement in judged.items()}

    def _newer(self, lane: str, own: Judgement, policy: Policy, now: datetime) -> Judgement:
        """What another machine saw since, as long as it holds."""
        told = self._told.get(lane)
        if told is None or told.observed_at is None or not holds(told, policy, now):
            return own
        return told if own.observed_at is None or told.observed_at > own.observed_at else own

    def _by_login(
        self, judged: dict[str, Judgement], provider: Provider, policy: Policy, now: datetime
    ) -> dict[str, Judgement]:
        """A meter that does not know the key speaks for lanes of which nothing newer is known.

        Where requests are never tried, an unseen lane says so.
        """
        if not provider.probes:
            unseen = self._unmetered(provider)
            judged = {lane: unseen if it.rule == UNSEEN.rule else it for lane, it in judged.items()}
        if self._meter is None or self._meter.error is None:
            return judged
        said = judge(self._meter, provider.rules)
        if said.verdict not in OF_THE_KEY or said.scope is not Scope.CREDENTIAL:
            return judged
        if not holds(said, policy, now):
            return judged
        at = self._meter.at
        return {
            lane: it if it.observed_at is not None and it.observed_at > at else said
            for lane, it in judged.items()
        }

    def _unmetered(self, provider: Provider) -> Judgement:
        """What is said of a lane that is never tried: where nothing is read either, that."""
        has_meters = bool(provider.usages(self.watched.credential, self.watched.base_url))
        return METERED if has_meters or not provider.hides else replace(METERED, summary=provider.hides)

    def _cut_off(self, judged: dict[str, Judgement]) -> dict[str, Judgement]:
        """What keeps one lane from the server keeps those from it of which nothing better is known."""
        source = self.unreachable()
        if source is None or judged[source.id].verdict is not Verdict.UNAVAILABLE or judged[source.id].stale:
            return judged
        implied = replace(judged[source.id], inferred_from=source.id)
        return {
            lane: replace(implied, was=judgement.was)
            if judgement.verdict is Verdict.UNKNOWN and (judgement.observed_at is None or judgement.stale)
            else judgement
            for lane, judgement in judged.items()
        }

    def _ends(self, judged: Mapping[str, Judgement], policy: Policy, now: datetime) -> Iterator[datetime]:
        yield now + JUDGED_ANEW
        for judgement in judged.values():
            until = None if judgement.stale else holds_until(judgement, policy)
            if until is not None and until > now:
                yield until
        for reading in self._readings:
            for window in reading.windows:
                if window.resets_at is not None and window.resets_at > now:
                    yield window.resets_at

    def _forget_the_future(self, now: datetime) -> None:
        horizon = now + TOLERANCE
        self._answers = {
            lane: [answer for answer in history if answer.at <= horizon]
            for lane, history in self._answers.items()
        }
        self._readings = [reading for reading in self._readings if reading.observed_at <= horizon]


def _passed(answer: Answer) -> Answer:
    """What is needed of an answer once there is a newer one: of a request that was served, only that."""
    if not answer.allowed:
        return answer
    return replace(answer, headers=NO_HEADERS, windows=(), overage=None, balance=None, request_id=None)


def _way(answer: Answer) -> tuple[object, ...]:
    """How a look went, apart from numbers that differ each time, such as seconds to wait."""
    kind = answer.error.type if answer.error else None
    return (answer.status, answer.fault, kind, _NUMBER.sub("#", answer.message))


def _unusable(watched: Watched, now: datetime) -> Judgement:
    reason = watched.reason or "missing"
    unasked = reason in (BAD_ADDRESS, BROKEN_PROVIDER, UNKNOWN_PROVIDER, WRONG_HOST)
    verdict = Verdict.UNKNOWN if unasked else Verdict.UNAUTHORIZED
    return Judgement(
        verdict=verdict,
        rule=f"source.{verdict}.{reason}",
        reason=reason,
        retry=DEFAULT_RETRY[verdict],
        scope=Scope.CREDENTIAL,
        summary=watched.trouble or "",
        options=OPTIONS.get(reason, ()),
        observed_at=None if unasked else now,
    )


def _readings_in(store: Store, name: str) -> Iterator[Reading]:
    """What the store last knew of each window, and of the pool."""
    for sighting in store.readings.sightings(name):
        yield Reading(sighting.observed_at, sighting.origin, (sighting.window,))
    pool = store.readings.pool(name)
    if pool is not None:
        yield pool


def _folded(readings: Sequence[Reading]) -> Iterator[Reading]:
    """One reading for each window's newest sighting, and the newest word on the pool."""
    for sighting in merge(readings):
        yield Reading(sighting.observed_at, sighting.origin, (sighting.window,))
    pools = [reading for reading in readings if reading.overage or reading.balance]
    newest = max(pools, key=lambda reading: reading.observed_at, default=None)
    if newest is not None:
        yield replace(newest, windows=())
