"""Where an agent could go: each profile with its advice, what a switch would write, and what it did."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.worker import Worker, WorkerState

from quotaboard.domain.advice import Advice, advise
from quotaboard.domain.agent import Applied, Refusal, SwitchPlan, Undone
from quotaboard.domain.board import AgentView, Board, Event
from quotaboard.poll.session import Moves, Session
from quotaboard.poll.switching import Proof
from quotaboard.store.trouble import StoreTrouble
from quotaboard.tui.draw.commands import READ_ONLY
from quotaboard.tui.draw.events import event_lines
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.layout import TALL
from quotaboard.tui.draw.line import EMPTY, Line, line, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.switching import (
    advice_lines,
    applied_lines,
    plan_lines,
    profile_lines,
    refusal_lines,
    standing_lines,
    undone_lines,
)
from quotaboard.tui.draw.words import FAINT, lane_style, lane_word
from quotaboard.tui.screens.panes import show_pane
from quotaboard.tui.screens.sheet import Sheet

LONGEST_WAIT = 30.0
"""Seconds; a bridge stands for ten."""
SWITCHED_TOAST = 8

Write = Callable[[int], list[Line]]
log = logging.getLogger(__name__)


class SwitchScreen(Sheet):
    """Enter writes what is shown, and only that: a file that was edited since is refused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "leave", "back", show=False),
        Binding("enter", "switch", "switch", show=False),
        Binding("u", "undo", "undo", show=False),
        Binding("p", "pane", "its pane", show=False),
        Binding("j,down", "step(1)", "next", show=False, id="down", priority=True),
        Binding("k,up", "step(-1)", "previous", show=False, id="up", priority=True),
    ]
    FOOT = (
        *(("esc", "back"), ("enter", "switch"), ("u", "undo"), ("↑ ↓", "choose")),
        *(("p", "its pane"), ("pgdn", "scroll")),
    )

    def __init__(
        self,
        agent: AgentView,
        board: Board,
        session: Session,
        clock: Callable[[], datetime],
        *,
        readonly: bool = False,
        undo: bool = False,
    ) -> None:
        super().__init__()
        self._agent = agent.id
        self._board = board
        self._session = session
        self._moves: Moves = session.switching()
        self._clock = clock
        self._readonly = readonly
        self._undo_at_once = undo
        self._advice: Advice = advise(agent, board)
        self._here = self._first()
        self._plan: SwitchPlan | Refusal | None = None
        self._left_behind: tuple[str, ...] = ()
        self._done: list[Write] = []
        """What the last wish came to; it takes the place of the preview until the cursor moves."""
        self._busy: str | None = None
        self._files = asyncio.Lock()
        """One at a time: whoever came second would find the agent's files locked, by this very screen."""
        self._owners: list[str] = []
        self._top = 0

    # What is shown

    def heading(self) -> Line:
        return line("switch ", (shown(self._agent), "bold"))

    def lines(self, width: int) -> Sequence[Line]:
        page = Page(width, self._clock())
        low = self.app.size.height < TALL
        above = standing_lines(self._advice.agent, self._board, page)[: 1 if low else None]
        if self._readonly:
            above += wrapped(READ_ONLY, width, "$lane-near")
        for one in self._left_behind:
            above += wrapped(shown(one), width, "$lane-near")
        advice = advice_lines(self._advice, width, 2 if low else 4)
        if self._done or self._busy:
            advice = []
            above += [] if low else [EMPTY]
            # The newest, which tells whether it serves, is what a low screen has room for.
            above += [part for write in (self._done[::-1] if low else self._done) for part in write(width)]
            above += [styled(self._busy, FAINT)] if self._busy else []
        elif not low:
            above += [EMPTY, *advice]
        above += [] if low else [EMPTY]
        listed = profile_lines(self._advice, self._board, page, self._here)
        self._top, self._owners = len(above), listed.owners
        below = [] if self._done or self._busy else [EMPTY, *plan_lines(self._plan, width)]
        if low and advice:
            # The profiles come first where only a few lines are seen at a time.
            below = [EMPTY, *advice, *below]
        told = event_lines(self._lately(), page)
        return [*above, *listed.lines, *below, *([EMPTY, *told] if told else [])]

    def _lately(self) -> Sequence[Event]:
        try:
            return self._moves.events(self._agent)
        except StoreTrouble:  # the board says so
            return ()

    def _first(self) -> str | None:
        """The best; where that is what it is on, or nothing may be chosen, the first of the others."""
        ranked, best = self._advice.ranked, self._advice.best
        if best is not None and not best.profile.active:
            return best.name
        others = [one.name for one in ranked if not one.profile.active]
        return next(iter(others or [one.name for one in ranked]), None)

    def take(self, board: Board) -> None:
        """Something new is known."""
        agent = next((one for one in board.agents if one.id == self._agent), None)
        if agent is None:
            return
        self._board, self._advice = board, advise(agent, board)
        if self._advice.of(self._here or "") is None:
            self._here = self._first()
            self._read_plan()
        self.redraw()

    def on_mount(self) -> None:
        if self._undo_at_once:
            self.action_undo()
        else:
            self._read_plan()
        self.run_worker(self._look_behind(), group="behind", exit_on_error=False)

    async def _look_behind(self) -> None:
        """What crashes left."""
        async with self._files:
            left = await asyncio.to_thread(self._moves.recover)
        self._left_behind = tuple(one.sentence for one in left if one.home.id == self._agent)
        if self._left_behind:
            self.redraw()

    # The cursor

    def action_step(self, by: int) -> None:
        names = [one.name for one in self._advice.ranked]
        if not names or self._busy:
            return
        here = names.index(self._here) if self._here in names else 0
        self._go(names[min(max(here + by, 0), len(names) - 1)])

    def _go(self, name: str) -> None:
        if name != self._here or self._done:
            self._here, self._done = name, []
            self._read_plan()
            self.redraw()
            self.call_after_refresh(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        rows = [y for y, owner in enumerate(self._owners) if owner == self._here]
        if rows:
            scroll = self.query_one("#scroll", VerticalScroll)
            scroll.scroll_to_region(Region(0, self._top + rows[0], 1, len(rows)), animate=False)

    def clicked(self, event: events.Click, y: int) -> None:
        del event
        if not self._busy and 0 <= y - self._top < len(self._owners):
            self._go(self._owners[y - self._top])

    # Reading and writing, off the event loop

    def _read_plan(self) -> None:
        self._plan = None
        if self._here is not None:
            self.run_worker(self._planned(self._here), group="plan", exclusive=True, exit_on_error=False)

    async def _planned(self, name: str) -> None:
        plan = await asyncio.to_thread(self._moves.plan, self._agent, name)
        if name == self._here:
            self._plan = plan
            self.redraw()

    @on(Worker.StateChanged)
    def say_that_it_failed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            log.error("reading agents failed", exc_info=event.worker.error)
            self.app.notify(
                "Reading its files stopped on a bug, which the log tells.", markup=False, severity="error"
            )

    def action_switch(self) -> None:
        plan = self._plan
        if self._refused():
            return
        if self._done:
            self._go(self._here or "")
        elif plan is None:
            self._warn("The preview is not there yet: press enter again in a moment.")
        elif isinstance(plan, Refusal):
            self._warn(shown(plan.sentence))
        elif not plan.edits:
            self._warn(shown(f"{self._agent} is on {plan.profile.name} already."))
        else:
            self._busy = "writing…"
            self._done = []
            self.redraw()
            self.app.run_worker(self._switch(plan), group="switch")  # goes on when the screen is left

    def action_undo(self) -> None:
        if not self._refused():
            self._busy = "taking it back…"
            self._done = []
            self.redraw()
            self.app.run_worker(self._undo(), group="switch")

    def action_pane(self) -> None:
        show_pane(self.app, self._moves, self._agent)

    def _refused(self) -> bool:
        if self._readonly:
            self._warn(READ_ONLY)
        elif self._busy:
            self._warn("The last wish is still under way.")
        return self._readonly or self._busy is not None

    def _warn(self, sentence: str) -> None:
        self.app.notify(sentence, markup=False, severity="warning")

    async def _switch(self, plan: SwitchPlan) -> None:
        async with self._files:
            done = await asyncio.to_thread(self._moves.apply, plan)
        if isinstance(done, Refusal):
            self._say(done.sentence, lambda width: refusal_lines(done, width))
            return
        self._done = [lambda width: applied_lines(done, width)]
        await self._remember(done)
        if not done.verified:
            self._say("It was written, but the agent does not read it as it was meant.")
            return
        self._busy = "proving it with one request…"
        self.redraw()
        try:
            proof = await self._moves.prove(self._agent)
        except StoreTrouble as trouble:
            proof = Proof(missing=trouble.sentence)
        self._session.reread()
        self._say(
            f"{self._agent} is on {plan.profile.name} now; u takes it back.",
            lambda width: proof_lines(proof, width),
        )

    async def _undo(self) -> None:
        async with self._files:
            done = await asyncio.to_thread(self._moves.undo, self._agent)
        if isinstance(done, Refusal):
            self._say(done.sentence, lambda width: refusal_lines(done, width))
            return
        await self._remember(done)
        self._session.reread()
        self._say(
            f"The switch of {self._agent} to {done.profile} was taken back.",
            lambda width: undone_lines(done, width),
        )
        if done.settles_at is not None:
            wait = (done.settles_at - self._clock()).total_seconds()
            self.app.run_worker(self._settle(min(max(wait, 0.0) + 0.1, LONGEST_WAIT)), group="settle")

    async def _settle(self, wait: float) -> None:
        """Running sessions notice a changed value, not a missing one, so a file is put right in two steps."""
        await asyncio.sleep(wait)
        async with self._files:
            refusals = await asyncio.to_thread(self._moves.settle)
        for refusal in refusals:
            self._warn(shown(refusal.sentence))

    async def _remember(self, done: Applied | Undone) -> None:
        agents = await asyncio.to_thread(self._moves.agents)
        try:
            self._moves.remember(done, agents)
        except StoreTrouble as trouble:  # it was moved all the same
            said = shown(trouble.sentence)
            self._done.append(lambda width: wrapped(said, width, "$lane-near"))

    def _say(self, toast: str, write: Write | None = None) -> None:
        """The end of a wish; a toast when nobody looks at the screen any more."""
        self._busy = None
        if write is not None:
            self._done.append(write)
        if self.is_mounted and self.is_current:
            self.redraw()
            self.query_one("#scroll", VerticalScroll).scroll_home(animate=False)
        else:
            self.app.notify(shown(toast), markup=False, timeout=SWITCHED_TOAST)


def proof_lines(proof: Proof, width: int) -> list[Line]:
    """What one request on the new lane showed."""
    if proof.view is None or proof.missing:
        return wrapped(f"Not proven: {shown(proof.missing or 'nothing was asked.')}", width, "$lane-near")
    judgement = proof.view.judgement
    head = line("Proven by one request: ", (lane_word(judgement), lane_style(judgement)))
    return [head.cut(width), *wrapped(shown(judgement.summary), width)]
