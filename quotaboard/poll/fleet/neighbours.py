"""Other machines that hold the same secret: what one of them saw lately is not asked again here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from quotaboard.domain.board import CredentialView, LaneView
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Reading
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.agenda import Agenda
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store

if TYPE_CHECKING:
    import httpx

    from quotaboard.config.values import Config
    from quotaboard.poll.fleet.prometheus import Prometheus

EVERY = timedelta(seconds=15)
AFTER_TROUBLE = timedelta(minutes=1)
GRACE = timedelta(seconds=90)
"""Whoever saw a lane last asks it again; the others wait so much longer to hear of it."""

AHEAD = timedelta(minutes=2)
NEWER_BY = timedelta(seconds=1)
"""What comes back through Prometheus was rounded on the way, our own included."""

THEIR_OWN = frozenset({Verdict.UNKNOWN, Verdict.UNAVAILABLE, Verdict.FORBIDDEN, Verdict.BAD_REQUEST})
"""What may be true of a machine and its network alone, or tells nothing."""

NEVER = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


def neighbours_of(
    config: Config, client: httpx.AsyncClient, clock: Callable[[], datetime]
) -> Neighbours | None:
    """None where the config names no server."""
    if config.fleet.prometheus is None:
        return None
    from quotaboard.poll.asking import Patience
    from quotaboard.poll.fleet.prometheus import Prometheus

    patience = Patience(connect=2.0, silence=3.0, whole=4.0)
    return Neighbours(Prometheus(config.fleet.prometheus.rstrip("/"), client, clock, patience))


class Neighbours:
    """Asks Prometheus now and then, and takes over what is newer than what is known here."""

    def __init__(self, server: Prometheus) -> None:
        self._server = server
        self._due_at: datetime | None = None
        self._complained = False

    async def turn(
        self, store: Store, agendas: Mapping[str, Agenda], now: datetime
    ) -> list[tuple[Agenda, list[Slot]]]:
        """Store what others read of our windows. The credentials of which something is new, with slots."""
        ours = [agenda for agenda in agendas.values() if agenda.book.watched.credential.fingerprint]
        if not ours or (self._due_at is not None and timedelta() < self._due_at - now <= AFTER_TROUBLE):
            return []
        views = await self._asked(now)
        news = []
        for agenda in ours:
            theirs = [view for view in views if _is_the_same(view, agenda)]
            read = [_keep_readings(store, agenda, view, now) for view in theirs]
            slots = [slot for view in theirs for slot in _taken_over(agenda, view, now)]
            if slots or any(read):
                news.append((agenda, slots))
        return news

    async def _asked(self, now: datetime) -> list[CredentialView]:
        from quotaboard.poll.fleet.asking import machines_now
        from quotaboard.poll.fleet.machines import credentials_of
        from quotaboard.poll.fleet.prometheus import Trouble

        machines = await machines_now(self._server)
        if isinstance(machines, Trouble):
            self._due_at = now + AFTER_TROUBLE
            if not self._complained:
                log.warning("other machines are not heard of: %s", machines.sentence)
            self._complained = True
            return []
        self._due_at, self._complained = now + EVERY, False
        return [view for machine in machines for view in credentials_of(machine, now)]


def _is_the_same(view: CredentialView, agenda: Agenda) -> bool:
    theirs, ours = view.credential, agenda.book.watched.credential
    return theirs.fingerprint == ours.fingerprint and theirs.provider == ours.provider and not view.trouble


def _keep_readings(store: Store, agenda: Agenda, view: CredentialView, now: datetime) -> bool:
    """Store what is newer of our windows; whether anything was."""
    newer = list(_newer_readings(agenda, view, now))
    for reading in newer:
        store.readings.keep(agenda.name, reading, now=now, provider=view.credential.provider)
        agenda.book.add_reading(reading)
        agenda.change()
    return bool(newer)


def _taken_over(agenda: Agenda, view: CredentialView, now: datetime) -> Iterator[Slot]:
    """Believe what they saw of our lanes since. When each wants to be asked here."""
    judged = agenda.judge(now)
    lanes = {(lane.model, lane.shape, lane.client): lane for lane in agenda.book.watched.lanes}
    news = [
        (lane, theirs)
        for theirs in view.lanes
        if (lane := lanes.get((theirs.lane.model, theirs.lane.shape, theirs.lane.client))) is not None
        and _is_news(theirs, judged[lane.id].observed_at, now)
    ]
    for lane, theirs in news:
        agenda.book.tell(lane, replace(theirs.judgement, inferred_from=None))
    yield from _slots(agenda, news, now)


def _slots(agenda: Agenda, news: Iterable[tuple[Lane, LaneView]], now: datetime) -> Iterator[Slot]:
    for lane, theirs in news:
        not_before = (theirs.next_look_at or now) + GRACE
        yield agenda.after_told(lane, now, not_before=not_before)


def _newer_readings(agenda: Agenda, view: CredentialView, now: datetime) -> Iterator[Reading]:
    known = {(one.window.name, one.window.model): one.observed_at for one in agenda.book.sightings}
    for window in view.windows:
        sighting = window.sighting
        before = known.get((sighting.window.name, sighting.window.model), NEVER)
        if window.stale or sighting.window.utilization is None or sighting.observed_at > now + AHEAD:
            continue
        if sighting.observed_at > before + NEWER_BY:
            yield Reading(sighting.observed_at, sighting.origin, (sighting.window,))


def _is_news(theirs: LaneView, known_at: datetime | None, now: datetime) -> bool:
    judgement = theirs.judgement
    seen_at = judgement.observed_at
    if seen_at is None or seen_at > now + AHEAD or judgement.stale or judgement.rule.startswith("source."):
        return False
    return judgement.verdict not in THEIR_OWN and (known_at is None or seen_at > known_at + NEWER_BY)
