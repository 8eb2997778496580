"""The board: every credential, every lane, and what a person can do with the one under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import BindingType

from quotaboard.domain.board import CredentialView, LaneView
from quotaboard.tui.draw.agents import is_blocked
from quotaboard.tui.draw.arrange import Arrangement
from quotaboard.tui.draw.commands import BY_ID, local
from quotaboard.tui.draw.grid import Cursor, edge, entering, moved, stepped
from quotaboard.tui.draw.jumping import NO_LABELS, labels_for
from quotaboard.tui.draw.story import evidence_text
from quotaboard.tui.keys import bindings_of
from quotaboard.tui.messages import AgentPointed, FilterClosed, FilterTyped, LanePointed
from quotaboard.tui.screens.board_view import BoardView


class BoardScreen(BoardView):
    """Each command of the table is a method `do_ID` here."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(local())]

    # Commands

    def action_command(self, name: str) -> None:
        self.run_command(name)

    def run_command(self, name: str) -> None:
        """Do it, or say why not."""
        if (reason := BY_ID[name].refusal(self.situation)) is not None:
            self.app.notify(reason, markup=False, severity="warning")
        else:
            getattr(self, f"do_{name}")()

    def do_switch(self) -> None:
        self._moving.start(self.app, self._board, self.situation.lane, "switch")

    def do_undo(self) -> None:
        self._moving.start(self.app, self._board, self.situation.lane, "undo")

    def do_agents(self) -> None:
        """Put the cursor on the strip, on the first agent that cannot work."""
        from quotaboard.tui.screens.agents import AgentsScreen, AgentWish  # not before it is asked for

        agents = self._board.agents
        first = next((one for one in agents if is_blocked(one)), agents[0])
        self._point_at_agent(first.id)

        def act(wish: AgentWish | None) -> None:
            self._point_at_agent(None)
            if wish is None:
                return
            if wish.command == "pane":
                self._moving.pane(self.app, wish.agent)
            elif (reason := BY_ID[wish.command].refusal(self.situation)) is not None:
                self.app.notify(reason, markup=False, severity="warning")
            else:
                self._moving.open(self.app, self._board, wish.agent, wish.command)

        self.app.push_screen(AgentsScreen([one.id for one in agents], first.id, self._point_at_agent), act)

    def _point_at_agent(self, agent: str | None) -> None:
        self._agent_here = agent
        self._paint()

    @on(AgentPointed)
    def open_the_agent_that_was_clicked(self, event: AgentPointed) -> None:
        self._moving.open(self.app, self._board, event.agent, "switch")

    def do_refresh(self) -> None:
        view = self._view()
        if view is not None:
            self._session.refresh([lane.lane.id for lane in view.lanes])
            self._paint()

    def do_refresh_all(self) -> None:
        self._session.refresh()
        self._paint()

    def do_pause(self) -> None:
        self._session.pause(not self._session.paused)
        self._paint()

    def do_mute(self) -> None:
        from quotaboard.tui.draw.alerts import mute_words

        muted = not self._board.muted
        self._session.mute(muted)
        self.take_new_board()
        self.app.notify(mute_words(self._board, self._key_words), markup=False)

    def do_alerts(self) -> None:
        from quotaboard.tui.screens.alerts import AlertsScreen  # not before it is asked for

        self.app.push_screen(AlertsScreen(self._session, self._clock, self._options.alerts, self._page))

    def do_detail(self) -> None:
        self._look_back(self.situation.lane)

    def do_credential(self) -> None:
        self._look_back(None)

    def _look_back(self, lane: LaneView | None) -> None:
        view = self._view()
        if view is not None:
            self._looking_back.open(self.app, self._subject(view, lane), self._page)

    def do_copy(self) -> None:
        lane = self.situation.lane
        if lane is not None:
            self.app.copy_to_clipboard(evidence_text(lane))
            self.app.notify("The evidence was sent to the clipboard.", markup=False)

    def do_consent(self) -> None:
        from quotaboard.tui.screens.consent import ConsentScreen  # not before it is asked for

        view = self._view()
        if view is None:
            return
        name = view.credential.name
        if view.consent:
            self._session.consent(name, False)
            self.app.notify(f"Looks at {name} are no longer allowed; free readings go on.", markup=False)
            self.take_new_board()
            return

        def answer(granted: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if granted:
                self._session.consent(name, True)
                self.take_new_board()

        self.app.push_screen(ConsentScreen(view, self._key_words["consent"]), answer)

    def do_filter(self) -> None:
        from quotaboard.tui.widgets.filter_line import FilterLine  # brings the text input

        if not self.query(FilterLine):
            self.mount(FilterLine(self._how.filter))

    @on(FilterTyped)
    def narrow_down(self, event: FilterTyped) -> None:
        self._sort(Arrangement(self._how.order, self._how.reverse, event.text))

    @on(FilterClosed)
    def leave_filter(self, event: FilterClosed) -> None:
        if not event.kept:
            self._sort(Arrangement(self._how.order, self._how.reverse))

    def do_order(self) -> None:
        self._sort(Arrangement(self._how.order.following, self._how.reverse, self._how.filter))
        self.app.notify(f"Sorted by {self._how.words}.", markup=False, timeout=2)

    def do_reverse(self) -> None:
        self._sort(Arrangement(self._how.order, not self._how.reverse, self._how.filter))
        self.app.notify(f"Sorted by {self._how.words}.", markup=False, timeout=2)

    def _sort(self, how: Arrangement) -> None:
        self._how = how
        self._arrange()

    def do_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self._paint()

    def do_back(self) -> None:
        if self._zoomed:
            self.do_zoom()
        elif self._how.filter:
            self._sort(Arrangement(self._how.order, self._how.reverse))

    # The cursor

    def do_up(self) -> None:
        self._move("up")

    def do_down(self) -> None:
        self._move("down")

    def do_left(self) -> None:
        self._move("left")

    def do_right(self) -> None:
        self._move("right")

    def _move(self, direction: str) -> None:
        if self._cursor is None:
            return
        there = moved(self._cursor, direction, self._grids, self._plan.columns)
        if direction == "up" and there == self._cursor and self._agents.display:
            self.do_agents()  # the strip stands above the first card
        else:
            self._point(there)

    def do_first(self) -> None:
        self._point(edge(self._grids, last=False))

    def do_last(self) -> None:
        self._point(edge(self._grids, last=True))

    def do_next_card(self) -> None:
        if self._cursor is not None:
            self._point(stepped(self._cursor, 1, self._grids))

    def do_previous_card(self) -> None:
        if self._cursor is not None:
            self._point(stepped(self._cursor, -1, self._grids))

    def _point(self, cursor: Cursor | None) -> None:
        self._led = False
        if cursor is not None and cursor != self._cursor:
            self._cursor = cursor
            self._paint()

    def do_jump(self) -> None:
        """Letters on every lane in sight, and on every line of the list."""
        from quotaboard.tui.screens.jump import JumpScreen  # not before it is asked for

        lanes = [lane.lane.id for grid in map(self._grid_of, self._on_shelf()) for lane in grid.along()]
        names = [view.credential.name for view in self._roster.in_sight] if self._plan.roster else []
        self._labels = labels_for([*names, *lanes])
        self._paint()

        def go(place: str | None) -> None:
            self._labels = NO_LABELS
            self._paint()
            if place is not None:
                self.go_to(place)

        self.app.push_screen(JumpScreen(self._labels), go)

    @property
    def views(self) -> tuple[CredentialView, ...]:
        """The credentials in their order, as far as the filter leaves them."""
        return self._views

    def go_to(self, wanted: str) -> None:
        """Put the cursor on a lane by its id, or on a credential by its name."""
        for grid in self._grids:
            if grid.credential == wanted:
                self._point(entering(grid))
                return
            if grid.place(wanted) is not None:
                self._point(Cursor(grid.credential, wanted))
                return

    @on(LanePointed)
    def go_where_it_was_clicked(self, event: LanePointed) -> None:
        grid = next((grid for grid in self._grids if grid.credential == event.credential), None)
        if grid is None:
            return
        self._point(Cursor(event.credential, event.lane) if event.lane else entering(grid))
        if event.opened:
            self.run_command("detail")
