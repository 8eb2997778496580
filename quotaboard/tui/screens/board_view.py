"""What the board knows and how it is painted; what a person can do with it is in `board`."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from quotaboard.config.keymap import shown_keys
from quotaboard.domain.board import CredentialView, LaneView
from quotaboard.poll.session import Session
from quotaboard.tui.draw.agents import Strip, led_lane, strip_hints, strip_of
from quotaboard.tui.draw.arrange import Arrangement, arranged
from quotaboard.tui.draw.banner import notices_of
from quotaboard.tui.draw.card import card_height
from quotaboard.tui.draw.changes import news_of
from quotaboard.tui.draw.commands import Situation
from quotaboard.tui.draw.detail import Subject, subject_of
from quotaboard.tui.draw.events import event_news
from quotaboard.tui.draw.gauge import sparks_fit
from quotaboard.tui.draw.grid import Cursor, Grid, grid_of, settled
from quotaboard.tui.draw.header import Pulse, RunningTally, tally_of_one
from quotaboard.tui.draw.jumping import NO_LABELS
from quotaboard.tui.draw.layout import MEDIUM, STRIP_MOST, TALL, WIDE, Plan, planned
from quotaboard.tui.draw.memory import Memory, recognised, unlike
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.story import Asking
from quotaboard.tui.forgetting import FORGOTTEN_EVERY, forget
from quotaboard.tui.messages import BoardChanged
from quotaboard.tui.options import Options
from quotaboard.tui.screens.looking_back import LookingBack
from quotaboard.tui.screens.moving import Moving
from quotaboard.tui.screens.ringing import Ringing
from quotaboard.tui.widgets.agents_strip import AgentsStrip
from quotaboard.tui.widgets.banner import Banner
from quotaboard.tui.widgets.empty import Empty
from quotaboard.tui.widgets.ground import Ground
from quotaboard.tui.widgets.header import HeaderLine
from quotaboard.tui.widgets.key_bar import KeyBar
from quotaboard.tui.widgets.lane_detail import LaneDetail
from quotaboard.tui.widgets.past_panel import PastPanel
from quotaboard.tui.widgets.roster import Roster
from quotaboard.tui.widgets.shelf import Manner, Shelf
from quotaboard.tui.widgets.strip import BoardStrip

log = logging.getLogger(__name__)

NO_SIZE = Size(0, 0)
STEP = timedelta(seconds=10)
TICK = STEP.total_seconds()
"""Seconds. Ages and countdowns are told in minutes, so a finer step would repaint what has not changed."""


class BoardView(Screen[None], Ground):
    """Handlers change what is known; `_paint` hands it to the widgets, which repaint what differs."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (MEDIUM, "-medium"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (TALL, "-tall")]  # noqa: RUF012

    def __init__(self, session: Session, clock: Callable[[], datetime], options: Options) -> None:
        super().__init__()
        self._session = session
        self._clock = clock
        self._options = options
        self._key_words = shown_keys(options.keymap)
        self._agent_here: str | None = None
        """The agent under the cursor, while that is on the strip."""
        self._now = clock()
        """What the screen was last painted for. Between two ticks it stands still, so that drawings hold."""
        self._board = session.board(self._now)
        self._how = Arrangement()
        self._views: tuple[CredentialView, ...] = ()
        self._grids: tuple[Grid, ...] = ()
        self._grid_of = Memory(grid_of)
        self._tally_of = Memory(tally_of_one)
        self._tally = RunningTally()
        self._cursor: Cursor | None = None
        self._led = True
        """Until a person takes the cursor, it shows the loudest lane."""
        self._zoomed = False
        self._stopped: str | None = None
        self._looking_back = LookingBack(session, clock)
        self._labels = NO_LABELS
        self._plan = Plan()
        self._painted_size = NO_SIZE
        self._header = HeaderLine()
        self._banner = Banner()
        self._main = Ground(id="main")
        self._roster = Roster()
        self._shelf = Shelf()
        self._detail = LaneDetail()
        self._past = PastPanel()
        self._empty = Empty(options.searched)
        self._keys = KeyBar()
        self._moving = Moving(session, clock, readonly=options.readonly)
        self._strip = BoardStrip()
        self._ringing = Ringing(options.alerts, os.environ)
        self._agents = AgentsStrip()

    def compose(self) -> ComposeResult:
        # The widgets get their words before they are mounted, so that the first layout is the last one too.
        self._arrange()
        yield self._header
        yield self._strip
        yield self._banner
        yield self._agents
        with self._main:
            yield self._roster
            with Ground(id="lower"):
                yield self._shelf
                yield self._detail
        yield self._past
        yield self._empty
        yield self._keys

    def on_mount(self) -> None:
        self.set_interval(TICK, self._tick)
        self.set_interval(FORGOTTEN_EVERY, forget)
        self.call_after_refresh(self._go_live)

    def on_resize(self, event: events.Resize) -> None:
        if event.size != self._painted_size:
            self._paint()

    @property
    def is_current(self) -> bool:
        """Whether it can be seen.

        To Textual the screen below the first one can be, whatever covers it: with each change of the board it
        would write the whole page that covers it anew.
        """
        if not super().is_current:
            return False
        above = self.app.screen
        return above is self or above.styles.background.a < 1

    # What is known

    def _go_live(self) -> None:
        self.run_worker(self._follow(), name="poll", group="poll", exclusive=True, exit_on_error=False)
        self._renew_sparks()
        if self._board.agents and not self._board.afar:
            self._moving.look_behind(self.app)

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
        before, now = self._board, self._clock()
        self._board = recognised(before, self._session.board(now))
        if abs(now - self._now) >= STEP:
            self._now = now
        self._arrange()
        self._looking_back.renew(self._board, self._page, self._asking)
        self._moving.renew(self._board)
        if not self.app.is_web:  # a page in a browser cannot ring, and must not keep others from it
            self._ringing.ring(self.app, self._session.take_alerts())
        if news := news_of(before, self._board, self._in_sight()):
            self.app.notify(news, markup=False)
        seen = self._moving.shows or (self._agents.display and self.app.screen is self)
        if not seen and (said := event_news(before, self._board)):
            self.app.notify(said, markup=False)

    def _tick(self) -> None:
        self._now = self._clock()
        self._board = recognised(self._board, self._session.board(self._now))
        self._arrange()
        self._looking_back.renew(self._board, self._page, self._asking)
        self._moving.renew(self._board)
        self._renew_sparks()
        self._renew_past()

    def _renew_sparks(self) -> None:
        """One credential's, then, when that is painted, the next one's."""
        if sparks_fit(self.size.width, self._plan) and self._looking_back.renew_one_spark(self._on_shelf()):
            self._paint()
            self.call_after_refresh(self._renew_sparks)

    def _arrange(self) -> None:
        views = arranged(self._board.credentials, self._how)
        if len(views) != len(self._views) or unlike(views, self._views):
            self._views = views
            self._grids = tuple(self._grid_of.all(views))
        self._cursor = settled(None if self._led else self._cursor, self._grids, led_lane(self._board))
        self._paint()

    def _on_shelf(self) -> tuple[CredentialView, ...]:
        """The credentials whose cards are shown."""
        if not self._plan.alone:
            return self._views
        view = self._view()
        return (view,) if view else ()

    def _in_sight(self) -> frozenset[str]:
        """The lanes that a person can see change."""
        if self.app.screen is not self or self._strip.display:
            return frozenset()
        return frozenset(lane.lane.id for view in self._on_shelf() for lane in view.lanes)

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
            agents=len(self._board.agents),
            readonly=self._options.readonly,
            afar=self._board.afar,
            keys=self._key_words,
        )

    def _view(self) -> CredentialView | None:
        here = self._cursor.credential if self._cursor else None
        return next((view for view in self._views if view.credential.name == here), None)

    def _lane(self, view: CredentialView | None) -> LaneView | None:
        here = self._cursor.lane if self._cursor else None
        return next((lane for lane in view.lanes if lane.lane.id == here), None) if view else None

    def _subject(self, view: CredentialView, lane: LaneView | None) -> Subject:
        return subject_of(view, lane, self._board, self._page, self._asking)

    @property
    def _page(self) -> Page:
        width = (self.size or self.app.size).width
        return Page(width, self._now, keys=self._key_words, played=self._options.played)

    @property
    def _asking(self) -> Asking:
        return Asking(paused=self._session.paused, elsewhere=self._board.watched_elsewhere)

    # Painting

    def _paint(self) -> None:
        """Every part takes what is known now and compares it with what it shows."""
        size = self._painted_size = self.size or self.app.size
        if not size:
            return
        page, now = self._page, self.situation
        pulse = Pulse(busy=self._session.busy, paused=now.paused)
        tally = self._tally.of(self._tally_of.all(self._board.credentials))
        if self._shows_strip(size):
            height = min(size.height, STRIP_MOST)
            self._agents.show(Strip(), None)  # the strip tells of them in a word
            self._past.show(None, None, page, 0)
            self._strip.show(self._board, self._views, page, pulse, height, tally)
            return
        self._header.show(self._board, page, pulse, tally)
        notices = notices_of(
            self._board,
            paused=pulse.paused,
            stopped=self._stopped,
            filtered=self._filter_words(),
            keys=self._key_words,
        )
        self._banner.show(notices)
        agents = self._show_agents(page, size.height)
        self._lay_out(page, size.height - len(notices) - agents, busy=pulse.busy)
        subject = self._subject(now.view, now.lane) if now.view else None
        self._detail.show(subject, page)
        self._show_past(now.view, page)
        self._keys.show(now)
        self._empty.show(self._board, self._how.filter, shown=not self._views)
        self.set_class(not self._views, "-empty")

    def _show_past(self, view: CredentialView | None, page: Page) -> None:
        """It is read when the rest is painted: nobody waits for it."""
        past = self._looking_back.lately(view) if view else None
        self._past.show(view, past, page, self._plan.past)
        if view is not None and self._plan.past and self._looking_back.is_lately_due(view):
            self.call_after_refresh(self._renew_past)

    def _renew_past(self) -> None:
        view = self._view()
        if view is not None and self._plan.past and self._looking_back.is_lately_due(view):
            self._looking_back.renew_lately(view)
            self._show_past(view, self._page)

    def _shows_strip(self, size: Size) -> bool:
        """Where it is too low for the board, or was asked for, a strip stands for everything."""
        strip = self._options.line_mode or size.height <= STRIP_MOST
        if self._strip.display is not strip:
            self._strip.display = strip
            self.set_class(strip, "-strip")
        return strip

    def _show_agents(self, page: Page, height: int) -> int:
        """The lines that the strip takes; a zoomed card has its room too."""
        zoomed = self._zoomed and self._agent_here is None
        strip = Strip() if zoomed else strip_of(self._board, page, height, self._agent_here)
        self._agents.show(strip, strip_hints(self._key_words) if self._agent_here is not None else None)
        return strip.height

    def _lay_out(self, page: Page, height: int, *, busy: bool) -> None:
        views, here = self._views, self._cursor.credential if self._cursor else None
        index = next((i for i, view in enumerate(views) if view.credential.name == here), 0)

        def card(number: int, width: int, brief: bool) -> int:  # noqa: FBT001 - the layout's own question
            framed = page.width >= MEDIUM
            grid = self._grids[number]
            return card_height(views[number], page.wide(width), brief=brief, framed=framed, grid=grid)

        plan = planned((page.width, height), len(views), card, index, zoomed=self._zoomed)
        self._plan = plan
        self._main.display = bool(views)
        self._main.set_class(plan.beside and not plan.past, "-filling")
        self._main.set_class(plan.beside, "-beside")
        self._roster.display = bool(plan.roster)
        if plan.roster:
            self._roster.show(views, page, here, limit=plan.roster, busy=busy, labels=self._labels)
        self._detail.display = bool(plan.detail)
        if plan.detail:
            self._detail.styles.height = plan.detail
        manner = Manner(busy, self._looking_back.sparks, self._labels)
        self._shelf.show(self._on_shelf(), page, self._cursor, plan, manner)

    def _filter_words(self) -> str | None:
        if not self._how.filter:
            return None
        lanes = sum(len(view.lanes) for view in self._views)
        back = self._key_words["back"]
        return f"only “{self._how.filter}”: {lanes} of {len(self._board.lanes)} lanes; {back} shows all"
