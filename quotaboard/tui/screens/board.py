"""The board: every credential, every lane, and the story of the one under the cursor."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from quotaboard.domain.board import CredentialView, LaneView
from quotaboard.domain.history import Past
from quotaboard.poll.session import Session
from quotaboard.tui.draw.arrange import Arrangement, arranged
from quotaboard.tui.draw.banner import notices_of
from quotaboard.tui.draw.changes import news_of
from quotaboard.tui.draw.commands import BY_ID, Situation, local
from quotaboard.tui.draw.detail import Subject
from quotaboard.tui.draw.gauge import SPARK, Sparks, sparks_fit
from quotaboard.tui.draw.grid import Cursor, Grid, edge, entering, grid_of, moved, settled, stepped
from quotaboard.tui.draw.header import Pulse
from quotaboard.tui.draw.layout import MEDIUM, TALL, WIDE, Plan, planned
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.story import Asking, evidence_text
from quotaboard.tui.keys import bindings_of
from quotaboard.tui.messages import BoardChanged, FilterClosed, FilterTyped, LanePointed
from quotaboard.tui.widgets.banner import Banner
from quotaboard.tui.widgets.empty import Empty
from quotaboard.tui.widgets.header import HeaderLine
from quotaboard.tui.widgets.key_bar import KeyBar
from quotaboard.tui.widgets.lane_detail import LaneDetail
from quotaboard.tui.widgets.roster import Roster
from quotaboard.tui.widgets.shelf import Shelf

if TYPE_CHECKING:
    from quotaboard.tui.screens.lane import LaneScreen

log = logging.getLogger(__name__)

NO_SIZE = Size(0, 0)
SPARKS_LAST = timedelta(minutes=5)
"""So old a sparkline may be: it shows hours and days."""

TICK = 10.0
"""Seconds. Ages and countdowns are told in minutes, so a finer step would repaint what has not changed."""


class BoardScreen(Screen[None]):
    """Handlers change what is known; `_paint` hands it to the widgets, which repaint what differs."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (MEDIUM, "-medium"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (TALL, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(local())]

    def __init__(
        self,
        session: Session,
        clock: Callable[[], datetime],
        searched: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._session = session
        self._clock = clock
        self._board = session.board(clock())
        self._how = Arrangement()
        self._views: tuple[CredentialView, ...] = ()
        self._grids: tuple[Grid, ...] = ()
        self._cursor: Cursor | None = None
        self._led = True
        """Until a person takes the cursor, it shows the loudest lane."""
        self._zoomed = False
        self._stopped: str | None = None
        self._detail_screen: LaneScreen | None = None
        self._sparks: dict[str, Sparks] = {}
        self._sparks_made: dict[str, datetime] = {}
        self._plan = Plan()
        self._painted_size = NO_SIZE
        self._header = HeaderLine()
        self._banner = Banner()
        self._main = Widget(id="main")
        self._roster = Roster()
        self._shelf = Shelf()
        self._detail = LaneDetail()
        self._empty = Empty(searched)
        self._keys = KeyBar()

    def compose(self) -> ComposeResult:
        # The widgets get their words before they are mounted, so that the first layout is the last one too.
        self._arrange()
        yield self._header
        yield self._banner
        with self._main:
            yield self._roster
            with Widget(id="lower"):
                yield self._shelf
                yield self._detail
        yield self._empty
        yield self._keys

    def on_mount(self) -> None:
        self.set_interval(TICK, self._tick)
        self.call_after_refresh(self._go_live)

    def on_resize(self, event: events.Resize) -> None:
        if event.size != self._painted_size:
            self._paint()

    # What is known

    def _go_live(self) -> None:
        self.run_worker(self._follow(), name="poll", group="poll", exclusive=True, exit_on_error=False)
        self._renew_sparks()

    async def _follow(self) -> None:
        await self._session.run(self._tell)

    def _tell(self) -> None:
        self.post_message(BoardChanged())

    @on(Worker.StateChanged)
    def say_why_it_stopped(self, event: Worker.StateChanged) -> None:
        if event.worker.name == "poll" and event.state is WorkerState.ERROR:
            log.error("the poller stopped", exc_info=event.worker.error)
            self._stopped = "asking stopped on a bug: what you see is what was stored; quit and start again"
            self._paint()

    @on(BoardChanged)
    def take_new_board(self) -> None:
        before, self._board = self._board, self._session.board(self._clock())
        self._arrange()
        seen = {lane.lane.id for view in self._on_screen() for lane in view.lanes}
        self._renew_detail()
        covered = self.app.screen is not self
        if news := news_of(before, self._board, frozenset() if covered else seen):
            self.app.notify(news, markup=False)

    def _tick(self) -> None:
        self._board = self._session.board(self._clock())
        self._arrange()
        self._renew_detail()
        self._renew_sparks()

    def _arrange(self) -> None:
        self._views = arranged(self._board.credentials, self._how)
        self._grids = tuple(grid_of(view) for view in self._views)
        self._cursor = settled(None if self._led else self._cursor, self._grids)
        self._paint()

    def _on_screen(self) -> tuple[CredentialView, ...]:
        here = self._cursor.credential if self._cursor else None
        if not self._plan.roster and not self._zoomed:
            return self._views
        return tuple(view for view in self._views if view.credential.name == here)

    @property
    def situation(self) -> Situation:
        view = self._view()
        return Situation(
            view=view,
            lane=self._lane(view),
            paused=self._session.paused,
            watched_elsewhere=self._board.watched_elsewhere,
            cards=len(self._views),
            zoomed=self._zoomed,
        )

    def _view(self) -> CredentialView | None:
        here = self._cursor.credential if self._cursor else None
        return next((view for view in self._views if view.credential.name == here), None)

    def _lane(self, view: CredentialView | None) -> LaneView | None:
        here = self._cursor.lane if self._cursor else None
        return next((lane for lane in view.lanes if lane.lane.id == here), None) if view else None

    def _renew_sparks(self) -> None:
        """Read the sparklines of one card that lacks them or has old ones; then, when painted, the next."""
        now = self._clock()
        if not sparks_fit(self.size.width, self._plan):
            return
        for view in self._on_screen():
            name = view.credential.name
            made_at = self._sparks_made.get(name)
            if view.windows and (made_at is None or abs(now - made_at) >= SPARKS_LAST):
                self._sparks_made[name] = now
                self._sparks[name] = self._session.sparks(name, now, SPARK)
                self._paint()
                self.call_after_refresh(self._renew_sparks)
                return

    # Painting

    def _paint(self) -> None:
        """Every part takes what is known now and compares it with what it shows."""
        size = self._painted_size = self.size or self.app.size
        if not size:
            return
        page = Page(size.width, self._clock())
        pulse = Pulse(busy=self._session.busy, paused=self._session.paused)
        now = self.situation
        self._header.show(self._board, page, pulse)
        notices = notices_of(
            self._board,
            paused=pulse.paused,
            stopped=self._stopped,
            filtered=self._filter_words(),
        )
        self._banner.show(notices)
        self._lay_out(page, size.height - len(notices), busy=pulse.busy)
        subject = Subject(now.view, now.lane, self._asking) if now.view else None
        self._detail.show(subject, page)
        self._keys.show(now)
        self._empty.show(self._board, self._how.filter, shown=not self._views)

    def _lay_out(self, page: Page, height: int, *, busy: bool) -> None:
        here = self._cursor.credential if self._cursor else None
        names = [view.credential.name for view in self._views]
        index = names.index(here) if here in names else 0
        heights = self._shelf.measure(self._views, page)
        plan = self._plan = planned(page.width, height, heights, index, zoomed=self._zoomed)
        self._main.display = bool(self._views)
        self._main.set_class(plan.beside, "-beside")
        self._roster.display = bool(plan.roster)
        if plan.roster:
            self._roster.show(self._views, page, here, limit=plan.roster, busy=busy)
        self._detail.display = bool(plan.detail)
        if plan.detail:
            self._detail.styles.height = plan.detail
        alone = bool(plan.roster) or self._zoomed
        self._shelf.show(self._views, page, self._cursor, plan, busy=busy, alone=alone, sparks=self._sparks)

    def _filter_words(self) -> str | None:
        if not self._how.filter:
            return None
        lanes = sum(len(view.lanes) for view in self._views)
        return f"only “{self._how.filter}”: {lanes} of {len(self._board.lanes)} lanes; esc shows all"

    # Commands

    def action_command(self, name: str) -> None:
        self.run_command(name)

    def run_command(self, name: str) -> None:
        """Do it, or say why not."""
        if (reason := BY_ID[name].refusal(self.situation)) is not None:
            self.app.notify(reason, markup=False, severity="warning")
        else:
            getattr(self, f"do_{name}")()

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

    def do_detail(self) -> None:
        self._open_detail(self._lane(self._view()))

    def do_credential(self) -> None:
        self._open_detail(None)

    def _open_detail(self, lane: LaneView | None) -> None:
        from quotaboard.tui.draw.past import RANGES
        from quotaboard.tui.screens.lane import LaneScreen  # not before it is asked for

        view = self._view()
        if view is None:
            return
        name, key = view.credential.name, lane.lane.id if lane else None

        def look_back(number: int) -> Past:
            now = self._clock()
            return self._session.history(name, now - RANGES[number][1], now, lane=key)

        subject = Subject(view, lane, self._asking)
        self._detail_screen = LaneScreen(subject, Page(self.size.width, self._clock()), look_back)
        self.app.push_screen(self._detail_screen)

    def _renew_detail(self) -> None:
        """The detail screen lives too, for as long as it is open."""
        screen = self._detail_screen
        if screen is None or not screen.is_attached:
            self._detail_screen = None
            return
        before = screen.subject
        name = before.view.credential.name
        view = next((one for one in self._board.credentials if one.credential.name == name), None)
        if view is None:
            return
        key = before.lane.lane.id if before.lane else None
        lane = next((one for one in view.lanes if one.lane.id == key), None)
        if before.lane is None or lane is not None:
            screen.take(Subject(view, lane, self._asking), Page(self.size.width, self._clock()))

    @property
    def _asking(self) -> Asking:
        return Asking(paused=self._session.paused, elsewhere=self._board.watched_elsewhere)

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

        self.app.push_screen(ConsentScreen(view), answer)

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
        if self._cursor is not None:
            self._point(moved(self._cursor, direction, self._grids, self._plan.columns))

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
