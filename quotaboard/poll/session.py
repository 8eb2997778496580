"""What a screen needs of whoever asks: the board, changes to it, and a few wishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from quotaboard.domain.alert import Alert
from quotaboard.domain.board import Board
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.history import Past

if TYPE_CHECKING:
    from quotaboard.domain.agent import Applied, Interrupted, Refusal, Running, SwitchPlan, Undone
    from quotaboard.domain.board import AgentView, Event
    from quotaboard.poll.switching import Proof


class Moves(Protocol):
    """How agents are moved. All but `remember`, `events` and `prove` read or write files, not the store.

    They may run in a thread.
    """

    @property
    def hides_names(self) -> bool:
        """Whether people and places are called by pseudonyms."""

    def agents(self) -> list[AgentView]:
        """The agents as their files say now, unjudged."""

    def running(self, agent: str) -> Running | Refusal:
        """Which processes of this agent run."""

    def recover(self) -> list[Interrupted]:
        """What crashes left behind."""

    def plan(self, agent: str, profile: str) -> SwitchPlan | Refusal:
        """What putting the agent on the profile would change."""

    def apply(self, plan: SwitchPlan) -> Applied | Refusal:
        """Write it, and read it back. Then comes `remember`."""

    def undo(self, agent: str) -> Undone | Refusal:
        """Take back the newest switch. Then comes `remember`."""

    def settle(self) -> list[Refusal]:
        """Finish the undos whose time has come."""

    def remember(self, done: Applied | Undone | Refusal, agents: Sequence[AgentView] | None = None) -> None:
        """Store that an agent was moved, and what all are on now."""

    def events(self, agent: str) -> Sequence[Event]:
        """What happened to the agent lately, newest first, from the store."""

    def stands_since(self, agent: str) -> datetime | None:
        """When a switch put the agent on what it is on, from the store; None when that was taken back."""

    async def prove(self, agent: str) -> Proof:
        """One request on the lane that the agent's files name now."""


class Session(Protocol):
    """A live view of the lanes. `board` is cheap and never blocks; the rest happens in `run`."""

    def board(self, now: datetime) -> Board:
        """What is known now, from the store."""

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask when it is time, until cancelled. `changed` is called after each change has been stored."""

    def refresh(self, lanes: Sequence[str] | None = None) -> None:
        """Ask these lanes (by id) as soon as manners allow; None: every lane."""

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - one word tells all
        """Stop or resume asking. What is under way is finished."""

    def history(
        self, credential: str, since: datetime, until: datetime, *, lane: str | None = None, points: int = 400
    ) -> Past:
        """The windows of a credential over time, thinned, and how this lane (or each) closed and opened."""

    def sparks(
        self, credential: str, now: datetime, count: int
    ) -> Mapping[WindowKey, tuple[float | None, ...]]:
        """The peaks of each window lately, in so many spans; none while they cannot be read."""

    def alerts(self) -> Sequence[Alert]:
        """What was alerted of lately, newest first."""

    def take_alerts(self) -> Sequence[Alert]:
        """What the terminal is to ring for now. Each is given to one pane only."""

    def mute(self, muted: bool) -> None:  # noqa: FBT001 - one word tells all
        """Hold the alerts of every pane back, or let them go."""

    @property
    def paused(self) -> bool: ...

    @property
    def busy(self) -> bool:
        """Whether a request is under way."""

    def consent(self, credential: str, granted: bool) -> None:  # noqa: FBT001 - one word tells all
        """Remember whether tokens may be spent on this credential."""

    def switching(self) -> Moves:
        """The way to move agents."""

    def reread(self) -> None:
        """Read the agents and credentials again at once, as after a switch."""
