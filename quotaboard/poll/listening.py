"""One turn of listening to agents: events and evidence are stored, and lanes are put before their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from quotaboard.agents.base import Surroundings
from quotaboard.domain.board import AgentView
from quotaboard.domain.reading import Origin
from quotaboard.poll.agenda import Agenda
from quotaboard.poll.hearing import Ears
from quotaboard.poll.reacting import Reactions
from quotaboard.store.schedule import Slot
from quotaboard.store.store import Store


class Listening:
    """The ears of whoever asks."""

    def __init__(self, around: Callable[[datetime], Surroundings]) -> None:
        self._ears = Ears(around)
        self._reactions = Reactions()

    def turn(
        self, store: Store, agents: Sequence[AgentView], agendas: Mapping[str, Agenda], now: datetime
    ) -> Iterator[tuple[Agenda, list[Slot]]]:
        """Store what is new. Yields the credentials that it concerns, with slots that are others now."""
        for heard in self._ears.listen(agents, now):
            lane = heard.lane
            agenda = agendas.get(lane.credential) if lane else None
            reaction = self._reactions.to(heard, agenda, now)
            if reaction.event is not None:
                store.agents.tell(reaction.event)
            if agenda is None or lane is None:
                continue
            if reaction.proof is not None:
                store.answers.record(reaction.proof, agenda.name, lane, Origin.PASSIVE, now=now)
                agenda.book.add(reaction.proof, lane, Origin.PASSIVE)
                yield agenda, agenda.after_lane(lane, now)
            if reaction.look_at is not None:
                yield agenda, [agenda.at_once(lane, now)]
