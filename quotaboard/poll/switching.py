"""Switching agents: planned from what is there now, written, read back, proven by one request, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.config.values import Config
from quotaboard.domain.agent import (
    Applied,
    Interrupted,
    Refusal,
    RefusalKind,
    Running,
    SwitchPlan,
    Undone,
)
from quotaboard.domain.board import AgentView, Board, CredentialView, Event, LaneView
from quotaboard.domain.lane import Lane
from quotaboard.poll.agents import surroundings, with_agents
from quotaboard.poll.place import Place
from quotaboard.poll.view import board_of
from quotaboard.poll.view import with_agents as showing
from quotaboard.poll.watching import Roster
from quotaboard.store.store import Store

if TYPE_CHECKING:
    from quotaboard.poll.asking import Patience

LEASE = "auto-switch"
LEASE_SPAN = timedelta(seconds=60)

SWITCHED, UNDONE, DECIDED = "switched", "undone", "decided"
"""Kinds of events; the last one is a decision by itself that moves nothing."""

LATELY = 6

AskedHere = Callable[[Sequence[Lane]], Awaitable[bool | None]]
"""Lets this process's own poller ask; None when it does not ask now, else whether it did in time."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What one request on the lane of an agent showed, or why none was made."""

    view: LaneView | None = None
    missing: str | None = None
    """One sentence, ending in what allows it; None when the lane was looked at."""


class Switching:
    """The agents of one place, over one store. Reads files whenever it is asked; nothing is kept.

    `around`, `agents`, `plan`, `apply`, `undo` and `settle` do not touch the store, and may run in a thread.
    """

    hides_names = False

    def __init__(
        self,
        store: Store,
        config: Config,
        place: Place,
        clock: Callable[[], datetime],
        patience: Patience | None = None,
        asked_here: AskedHere | None = None,
    ) -> None:
        self._store = store
        self._config = config
        self._place = place
        self._clock = clock
        self._patience = patience
        self._asked_here = asked_here

    def around(self) -> Surroundings:
        """What agents may look at, read now."""
        roster = Roster(self._config, self._place, self._clock)
        return surroundings(self._config, self._place, self._clock(), roster.look_around())

    def _around_files(self) -> Surroundings:
        """Enough for what only reads journals: a keyring, which may ask the person, is left alone."""
        return surroundings(self._config, self._place, self._clock(), [])

    def agents(self) -> list[AgentView]:
        """The agents as their files say now, unjudged."""
        roster = Roster(self._config, self._place, self._clock)
        return with_agents(roster, self._config, roster.look_around(), self._clock()).agents

    def board(self, agents: Sequence[AgentView] | None = None) -> Board:
        """What is known, with the agents as they are now. Nothing is asked."""
        return showing(board_of(self._store, self._clock()), self.agents() if agents is None else agents)

    def stored_board(self) -> Board:
        """What is known, with the agents as they were read last."""
        return board_of(self._store, self._clock())

    def find(self, name: str, board: Board) -> AgentView | Refusal:
        """The agent of that name, or why there is none."""
        found = facade.find_home(name, self.around())
        if isinstance(found, Refusal):
            return found
        _, home = found
        known = (agent for agent in board.agents if agent.id == home.id and agent.home == home.path)
        return next(known, None) or Refusal(
            RefusalKind.UNKNOWN, f"{home.id} is gone: look again with `quotaboard profiles`."
        )

    def recover(self) -> list[Interrupted]:
        """What crashes left behind."""
        return facade.recover(self._around_files())

    def cut_short(self) -> list[Interrupted]:
        """The same, for whoever only looks."""
        return facade.cut_short(self._around_files())

    def plan(self, agent: str, profile: str) -> SwitchPlan | Refusal:
        """What putting the agent on the profile would change."""
        return facade.plan_switch(agent, profile, self.around())

    def apply(self, plan: SwitchPlan) -> Applied | Refusal:
        """Write it, and read it back. Then comes `remember`."""
        return facade.apply(plan, self.around())

    def undo(self, agent: str) -> Undone | Refusal:
        """Take back the newest switch. Then comes `remember`."""
        return facade.undo(agent, self.around())

    def running(self, agent: str) -> Running | Refusal:
        """Which processes of this agent run."""
        states = facade.find_agents(self.around())
        found = next((state.running for state in states if state.home.id == agent), None)
        return found or Refusal(
            RefusalKind.UNKNOWN, f"{agent} is gone: look again with `quotaboard profiles`."
        )

    def remember(
        self,
        done: Applied | Undone | Refusal,
        agents: Sequence[AgentView] | None = None,
        why: str | None = None,
    ) -> None:
        """Store that an agent was moved, and what all are on now: whoever polls reads them again.

        `why` it was done, when nobody asked for it.
        """
        self._store.agents.remember(self.agents() if agents is None else list(agents))
        match done:
            case Applied() if done.plan.edits:
                to = f"put on {done.plan.profile.name}"
                self._tell(done.plan.home.id, SWITCHED, f"{to} by itself: {why}" if why else to)
            case Undone():
                self._tell(done.home.id, UNDONE, f"taken back from {done.profile}")

    def note(self, agent: str, decision: str) -> None:
        """Store a decision that moves nothing."""
        self._tell(agent, DECIDED, decision)

    def events(self, agent: str) -> list[Event]:
        """What happened to the agent lately, newest first."""
        return self._store.agents.events(agent, limit=LATELY)

    def settle(self) -> list[Refusal]:
        """Finish the undos whose time has come."""
        return facade.settle(self._around_files())

    def settles_last_at(self) -> datetime | None:
        """When `settle` can finish the last undo that waits; None when none does."""
        return facade.settles_last_at(self._around_files())

    def switched_at(self, agent: str) -> datetime | None:
        """When the agent was last put on another profile by quotaboard."""
        events = self._store.agents.events(agent, (SWITCHED, UNDONE), limit=1)
        return events[0].at if events else None

    def stands_since(self, agent: str) -> datetime | None:
        """When a switch put the agent on what it is on; None when that was taken back."""
        events = self._store.agents.events(agent, (SWITCHED, UNDONE), limit=1)
        return events[0].at if events and events[0].kind == SWITCHED else None

    def may_decide(self) -> bool:
        """Whether this process is the one that switches by itself; another may do so already."""
        return self._store.in_memory or self._store.leases.acquire(LEASE, LEASE_SPAN, now=self._clock())

    async def prove(self, agent: str) -> Proof:
        """One request on the lane that the agent's files name now."""
        board = self.board(await asyncio.to_thread(self.agents))
        lane = next((one.lane for one in board.agents if one.id == agent), None)
        if lane is None:
            return Proof(
                missing="No credential that quotaboard watches is its key: "
                "`quotaboard init` adds what it finds, [[credentials]] in the config any other."
            )
        begun = self._clock()
        in_time = await self.look([lane])
        after = self.stored_board()
        view = next((one for one in after.lanes if one.lane.id == lane.id), None)
        seen_at = view.judgement.observed_at if view else None
        if view is not None and seen_at is not None and (seen_at >= begun or view.judgement.inferred_from):
            return Proof(view)
        if not in_time:
            return Proof(view, "Another quotaboard is asking, and did not come to it in time.")
        held = next((one for one in after.credentials if one.credential.name == lane.credential), None)
        return Proof(view, why_unproven(held, lane.credential))

    async def examine(self, lanes: Sequence[str], *, others_wait: float | None = None) -> bool:
        """Ask these lanes, and what isolates a refusal. False when somebody else did not in time."""
        from quotaboard.poll.once import refresh  # httpx, for whoever sends something

        return await refresh(
            self._store,
            self._config,
            self._place,
            self._clock,
            lanes,
            **self._manner(others_wait),
        )

    async def look(self, lanes: Iterable[Lane], *, others_wait: float | None = None) -> bool:
        """Ask these lanes once, as far as consent and budget allow. False when somebody else did not."""
        from quotaboard.poll.once import ask_lanes

        wanted = list(lanes)
        if self._asked_here is not None and (in_time := await self._asked_here(wanted)) is not None:
            return in_time
        return await ask_lanes(
            self._store,
            self._config,
            self._place,
            self._clock,
            wanted,
            **self._manner(others_wait),
        )

    def _manner(self, others_wait: float | None) -> dict[str, Any]:
        """What differs from the usual."""
        told = {"patience": self._patience, "others_wait": others_wait}
        return {name: value for name, value in told.items() if value is not None}

    def _tell(self, agent: str, kind: str, text: str) -> None:
        self._store.agents.tell(Event(self._clock(), agent, kind, text))


def why_unproven(held: CredentialView | None, name: str) -> str:
    """Why a lane of this credential was not looked at, ending in what allows it."""
    if held is not None and held.trouble:
        return held.trouble
    if held is None or not held.consent:
        return f"Looking at {name} is not allowed yet: `quotaboard init --probe {name} --yes` allows it."
    if held.daily_budget is not None and held.tokens_today >= held.daily_budget:
        return f"Today's tokens for {name} are spent: raise daily_token_budget, or wait until tomorrow (UTC)."
    return f"{name} cannot be looked at just now: `quotaboard doctor` says what is in the way."
