"""The first run: what was found, what looking would cost, and a tick for each.

Nothing is sent before the key is pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from quotaboard.config.keymap import SHOWN
from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.figures import price
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.layout import MEDIUM, TALL
from quotaboard.tui.draw.line import EMPTY, Line, fit, line, styled, wrapped
from quotaboard.tui.draw.words import FAINT, found_words, plan_words
from quotaboard.tui.screens.leaving import Leaving
from quotaboard.tui.widgets.lines import Lines, to_content

MARK = "▸"
INTRO = (
    "quotaboard found these credentials. Reading what other programs have stored is free and goes on "
    "without asking. A look is one real request for a single token, sent under quotaboard's own name: it "
    "shows whether a lane serves, it spends a few tokens, and a provider may count it as third-party use."
)
WIDEST = 96


@dataclass(frozen=True, slots=True)
class Start:
    """What a person chose."""

    credentials: tuple[str, ...] = ()
    demo: bool = False


class Found(Lines):
    """The list with its ticks."""

    def draw(self, width: int) -> Sequence[Line]:
        screen = self.screen
        return screen.lines(width) if isinstance(screen, FirstRun) else ()

    def on_click(self, event: events.Click) -> None:
        screen = self.screen
        offset = event.get_content_offset(self)
        if isinstance(screen, FirstRun) and offset is not None:
            screen.click_line(offset.y)


class FirstRun(Leaving[Start]):
    """Choose which credentials may be looked at."""

    CSS_PATH = "first_run.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,x", "tick", "choose", show=False),
        Binding("a", "tick_all", "all", show=False),
        Binding("down,j", "step(1)", "down", show=False),
        Binding("up,k", "step(-1)", "up", show=False),
        Binding("enter", "start", "start", show=False),
        Binding("d", "demo", "demo", show=False),
        Binding("escape", "free", "free readings only", show=False),
    ]

    def __init__(
        self, found: Sequence[CredentialView], *, offers_demo: bool = False, key: str = SHOWN["consent"]
    ) -> None:
        super().__init__()
        self._found = tuple(found)
        self._offers_demo = offers_demo
        self._ticked: frozenset[str] = frozenset()
        self._here = 0
        self._key = key

    def compose(self) -> ComposeResult:
        scroll = VerticalScroll(Found(), id="found", can_focus=False)
        scroll.border_title = to_content(styled("first run", "bold"), self.app)
        yield scroll
        yield StartBar()

    def lines(self, width: int) -> list[Line]:
        return first_run_lines(
            self._found, self._ticked, self._here, min(width, WIDEST), low=self._low, key=self._key
        )

    @property
    def _low(self) -> bool:
        """Whether the list has to come before the words, to be seen at all."""
        return self.size.height < TALL

    @property
    def bar(self) -> tuple[int, bool]:
        """How many are ticked, and whether the demo is offered."""
        return (len(self._ticked), self._offers_demo)

    def click_line(self, y: int) -> None:
        width = min(self.query_one(Found).content_size.width, WIDEST)
        index = y if self._low else y - len(intro_lines(width))
        if 0 <= index < len(self._found):
            self._here = index
            self.action_tick()

    def action_step(self, step: int) -> None:
        self._here = max(min(self._here + step, len(self._found) - 1), 0)
        self._show()

    def action_tick(self) -> None:
        view = self._found[self._here]
        if view.trouble is not None:
            self.app.notify(shown(view.trouble), markup=False, severity="warning")
            return
        self._ticked ^= {view.credential.name}
        self._show()

    def action_tick_all(self) -> None:
        usable = frozenset(view.credential.name for view in self._found if view.trouble is None)
        self._ticked = frozenset() if self._ticked == usable else usable
        self._show()

    def action_start(self) -> None:
        # In the order in which they were found.
        names = (view.credential.name for view in self._found)
        self.leave(Start(tuple(name for name in names if name in self._ticked)))

    def action_free(self) -> None:
        self.leave(Start())

    def action_demo(self) -> None:
        if self._offers_demo:
            self.leave(Start(demo=True))

    def _show(self) -> None:
        self.query_one(Found).redraw()
        self.query_one(StartBar).redraw()


class StartBar(Lines):
    """What the keys do; starting names how many."""

    def draw(self, width: int) -> Sequence[Line]:
        screen = self.screen
        return (start_content(*screen.bar, width),) if isinstance(screen, FirstRun) else ()


def intro_lines(width: int) -> list[Line]:
    return [*wrapped(INTRO, width), EMPTY]


def first_run_lines(
    found: Sequence[CredentialView],
    ticked: frozenset[str],
    here: int,
    width: int,
    *,
    low: bool = False,
    key: str = SHOWN["consent"],
) -> list[Line]:
    """The introduction, a line for each credential, and the sum; on a low screen the list comes first."""
    name = min(max((len(shown(view.credential.name)) for view in found), default=0), max(width // 4, 8))
    plan = min(max((len(plan_words(view.credential)) for view in found), default=0), max(width // 4, 0))
    place = min(max((len(found_words(view.credential)) for view in found), default=0), width // 4)
    lines = [] if low else intro_lines(width)
    for index, view in enumerate(found):
        mark = styled(MARK if index == here else " ", "$here")
        tick = "[x]" if view.credential.name in ticked else "[ ]"
        chosen = "$here" if view.credential.name in ticked else FAINT
        head = line(
            mark,
            (f" {tick if view.trouble is None else '   '} ", chosen),
            fit(styled(shown(view.credential.name), "bold"), name + 2),
        )
        if width >= 60:
            head = line(head, fit(styled(plan_words(view.credential)), plan + 2))
        tail = fit(about(view, place if width >= 60 else 0), max(width - head.width, 0))
        lines.append(line(head, tail))
    chosen_views = [view for view in found if view.credential.name in ticked]
    lines += [EMPTY, *wrapped(sum_words(chosen_views, key), width, FAINT)]
    return [*lines, EMPTY, *intro_lines(width)] if low else lines


def about(view: CredentialView, place: int) -> Line:
    """Where it was found, in so many cells, and what a day of looks costs; trouble instead, if it has any."""
    if view.trouble is not None:
        return styled(shown(view.trouble), "$lane-near")
    cost = f"{price(view.cost_per_day)} a day" if view.cost_per_day is not None else "cost not known"
    where = fit(styled(found_words(view.credential), FAINT), place + 2) if place else EMPTY
    return line(where, cost)


def sum_words(chosen: Sequence[CredentialView], key: str) -> str:
    if not chosen:
        return "Nothing is ticked: enter opens the board with free readings only."
    total = sum(view.cost_per_day.tokens for view in chosen if view.cost_per_day is not None)
    said = f"Ticked: {len(chosen)}, about {total} tokens a day in all."
    return f"{said} enter starts; {key} on the board changes it later."


def start_content(ticked: int, offers_demo: bool, width: int) -> Line:  # noqa: FBT001 - one fact of two
    start = f" start with {ticked}  " if ticked else " free readings  "
    keys = [("space", " tick  "), ("a", " all  "), ("enter", start), ("d", " demo  "), ("q", " quit")]
    if not offers_demo:
        keys.pop(3)
    if width < MEDIUM:
        keys.pop(1)
    return fit(line(" ", *(part for key, label in keys for part in ((key, "$here"), (label, FAINT)))), width)
