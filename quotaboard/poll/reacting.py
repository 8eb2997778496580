"""What to make of something that an agent said: an event, evidence, or a look at the lane now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.agents.hermes.log import Said, Saying
from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.board import Event
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import PLAIN, TOOLS, Client, Kind, Lane
from quotaboard.domain.rules import judge
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.agenda import Agenda
from quotaboard.poll.hearing import Heard
from quotaboard.providers.captured import answers_in

SAME_EVENT = timedelta(seconds=60)
"""An agent that tries again and again says the same thing; once a minute is news."""

LOOKED_JUST_NOW = timedelta(seconds=20)
REFUSED_ALREADY = timedelta(minutes=5)
"""A refusal that is known is not asked again at each failure of an agent that meets it."""

DOUBTS = (timedelta(), timedelta(), timedelta(seconds=20), timedelta(seconds=40))
"""How long an agent's failure waits for a look, after so many of which no look found anything.

If the agent is served meanwhile, it costs nothing; if it fails again, it is believed at once.
"""

DOUBTED_FOR = timedelta(hours=1)
REPEATED_WITHIN = timedelta(minutes=2)

LIGHTLY_EVERY = timedelta(seconds=60)
"""A light request costs some ten tokens, and tells of a full window and of a model that is shut."""

FAILURES = (Said.FAILED, Said.AVOIDS)

PROOF_EVERY = timedelta(seconds=60)
"""An agent at work is served every few seconds; one of them a minute proves as much."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows from something that was heard."""

    event: Event | None = None
    proof: Answer | None = None
    """Evidence on the lane, as an answer to the agent's own request."""
    look_at: datetime | None = None
    """When to look at the lane, now or soon."""
    lighter: Lane | None = None
    """The lane to look at now meanwhile, or where there is no budget for that one."""


@dataclass(slots=True)
class _Tries:
    """How an agent fares on a lane."""

    failures: int = 0
    """Since it was served last."""
    false_alarms: int = 0
    """Failures in a row that a look did not find, so that each of them is believed less."""
    at: datetime | None = None
    """When it was last clear whether a failure was one."""
    failed_at: datetime | None = None
    tells_when_served: bool = False
    """Claude Code's hook tells of failures alone."""

    def fail(self, at: datetime, known: Judgement) -> None:
        """It failed; `known` is what was known of the lane by then."""
        if self.failed_at is not None and not self.tells_when_served:
            since = known.observed_at is not None and known.observed_at > self.failed_at
            if since or at - self.failed_at > REPEATED_WITHIN:
                self._settle(at, found=since and known.blocked is not False)
        self.failures += 1
        self.failed_at = at

    def serve(self, at: datetime, *, open_all_along: bool) -> None:
        self.tells_when_served = True
        if self.failures:
            self._settle(at, found=not open_all_along)

    def _settle(self, at: datetime, *, found: bool) -> None:
        self.false_alarms, self.at, self.failures = (0 if found else self.false_alarms + 1), at, 0

    def hesitation(self, at: datetime) -> timedelta | None:
        """How long a failure waits for a look; None for one that has to be repeated first."""
        lately = self.at is not None and timedelta() <= at - self.at < DOUBTED_FOR
        doubt = DOUBTS[min(self.false_alarms, len(DOUBTS) - 1)]
        if self.failures > 1 or not lately or not doubt:
            return timedelta()
        return doubt if self.tells_when_served else None


class Reactions:
    """Decides what follows, and remembers what was said lately."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, str | None, int | None], datetime] = {}
        self._proven: dict[str, datetime] = {}
        self._tries: dict[str, _Tries] = {}

    def to(self, heard: Heard, agenda: Agenda | None, now: datetime) -> Reaction:
        """What to make of it. `agenda`: that of the lane's credential, if it is watched."""
        saying, lane = heard.saying, heard.lane
        if saying.kind is Said.USES:
            return Reaction()
        known = agenda.judge(now).get(lane.id) if agenda is not None and lane is not None else None
        if saying.kind is Said.SERVED:
            return Reaction(proof=self._served(heard, agenda, known))
        if saying.kind is Said.TRIES_AGAIN:
            if lane is not None and known is not None:
                self._tries_on(lane).serve(saying.at, open_all_along=known.blocked is False)
            return Reaction(look_at=now if known is not None and _is_news(known, now) else None)
        look, proof, lighter = None, None, None
        if agenda is not None and lane is not None and known is not None:
            tries = self._tries_on(lane)
            if saying.kind in FAILURES:
                tries.fail(saying.at, known)
            look = _wants_a_look(saying, known, agenda.book.looked_at(lane), now)
            if look is not None and known.blocked is False:
                hesitation = tries.hesitation(saying.at)
                look = max(look, saying.at + hesitation) if hesitation is not None else None
                lighter = _lighter(lane, agenda, now) if look is None or look > now else None
            if look is not None and agenda.look_at(lane, now) is None:
                look, lighter = None, _lighter(lane, agenda, now)
                if heard.certain:
                    proof = _refused(saying, lane, agenda)
        return Reaction(None if heard.is_stored else self._event(heard), proof, look, lighter)

    def _tries_on(self, lane: Lane) -> _Tries:
        return self._tries.setdefault(lane.id, _Tries())

    def _event(self, heard: Heard) -> Event | None:
        saying = heard.saying
        lane = heard.lane.id if heard.lane else None
        key = (heard.agent, saying.kind.value, lane, saying.status)
        before = self._told.get(key)
        if before is not None and timedelta() <= saying.at - before < SAME_EVENT:
            return None
        self._told[key] = saying.at
        return Event(saying.at, heard.agent, saying.kind.value, saying.text, lane)

    def _served(self, heard: Heard, agenda: Agenda | None, known: Judgement | None) -> Answer | None:
        """An allowed answer, where it is certain whose it was and that nobody was billed for it."""
        saying, lane = heard.saying, heard.lane
        if lane is None or agenda is None or known is None or not heard.certain:
            return None
        tries = self._tries_on(lane)
        recovers = tries.failures > 0
        tries.serve(saying.at, open_all_along=known.blocked is False)
        pool = agenda.book.overage
        if pool is not None and (pool.in_use or pool.can_serve):
            return None  # it may have been billed to the pool, which its log does not tell
        before = self._proven.get(lane.id)
        lately = before is not None and timedelta() <= saying.at - before < PROOF_EVERY
        if lately and known.blocked is False and not recovers:
            return None
        if known.observed_at is not None and known.observed_at >= saying.at:
            return None  # something newer is known
        self._proven[lane.id] = saying.at
        answer = Answer(lane.provider, saying.at, _asked(lane, agenda), status=200, passive=True)
        return replace(
            answer,
            input_tokens=saying.input_tokens,
            output_tokens=saying.output_tokens,
            latency_ms=saying.latency_ms,
        )


def _is_news(known: Judgement, now: datetime) -> bool:
    """That an agent avoids the lane no longer, where a refusal of it is known."""
    seen = known.observed_at
    return known.blocked is True and seen is not None and now - seen >= LOOKED_JUST_NOW


def _wants_a_look(
    saying: Saying, known: Judgement, looked_at: datetime | None, now: datetime
) -> datetime | None:
    """When to look because of a failure; None where it tells nothing that is not known."""
    if known.observed_at is None or known.stale:
        return now
    if known.blocked and known.until is not None and known.until > now:
        return None  # it fails as it must, until then
    same = saying.status is not None and saying.status == known.evidence.status
    if same and ((known.blocked and known.confirmed) or known.verdict is Verdict.UNAVAILABLE):
        return None  # the same again, which has its own time
    if known.blocked:
        return now if now - known.observed_at >= REFUSED_ALREADY else None
    lately = looked_at is not None and timedelta() <= now - looked_at < LOOKED_JUST_NOW
    return looked_at + LOOKED_JUST_NOW if looked_at is not None and lately else now


def _lighter(lane: Lane, agenda: Agenda, now: datetime) -> Lane | None:
    """The lane of plain requests to the same model, where the user wants to see it and it may be asked."""
    watched = agenda.book.watched
    for light in watched.lanes if lane.shape != PLAIN else ():
        if light.model != lane.model or light.shape != PLAIN or light.client is not lane.client:
            continue
        looked_at = agenda.book.looked_at(light)
        lately = looked_at is not None and timedelta() <= now - looked_at < LIGHTLY_EVERY
        may = not lately and light.id not in watched.spare and agenda.look_at(light, now) is not None
        return light if may else None
    return None


def _refused(saying: Saying, lane: Lane, agenda: Agenda) -> Answer | None:
    """The refusal itself as evidence, where nothing may be asked to see for ourselves."""
    if saying.kind is not Said.FAILED:
        return None
    told = next((one for one in answers_in(saying.text, saying.at) if one.error is not None), None)
    if told is None:
        return None
    answer = Answer(
        lane.provider,
        saying.at,
        _asked(lane, agenda),
        status=saying.status,
        error=told.error,
        retry_at=told.retry_at,
        passive=True,
    )
    provider = agenda.book.watched.provider
    if saying.status is None and (
        provider is None or judge(answer, provider.rules).verdict is not Verdict.UNAVAILABLE
    ):
        return None  # a sentence of its own, which may tell of anything
    return answer


def _asked(lane: Lane, agenda: Agenda) -> Asked:
    auth = "api_key" if agenda.book.watched.credential.kind is Kind.API_KEY else "oauth"
    tools = 1 if lane.shape == TOOLS or lane.client is Client.OFFICIAL else 0
    return Asked(lane.model, lane.shape, tools, auth, lane.client)
