"""What to make of something that an agent said: an event, evidence, or a look at the lane now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.agents.hermes.log import Said, Saying
from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.board import Event
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import TOOLS, Client, Kind, Lane
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.agenda import Agenda
from quotaboard.poll.hearing import Heard
from quotaboard.providers.captured import answers_in

SAME_EVENT = timedelta(seconds=60)
"""An agent that tries again and again says the same thing; once a minute is news."""

LOOKED_JUST_NOW = timedelta(seconds=20)
REFUSED_ALREADY = timedelta(minutes=5)
"""A refusal that is known is not asked again at each failure of an agent that meets it."""

PROOF_EVERY = timedelta(seconds=60)
"""An agent at work is served every few seconds; one of them a minute proves as much."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows from something that was heard."""

    event: Event | None = None
    proof: Answer | None = None
    """Evidence on the lane, as an answer to the agent's own request."""
    look_at: Lane | None = None
    """The lane to look at now."""


class Reactions:
    """Decides what follows, and remembers what was said lately."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, str | None, int | None], datetime] = {}
        self._proven: dict[str, datetime] = {}

    def to(self, heard: Heard, agenda: Agenda | None, now: datetime) -> Reaction:
        """What to make of it. `agenda`: that of the lane's credential, if it is watched."""
        saying, lane = heard.saying, heard.lane
        known = agenda.judge(now).get(lane.id) if agenda is not None and lane is not None else None
        if saying.kind is Said.SERVED:
            return Reaction(proof=self._served(heard, agenda, known))
        if saying.kind is Said.TRIES_AGAIN:
            return Reaction(look_at=lane if known is not None and _is_news(known, now) else None)
        look, proof = None, None
        if agenda is not None and lane is not None and known is not None:
            if not _wants_a_look(saying, known, now):
                pass
            elif agenda.look_at(lane, now) is not None:
                look = lane
            elif heard.certain:
                proof = _refused(saying, lane, agenda)
        return Reaction(None if heard.is_stored else self._event(heard), proof, look)

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
        pool = agenda.book.overage
        if pool is not None and (pool.in_use or pool.can_serve):
            return None  # it may have been billed to the pool, which its log does not tell
        before = self._proven.get(lane.id)
        lately = before is not None and timedelta() <= saying.at - before < PROOF_EVERY
        if lately and known.blocked is False:
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


def _wants_a_look(saying: Saying, known: Judgement, now: datetime) -> bool:
    if known.observed_at is None or known.stale:
        return True
    if known.blocked and known.until is not None and known.until > now:
        return False  # it fails as it must, until then
    same = saying.status is not None and saying.status == known.evidence.status
    if same and ((known.blocked and known.confirmed) or known.verdict is Verdict.UNAVAILABLE):
        return False  # the same again, which has its own time
    rest = REFUSED_ALREADY if known.blocked else LOOKED_JUST_NOW
    return now - known.observed_at >= rest


def _refused(saying: Saying, lane: Lane, agenda: Agenda) -> Answer | None:
    """The refusal itself as evidence, where nothing may be asked to see for ourselves."""
    if saying.kind is not Said.FAILED or saying.status is None:
        return None
    told = next((one for one in answers_in(saying.text, saying.at) if one.error is not None), None)
    if told is None:
        return None
    return Answer(
        lane.provider,
        saying.at,
        _asked(lane, agenda),
        status=saying.status,
        error=told.error,
        retry_at=told.retry_at,
        passive=True,
    )


def _asked(lane: Lane, agenda: Agenda) -> Asked:
    auth = "api_key" if agenda.book.watched.credential.kind is Kind.API_KEY else "oauth"
    tools = 1 if lane.shape == TOOLS or lane.client is Client.OFFICIAL else 0
    return Asked(lane.model, lane.shape, tools, auth, lane.client)
