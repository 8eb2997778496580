"""A recording played again: its lines go into a store in memory, one after another, as their time comes.

What a person sees is therefore drawn by the same code from the same facts. A file comes from somebody else:
every field is checked before the first line is played, and nothing in it names a place that is opened.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from quotaboard.domain.agent import Refusal, RefusalKind
from quotaboard.domain.alert import Alert
from quotaboard.domain.board import AgentView, Board, Event
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.history import Past
from quotaboard.domain.lane import Lane
from quotaboard.domain.transcript import Unfit, read_as
from quotaboard.domain.wording import meaning
from quotaboard.poll.foreseeing import Foresight
from quotaboard.poll.past import past_of, sparks_of
from quotaboard.poll.recording import SCHEMA, Looked, Seen, Spending
from quotaboard.poll.view import board_of
from quotaboard.store.credentials import Known
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Standing

if TYPE_CHECKING:
    from quotaboard.domain.agent import Applied, Interrupted, Running, SwitchPlan, Undone
    from quotaboard.poll.switching import Proof

LONGEST_LINE = 1 << 20
MOST_LINES = 500_000
AT_MOST_EVERY = 0.25
"""Seconds between two paintings, however fast time runs."""
ABOUT = timedelta(minutes=1)
"""How long a recording plays when nobody said how fast."""

RECORDED = "This is a recording: what was seen then is played again, and nothing can be asked or moved."


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, checked and ready to be stored."""

    at: datetime
    told: object


@dataclass(frozen=True, slots=True)
class Recording:
    """A stretch of time, from its first step to its last."""

    since: datetime
    until: datetime
    steps: tuple[Step, ...]
    """In the order of time."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a file cannot be played."""

    line: int
    sentence: str


class Clock:
    """The time of the recording, which runs so many times as fast as ours, and stands still at its end."""

    def __init__(
        self,
        recording: Recording,
        speed: float | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at, self._until = recording.since, recording.until
        self.speed = speed or max((recording.until - recording.since) / ABOUT, 1.0)
        self._seconds = seconds
        self._since = seconds()
        self.paused = False

    def now(self) -> datetime:
        if self.paused:
            return self._at
        try:
            passed = timedelta(seconds=(self._seconds() - self._since) * self.speed)
        except OverflowError:
            return self._until
        return min(self._at + min(passed, self._until - self._at), self._until)

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - as a session's
        """Let time stand still, or run on."""
        self._at, self._since, self.paused = self.now(), self._seconds(), paused


def read_recording(lines: Iterable[bytes]) -> Recording | Broken:
    """The recording in a file, or what is wrong with it and on which line."""
    head: dict[str, Any] | None = None
    steps: list[Step] = []
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            document = _document(line, number)
            if head is None:
                head = _head(document)
                since, until = (read_as(datetime, head.get(name), name) for name in ("since", "until"))
            elif document is not None:
                steps.append(_step(document, since, until))
    except Unfit as wrong:
        return Broken(number, f"{wrong}.")
    if head is None:
        return Broken(1, "it must be a recording as `quotaboard record` makes it, and is empty.")
    if since >= until:
        return Broken(1, "since must be before until.")
    happened = [step.at for step in steps if not isinstance(step.told, tuple)]
    # Before the first of it there is nothing to see.
    return Recording(min(happened, default=since), until, tuple(sorted(steps, key=lambda step: step.at)))


def _document(line: bytes, number: int) -> dict[str, Any] | None:
    if len(line) > LONGEST_LINE or number > MOST_LINES:
        raise Unfit("the file", f"of at most {MOST_LINES} lines, none longer than {LONGEST_LINE} bytes")
    if number > 1 and not line.strip():
        return None
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        raise Unfit("the line", "a JSON object") from None
    if not isinstance(document, dict):
        raise Unfit("the line", "a JSON object")
    return document


def _head(document: dict[str, Any] | None) -> dict[str, Any]:
    said = document.get("schema") if document else None
    if document is None or not isinstance(said, str) or not said.startswith("quotaboard.recording/"):
        raise Unfit("the first line", "the head of a recording, as `quotaboard record` makes it")
    if said != SCHEMA:
        raise Unfit("schema", f"{SCHEMA}, which this version plays: it is {said[:60]!a}")
    return document


KINDS: Mapping[str, Any] = {
    "credentials": tuple[Known, ...],
    "lanes": tuple[Lane, ...],
    "agents": tuple[AgentView, ...],
    "reading": Looked,
    "verdict": Seen,
    "event": Event,
    "alert": Alert,
    "spent": Spending,
}


def _step(document: dict[str, Any], since: datetime, until: datetime) -> Step:
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Unfit("kind", f"one of {', '.join(KINDS)}")
    at = read_as(datetime, document.get("at"), "at")
    return Step(min(max(at, since), until), read_as(KINDS[kind], document.get("told"), "told"))


class Replay:
    """Speaks the protocol of `quotaboard.poll.session.Session`."""

    def __init__(self, recording: Recording, store: Store, clock: Clock) -> None:
        self._recording = recording
        self._store = store
        self._clock = clock
        self._next = 0
        self._foresights: dict[str, Foresight] = {}
        span = f"{recording.since:%d %b %H:%M} to {recording.until:%d %b %H:%M} UTC"
        self._told = f"This is a recording of {span}, played {clock.speed:.0f} times as fast."

    def board(self, now: datetime) -> Board:
        self._play(now)
        return replace(board_of(self._store, now), trouble=self._told)

    async def run(self, changed: Callable[[], None]) -> None:
        """Tell of what happens, as it happens, until cancelled."""
        while True:
            if self._play(self._clock.now()):
                changed()
            await asyncio.sleep(AT_MOST_EVERY)

    def _play(self, now: datetime) -> bool:
        """Store everything up to now. Whether there was something."""
        steps, first = self._recording.steps, self._next
        looked: dict[str, datetime] = {}
        while self._next < len(steps) and (step := steps[self._next]).at <= now:
            self._store_one(step)
            if isinstance(step.told, Looked):
                looked[step.told.credential] = step.at
            self._next += 1
        for credential, at in looked.items():
            self._foresee(credential, at)
        return self._next > first

    def _store_one(self, step: Step) -> None:
        store = self._store
        match step.told:
            case Looked(credential, reading):
                store.readings.keep(credential, reading, now=step.at)
            case Seen(lane, standing):
                store.verdicts.save({lane: _in_words(standing)}, now=step.at)
            case Event() as event:
                store.agents.tell(event)
            case Alert() as alert:
                store.alerts.say(lambda _memories: ((alert,), {}))
            case Spending(credential, cost):
                day = step.at.date()
                if (reserved := store.budget.reserve(credential, day, 0, None)) is not None:
                    store.budget.settle(reserved, cost)
            case tuple(several):
                self._store_all(several, step.at)

    def _store_all(self, several: tuple[object, ...], at: datetime) -> None:
        """What there is, which stands at the beginning."""
        if known := [one for one in several if isinstance(one, Known)]:
            self._store.credentials.remember(known, now=at)
        if lanes := [one for one in several if isinstance(one, Lane)]:
            self._store.lanes.remember(lanes)
        if agents := [one for one in several if isinstance(one, AgentView)]:
            self._store.agents.remember(agents)

    def _foresee(self, credential: str, at: datetime) -> None:
        """Forecasts are made anew: they follow from the readings."""
        foresight = self._foresights.setdefault(credential, Foresight())
        foresight.update(self._store, credential, self._store.readings.sightings(credential), at)

    def history(
        self, credential: str, since: datetime, until: datetime, *, lane: str | None = None, points: int = 400
    ) -> Past:
        return past_of(self._store, credential, since, until, lane=lane, points=points)

    def sparks(
        self, credential: str, now: datetime, count: int
    ) -> Mapping[WindowKey, tuple[float | None, ...]]:
        return sparks_of(self._store, credential, now, count)

    def alerts(self) -> Sequence[Alert]:
        return self._store.alerts.log()

    def take_alerts(self) -> Sequence[Alert]:
        """Nobody is called for what happened long ago."""
        return ()

    def mute(self, muted: bool) -> None:  # noqa: FBT001 - the protocol's
        """There is nothing to hold back."""

    @property
    def paused(self) -> bool:
        return self._clock.paused

    @property
    def busy(self) -> bool:
        return False

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the protocol's
        self._clock.pause(paused)

    def refresh(self, lanes: Sequence[str] | None = None) -> None:
        """Nobody can be asked."""

    def consent(self, credential: str, granted: bool) -> None:  # noqa: FBT001 - the protocol's
        """Nothing is spent."""

    def switching(self) -> Nowhere:
        return Nowhere(self._store)

    def reread(self) -> None:
        """There is nothing to read."""


class Nowhere:
    """Speaks the protocol of `quotaboard.poll.session.Moves`; in a recording nobody can be moved."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def hides_names(self) -> bool:
        return False

    def agents(self) -> list[AgentView]:
        return self._store.agents.all()

    def running(self, agent: str) -> Running | Refusal:  # noqa: ARG002 - the protocol's
        return REFUSED

    def recover(self) -> list[Interrupted]:
        return []

    def plan(self, agent: str, profile: str) -> SwitchPlan | Refusal:  # noqa: ARG002
        return REFUSED

    def apply(self, plan: SwitchPlan) -> Applied | Refusal:  # noqa: ARG002
        return REFUSED

    def undo(self, agent: str) -> Undone | Refusal:  # noqa: ARG002
        return REFUSED

    def settle(self) -> list[Refusal]:
        return []

    def remember(self, done: Applied | Undone | Refusal, agents: Sequence[AgentView] | None = None) -> None:
        """Nothing was done."""

    def events(self, agent: str) -> Sequence[Event]:
        return self._store.agents.events(agent)

    def stands_since(self, agent: str) -> datetime | None:  # noqa: ARG002
        return None

    async def prove(self, agent: str) -> Proof:  # noqa: ARG002
        from quotaboard.poll.switching import Proof  # brings what reads agents

        return Proof(missing=RECORDED)


def _in_words(standing: Standing) -> Standing:
    """Of a verdict that was over when it was recorded, its sentence was no longer known."""
    known = standing.judgement
    if known.summary:
        return standing
    return replace(standing, judgement=replace(known, summary=meaning(known.verdict, known.reason)))


REFUSED = Refusal(RefusalKind.UNSUPPORTED, RECORDED)
