"""What agents say themselves, in their logs and their state: read when it is new, and put to their lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quotaboard.agents.base import Surroundings
from quotaboard.agents.following import Follower
from quotaboard.agents.hermes.log import Said, Saying, logs, sayings
from quotaboard.domain.agent import Home
from quotaboard.domain.board import AgentView, ProfileView
from quotaboard.domain.lane import Lane

if TYPE_CHECKING:
    from quotaboard.agents.openclaw.opinions import Notes, Opinion

ROTATED_FOR = timedelta(minutes=10)
"""After Hermes went on to another key of its own, it cannot be told for so long whose request was served."""

OPINIONS_EVERY = timedelta(seconds=10)

SLACK = timedelta(seconds=2)
"""A line may be written a moment before it reaches the file."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that an agent said, and the lane that it is about."""

    agent: str
    saying: Saying
    lane: Lane | None
    certain: bool = True
    """Whether the lane is the one: not when several keys may have been used."""
    is_stored: bool = False
    """Whether it is an event already."""


class Ears:
    """Follows the files of every agent that tells something. Costs a few `stat` calls when nothing is new."""

    def __init__(self, around: Callable[[datetime], Surroundings]) -> None:
        self._around = around
        self._logs: dict[str, list[Follower]] = {}
        self._heard_at: datetime | None = None
        self._rotated_at: dict[str, datetime] = {}
        self._states: dict[str, tuple[object, ...]] = {}
        self._notes: dict[str, Notes] = {}
        """By home: what OpenClaw had noted."""
        self._opinions_at: datetime | None = None

    def listen(self, agents: Sequence[AgentView], now: datetime) -> list[Heard]:
        """What is new since the last call, in the order in which it was said."""
        since = (self._heard_at or now) - SLACK
        heard = [one for agent in agents for one in self._of_agent(agent, since, now)]
        if self._opinions_at is None or not timedelta() <= now - self._opinions_at < OPINIONS_EVERY:
            heard += [one for agent in agents for one in self._opinions_of(agent, now)]
            self._opinions_at = now
        self._heard_at = now
        return sorted(heard, key=lambda one: one.saying.at)

    def _of_agent(self, agent: AgentView, since: datetime, now: datetime) -> Iterator[Heard]:
        if agent.id.partition(":")[0] != "hermes":
            return
        followers = self._logs.get(agent.home)
        if followers is None:
            followers = self._logs[agent.home] = [Follower(path) for path in logs(Path(agent.home))]
        lines = [line for follower in followers for line in follower.new_lines()]
        for saying in sayings(lines, since, now) if lines else ():
            if saying.kind is Said.ROTATED:
                self._rotated_at[agent.id] = saying.at
                continue
            rotated_at = self._rotated_at.get(agent.id)
            certain = not agent.sends_several and (
                rotated_at is None or not timedelta() <= saying.at - rotated_at < ROTATED_FOR
            )
            yield Heard(agent.id, saying, lane_of(saying, agent), certain)

    def _opinions_of(self, agent: AgentView, now: datetime) -> Iterator[Heard]:
        if agent.id.partition(":")[0] != "openclaw":
            return
        from quotaboard.agents.openclaw.opinions import notes, state_files

        home = Home("openclaw", agent.home, agent.id.partition(":")[2] or None)
        state = tuple(_stamp(path) for path in state_files(home))
        if state == self._states.get(agent.home):
            return
        self._states[agent.home] = state
        before, told = self._notes.get(agent.home), notes(home, self._around(now))
        self._notes[agent.home] = told
        if before is None:
            return  # what was there already is no news
        known = {one.model: one for one in before.opinions}
        for one in told.opinions:
            if _is_new(one, known.get(one.model), now):
                yield _of_openclaw(Said.AVOIDS, one.model, agent, now, one.sentence)
        for model in known.keys() - {one.model for one in told.opinions}:
            yield _of_openclaw(Said.TRIES_AGAIN, model, agent, now)
        if told.model and told.used_at and (before.used_at is None or told.used_at > before.used_at):
            yield _of_openclaw(Said.USES, told.model, agent, min(told.used_at, now))


def lane_of(saying: Saying, agent: AgentView) -> Lane | None:
    """The lane of the agent's route, or of one of its profiles, that the line tells of."""
    if saying.model is None:
        return agent.lane if saying.kind is Said.WAITS else None
    routes = [agent.now, *agent.profiles] if agent.now else list(agent.profiles)
    fitting = [route for route in routes if route.model == saying.model and _is_at(saying, route)]
    return next((route.lane for route in fitting if route.lane is not None), None)


def _is_new(opinion: Opinion, before: Opinion | None, now: datetime) -> bool:
    """Another reason, or the same again after its time was over: it has tried in between."""
    if before is None or before.reason != opinion.reason:
        return True
    return before.until is not None and before.until <= now


def _of_openclaw(kind: Said, named: str, agent: AgentView, now: datetime, text: str = "") -> Heard:
    provider, _, model = named.partition("/")
    saying = Saying(kind, now, provider, model, text=text)
    return Heard(agent.id, saying, lane_of(saying, agent))


def _is_at(saying: Saying, route: ProfileView) -> bool:
    provider = saying.provider.removeprefix("custom:")
    if provider == route.provider:
        return True
    if saying.provider != "custom":
        return False
    # A named endpoint that is the primary is logged without its name; its address tells, where it is there.
    return saying.base_url is None or route.host is None or f"//{route.host}" in saying.base_url


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return (seen.st_mtime_ns, seen.st_size)
