"""Moves agents without a file: it remembers what it was asked for, and answers as it is told."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from quotaboard.domain.agent import (
    Activity,
    Applied,
    Edit,
    Home,
    Interrupted,
    Origin,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    Running,
    SwitchPlan,
    TakesEffect,
    Undone,
    When,
)
from quotaboard.domain.board import AgentView, Board, Event
from quotaboard.poll.switching import Proof
from tests.tui.pieces import NOW

DIFF = """--- config.yaml
+++ config.yaml
@@ -1,3 +1,3 @@
 model:
-  provider: anthropic
+  provider: openrouter
 # [red]not markup[/]
-ANTHROPIC_TOKEN=sk-…masked
+OPENROUTER_API_KEY=sk-…masked
"""
EFFECT = TakesEffect(
    "open chats",
    When.NOW,
    "They keep their model until they are told; type this in each.",
    "/model anthropic/claude-sonnet-4.6 --provider openrouter",
)


class FakeMoves:
    """Speaks the protocol of `quotaboard.poll.session.Moves`."""

    hides_names = False

    def __init__(self, board: Callable[[], Board]) -> None:
        self._board = board
        self.asked: list[tuple[str, ...]] = []
        self.refuses: Refusal | None = None
        """What planning, writing or taking back comes to instead."""
        self.refuses_to_write: Refusal | None = None
        self.misread = False
        self.left_behind: list[Interrupted] = []
        self.settles = False
        self.runs = Running(Activity.STOPPED)
        self.happened: list[Event] = []
        self.stand: dict[str, datetime] = {}

    def agents(self) -> list[AgentView]:
        return list(self._board().agents)

    def running(self, agent: str) -> Running | Refusal:
        self.asked.append(("running", agent))
        return self.runs

    def recover(self) -> list[Interrupted]:
        return self.left_behind

    def plan(self, agent: str, profile: str) -> SwitchPlan | Refusal:
        self.asked.append(("plan", agent, profile))
        if self.refuses is not None:
            return self.refuses
        view = next(one for one in self._board().agents if one.id == agent)
        before = Route("anthropic", "claude-sonnet-4-6")
        after = Route("openrouter", "anthropic/claude-sonnet-4.6")
        edits = () if view.active == profile else (Edit("/home/mia/.hermes/config.yaml", b"a", b"b"),)
        return SwitchPlan(
            Home(agent, view.home),
            Profile(profile, after, Origin.OWN),
            before,
            after,
            edits,
            DIFF if edits else "",
            effects=(EFFECT,),
        )

    def apply(self, plan: SwitchPlan) -> Applied | Refusal:
        self.asked.append(("apply", plan.home.id, plan.profile.name))
        if self.refuses_to_write is not None:
            return self.refuses_to_write
        return Applied(plan, NOW, plan.before if self.misread and plan.before else plan.after)

    def undo(self, agent: str) -> Undone | Refusal:
        self.asked.append(("undo", agent))
        if self.refuses is not None:
            return self.refuses
        settles_at = NOW - timedelta(seconds=1) if self.settles else None
        route = Route("anthropic", "claude-sonnet-4-6")
        return Undone(Home(agent, "/home/mia"), "openrouter", NOW, route, settles_at=settles_at)

    def settle(self) -> list[Refusal]:
        self.asked.append(("settle",))
        return []

    def remember(self, done: Applied | Undone | Refusal, agents: Sequence[AgentView] | None = None) -> None:
        self.asked.append(("remember", type(done).__name__))

    def events(self, agent: str) -> list[Event]:
        return [one for one in self.happened if one.agent == agent]

    def stands_since(self, agent: str) -> datetime | None:
        return self.stand.get(agent)

    async def prove(self, agent: str) -> Proof:
        self.asked.append(("prove", agent))
        lane = next((one for one in self._board().lanes if one.lane.credential == "router"), None)
        return Proof(lane, None if lane else "No credential that quotaboard watches is its key.")


EDITED = Refusal(
    RefusalKind.EDITED,
    "config.yaml [was] edited since you saw the preview: look at it again, then switch.",
    "/home/mia/.hermes/config.yaml",
)
