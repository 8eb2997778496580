"""Switching by itself: decisions from the board, each checked against the agent's files before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quotaboard.config.values import AutoSwitchSettings
from quotaboard.domain.advice import advise
from quotaboard.domain.agent import Applied, Refusal
from quotaboard.domain.auto_switch import Action, Decision, Rules, decide
from quotaboard.domain.board import AgentView, Board
from quotaboard.domain.document import moment
from quotaboard.poll.switching import Switching

SCHEMA = "quotaboard.decision/1"
UNMOVED = (Action.WAIT, Action.STUCK)
"""Decisions that a person will want to read of although nothing was moved."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and what became of it."""

    decision: Decision
    dry_run: bool
    done: Applied | Refusal | None = None
    lane: str | None = None
    """The lane that the agent is on after it."""

    def document(self) -> dict[str, Any]:
        """One line of `watch --auto-switch`, and what a hook is given."""
        decision, done = self.decision, self.done
        refusal = done if isinstance(done, Refusal) else None
        return {
            "schema": SCHEMA,
            "at": moment(decision.at),
            "agent": decision.agent,
            "action": decision.action.value,
            "reason": decision.reason,
            "sentence": decision.sentence,
            "from": decision.from_profile,
            "to": decision.to_profile,
            "not_before": moment(decision.not_before),
            "dry_run": self.dry_run,
            "applied": isinstance(done, Applied),
            "verified": done.verified if isinstance(done, Applied) else None,
            "lane": self.lane,
            "refused": {"kind": refusal.kind.value, "sentence": refusal.sentence} if refusal else None,
        }


class AutoSwitch:
    """Decides for the agents that the config names, and moves them."""

    def __init__(
        self,
        switching: Callable[[], Switching],
        settings: AutoSwitchSettings,
        clock: Callable[[], datetime],
        *,
        dry_run: bool = False,
    ) -> None:
        self._switching = switching
        self._settings = settings
        self._rules = Rules(
            order=settings.profiles,
            back_after=settings.back_after,
            cool_down=settings.cool_down,
            allow_paid=settings.allow_paid,
            allow_unknown=settings.allow_unknown,
        )
        self._clock = clock
        self._dry_run = dry_run
        self._told: dict[str, tuple[object, ...]] = {}
        self._tried: dict[str, datetime] = {}
        """When a move of an agent was refused last: that counts like a switch."""

    async def consider(self) -> list[Decided]:
        """What is decided now and was not told before; moves are made."""
        switching = self._switching()
        board = switching.stored_board()
        decided = []
        for agent in board.agents:
            if not self._is_mine(agent):
                continue
            decision = self._decide(agent, board, switching)
            if decision.moves and not self._dry_run:
                told = await self._move(decision, switching)
            else:
                told = Decided(decision, self._dry_run, lane=agent.lane.id if agent.lane else None)
            if told is not None and self._is_new(told):
                decided.append(told)
                if decision.action in UNMOVED and not self._dry_run:
                    switching.note(agent.id, decision.sentence)
        return decided

    def _is_mine(self, agent: AgentView) -> bool:
        wanted = self._settings.agents
        return not wanted or agent.id in wanted

    def _decide(self, agent: AgentView, board: Board, switching: Switching) -> Decision:
        moments = [at for at in (switching.switched_at(agent.id), self._tried.get(agent.id)) if at]
        return decide(advise(agent, board), self._rules, max(moments, default=None), self._clock())

    async def _move(self, decision: Decision, switching: Switching) -> Decided | None:
        """Look at the files again, decide again, then write: somebody may have switched a second ago."""
        if not switching.may_decide() or decision.to_profile is None:
            return None
        board = switching.board(await asyncio.to_thread(switching.agents))
        agent = next((one for one in board.agents if one.id == decision.agent), None)
        if agent is None:
            return None
        again = self._decide(agent, board, switching)
        if not again.moves or again.to_profile is None:
            return Decided(again, dry_run=False)
        plan = await asyncio.to_thread(switching.plan, agent.id, again.to_profile)
        done = plan if isinstance(plan, Refusal) else await asyncio.to_thread(switching.apply, plan)
        self._tried[agent.id] = self._clock()
        if isinstance(done, Applied):
            switching.remember(done, why=again.sentence)
        target = next((one for one in agent.profiles if one.name == again.to_profile), None)
        return Decided(again, False, done, target.lane.id if target and target.lane else None)

    def _is_new(self, told: Decided) -> bool:
        """Whether it says something else than the last one. What serves and goes on to serve is no news."""
        decision = told.decision
        kernel = (decision.action, decision.reason, decision.from_profile, decision.to_profile)
        if self._told.get(decision.agent) == kernel and told.done is None:
            return False
        self._told[decision.agent] = kernel
        return True


def has_moved(told: Decided) -> bool:
    """Whether an agent is on another lane now, which wants to be looked at."""
    return told.decision.action in (Action.SWITCH, Action.BACK) and isinstance(told.done, Applied)
