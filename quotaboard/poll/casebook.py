"""What is known of each credential, kept at hand so that one answer does not mean reading the store again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from quotaboard.domain.answer import Answer
from quotaboard.domain.diagnosis import Case, diagnose
from quotaboard.domain.holding import Policy
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin, Reading
from quotaboard.domain.verdict import DEFAULT_RETRY, Scope, Verdict
from quotaboard.domain.windows import merge
from quotaboard.poll.watching import Watched
from quotaboard.providers import registry
from quotaboard.store.store import Store

KEPT = 8
"""Answers per lane that the judge looks back on."""

SOURCE_OPTIONS = {
    "missing": ("do what the sentence says, then press refresh",),
    "expired": ("open the program that owns this login once", "put the agent on a lane that is open"),
    "invalid": ("put in a valid key, or log in again",),
}


class Casebook:
    """The answers and readings of one credential, and what they say together."""

    def __init__(self, watched: Watched, store: Store, now: datetime) -> None:
        self.watched = watched
        self._provider = registry.provider(watched.entry.provider)
        known = {lane.id for lane in watched.lanes}
        told = store.answers.of(watched.entry.name, now=now)
        self._answers = {lane: list(answers[:KEPT]) for lane, answers in told.items() if lane in known}
        self._readings = _readings_in(store, watched.entry.name)

    def add(self, answer: Answer, lane: Lane | None, origin: Origin) -> None:
        """One more answer; it is in the store already."""
        if lane is not None:
            history = self._answers.setdefault(lane.id, [])
            history.insert(0, answer)
            del history[KEPT:]
        if answer.windows or answer.overage or answer.balance:
            self.add_reading(Reading(answer.at, origin, answer.windows, answer.overage, answer.balance))

    def add_reading(self, reading: Reading) -> None:
        self._readings = _folded([*self._readings, reading])

    @property
    def meters_read_at(self) -> datetime | None:
        return max((reading.observed_at for reading in self._readings if reading.windows), default=None)

    def latest(self, lane: Lane) -> Answer | None:
        """The lane's own newest answer."""
        history = self._answers.get(lane.id)
        return history[0] if history else None

    def repeats(self, lane: Lane) -> int:
        """How many looks in a row before the newest one went the same way."""
        history = self._answers.get(lane.id, [])
        same = 0
        for older in history[1:]:
            if (
                older.status != history[0].status
                or older.fault != history[0].fault
                or older.message != history[0].message
            ):
                break
            same += 1
        return same

    def judge(self, policy: Policy, now: datetime) -> dict[str, Judgement]:
        """A judgement for each lane. A credential that cannot be read settles it for all of them."""
        if self.watched.trouble is not None:
            return {lane.id: self._unusable(now) for lane in self.watched.lanes}
        return diagnose(
            Case(
                lanes=self.watched.lanes,
                answers=self._answers,
                readings=self._readings,
                rules=self._provider.rules,
                demand=self._provider.demand,
                now=now,
                policy=policy,
            )
        )

    def _unusable(self, now: datetime) -> Judgement:
        reason = self.watched.lack.value if self.watched.lack else "missing"
        return Judgement(
            verdict=Verdict.UNAUTHORIZED,
            rule=f"source.unauthorized.{reason}",
            reason=reason,
            retry=DEFAULT_RETRY[Verdict.UNAUTHORIZED],
            scope=Scope.CREDENTIAL,
            summary=self.watched.trouble or "",
            options=SOURCE_OPTIONS.get(reason, ()),
            observed_at=now,
        )


def _readings_in(store: Store, name: str) -> list[Reading]:
    """What the store last knew of each window, and of the pool."""
    readings = [
        Reading(sighting.observed_at, sighting.origin, (sighting.window,))
        for sighting in store.readings.sightings(name)
    ]
    pool = store.readings.pool(name)
    return [*readings, pool] if pool else readings


def _folded(readings: Sequence[Reading]) -> list[Reading]:
    """One reading for each window's newest sighting, and the newest word on the pool."""
    windows = [
        Reading(sighting.observed_at, sighting.origin, (sighting.window,)) for sighting in merge(readings)
    ]
    pools = [reading for reading in readings if reading.overage or reading.balance]
    newest = max(pools, key=lambda reading: reading.observed_at, default=None)
    return [*windows, replace(newest, windows=())] if newest else windows
