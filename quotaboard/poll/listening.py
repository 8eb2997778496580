"""One turn of listening to agents: events and evidence are stored, and lanes are put before their time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes.log import Said, Saying
from quotaboard.domain.board import AgentView, Event
from quotaboard.domain.reading import Origin
from quotaboard.poll.agenda import Agenda
from quotaboard.poll.hearing import Ears, Heard
from quotaboard.poll.reacting import Reactions
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store

HOOKED = "claude-code"
FAILED = "failed"
MOST = 5

_STATUS = re.compile(r"\b(?:API Error:|HTTP|Error code:) (\d{3})\b")


class Hooks:
    """What the hooks of agents put into the store by processes of their own: Claude Code's failed turns."""

    def __init__(self) -> None:
        self._version = -1
        self._newest: datetime | None = None

    def listen(self, store: Store, agents: Sequence[AgentView], version: int, now: datetime) -> list[Heard]:
        """What is new since the last call; what was there before the first one is no news."""
        if self._newest is None:
            self._version, self._newest = version, now
        if version == self._version:
            return []
        self._version, since = version, self._newest
        by_id = {agent.id: agent for agent in agents if agent.id.partition(":")[0] == HOOKED}
        events = [event for event in store.agents.events(HOOKED, (FAILED,), limit=MOST) if event.at > since]
        self._newest = max((event.at for event in events), default=since)
        return [_heard(event, by_id[event.agent]) for event in reversed(events) if event.agent in by_id]


def _heard(event: Event, agent: AgentView) -> Heard:
    status = _STATUS.search(event.text)
    saying = Saying(Said.FAILED, event.at, status=int(status[1]) if status else None, text=event.text)
    # Hooks tell of the turn, not of the lane: it is that of the route in force.
    return Heard(agent.id, saying, agent.lane, certain=not agent.sends_several, is_stored=True)


class Listening:
    """The ears of whoever asks."""

    def __init__(self, around: Callable[[datetime], Surroundings]) -> None:
        self._ears = Ears(around)
        self._hooks = Hooks()
        self._reactions = Reactions()

    def turn(
        self,
        store: Store,
        agents: Sequence[AgentView],
        agendas: Mapping[str, Agenda],
        version: int,
        now: datetime,
    ) -> Iterator[tuple[Agenda, list[Slot]]]:
        """Store what is new. Yields the credentials that it concerns, with slots that are others now.

        `version` is the store's number for what other processes wrote.
        """
        for heard in (*self._ears.listen(agents, now), *self._hooks.listen(store, agents, version, now)):
            lane = heard.lane
            agenda = agendas.get(lane.credential) if lane else None
            reaction = self._reactions.to(heard, agenda, now)
            if reaction.event is not None:
                store.agents.tell(reaction.event)
            if agenda is None or lane is None:
                continue
            agenda.note_try(lane, heard.saying.at)
            if reaction.proof is not None:
                store.answers.record(reaction.proof, agenda.name, lane, Origin.PASSIVE, now=now)
                agenda.book.add(reaction.proof, lane, Origin.PASSIVE)
                yield agenda, agenda.after_lane(lane, now)
            if reaction.lighter is not None:
                yield agenda, [agenda.sooner(reaction.lighter, now)]
            if reaction.look_at is not None:
                yield agenda, [agenda.sooner(lane, reaction.look_at)]
            elif slots := agenda.after_try(lane, now):
                yield agenda, slots
