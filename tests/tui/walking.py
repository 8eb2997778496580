"""A random walk over the board: keys, mouse, sizes, themes, news. `python -m tests.tui.walking`.

After each step every line must be as wide as the screen and the same when it is painted anew, and nothing may
have stopped. The same seed walks the same way, so that a step that fails can be walked to again.
"""

import argparse
import asyncio
import random
import sys
import time
from dataclasses import replace

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.strip import Strip

from quotaboard.config.keymap import DEFAULT_KEYS
from quotaboard.domain.board import Board
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.options import Options
from quotaboard.tui.widgets.ground import Ground
from quotaboard.tui.widgets.lines import Lines
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW, judgement

LEAVING = {"q", "ctrl+q", "ctrl+c"}
KEYS = sorted({key for keys in DEFAULT_KEYS.values() for key in keys} - LEAVING)
TYPED = [*"asdfgthx1234/ ", "backspace", "enter", "escape", "escape", "pagedown", "delete"]
KINDS = ("key", "key", "key", "key", "typed", "typed", "mouse", "mouse", "size", "theme", "news", "news")


class Walk:
    """One walk, and what was done so far."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._session = FakeSession(STATES["fleet"]())
        self._session.remembers = True
        self._app = Quotaboard(self._session, clock=lambda: NOW, options=Options(offers_demo=True))
        self._app.exit = lambda *_, **__: None  # type: ignore[method-assign] # a walk goes on
        self.done: list[str] = []

    async def go(self, steps: int) -> None:
        async with self._app.run_test(size=(80, 24)) as pilot:
            themes = self._load_themes()
            for _ in range(steps):
                kind = self._dice.choice(KINDS)
                await getattr(self, f"_{kind}")(pilot, themes)
                await settled(self._app)
                self._look()

    def _load_themes(self) -> list[str]:
        self._app._wardrobe.open()
        return self._app._wardrobe.names

    def _look(self) -> None:
        """Every line fills the screen exactly, whatever screen it is."""
        app = self._app
        assert app._exception is None, self.done[-3:]
        width, height = app.size
        strips = app.screen._compositor.render_strips()
        assert len(strips) <= height, self.done[-3:]
        for y, strip in enumerate(strips):
            cells = sum(segment.cell_length for segment in strip)
            assert cells <= width, (self.done[-3:], y, cells, width)
        _forget_what_was_painted(app)
        anew = app.screen._compositor.render_strips()
        for y, (kept, fresh) in enumerate(zip(strips, anew, strict=True)):
            assert _seen(kept) == _seen(fresh), (self.done[-3:], y)

    async def _key(self, _: Pilot[str], __: list[str]) -> None:
        self._press(self._dice.choice(KEYS))

    async def _typed(self, _: Pilot[str], __: list[str]) -> None:
        self._press(self._dice.choice(TYPED))

    def _press(self, key: str) -> None:
        self.done.append(key)
        name = _character_to_key(key) if len(key) == 1 else key
        character = key if len(key) == 1 else {"slash": "/", "colon": ":", "question_mark": "?"}.get(key)
        self._app.post_message(events.Key(name, character))

    async def _mouse(self, _: Pilot[str], __: list[str]) -> None:
        width, height = self._app.size
        x, y = self._dice.randrange(width), self._dice.randrange(height)
        kind = self._dice.choice(("click", "click", "click", "double", "up", "down"))
        self.done.append(f"{kind} {x},{y}")
        where = (None, x, y, 0, 0)
        if kind in {"up", "down"}:
            event = events.MouseScrollUp if kind == "up" else events.MouseScrollDown
            self._app.post_message(event(*where, 0, shift=False, meta=False, ctrl=False))
            return
        for _again in range(2 if kind == "double" else 1):
            for press in (events.MouseDown, events.MouseUp):
                self._app.post_message(press(*where, 1, shift=False, meta=False, ctrl=False))

    async def _size(self, pilot: Pilot[str], _: list[str]) -> None:
        width, height = self._dice.randint(20, 300), self._dice.randint(5, 100)
        if self._dice.random() < 0.3:
            width, height = self._dice.choice(((32, 8), (40, 12), (80, 24), (140, 45), (80, 2), (20, 5)))
        self.done.append(f"{width}x{height}")
        await pilot.resize_terminal(width, height)

    async def _theme(self, _: Pilot[str], themes: list[str]) -> None:
        name = self._dice.choice(themes)
        self.done.append(name)
        self._app._try_theme(name)

    async def _news(self, _: Pilot[str], __: list[str]) -> None:
        if self._dice.random() < 0.15:
            state = self._dice.choice(sorted(STATES))
            self.done.append(state)
            # The agents stay: who moves them asks for one by name.
            self._session.become(replace(STATES[state](), agents=self._session.shown.agents))
            return
        self.done.append("news")
        self._session.paused = self._dice.random() < 0.1
        self._session.become(self._with_news(self._session.shown))

    def _with_news(self, board: Board) -> Board:
        """Some lanes have other verdicts, and a credential may be gone."""
        views = list(board.credentials)
        if len(views) > 1 and self._dice.random() < 0.1:
            views.pop(self._dice.randrange(len(views)))
        for _ in range(self._dice.randint(1, 3)):
            if not views:
                break
            at = self._dice.randrange(len(views))
            lanes = list(views[at].lanes)
            if lanes:
                spot = self._dice.randrange(len(lanes))
                told = judgement(self._dice.choice(list(Verdict)), summary="x " * self._dice.randint(0, 60))
                lanes[spot] = replace(lanes[spot], judgement=told)
                views[at] = replace(views[at], lanes=tuple(lanes))
        return replace(board, credentials=tuple(views))


def _forget_what_was_painted(app: App[str]) -> None:
    """What is rendered next is rendered anew, as if nothing had been kept."""
    for widget in [app.screen, *app.screen.walk_children()]:
        if isinstance(widget, Ground):
            widget._ground = None
        elif isinstance(widget, Lines):
            widget._rendered = None
            widget._painted.clear()


def _seen(strip: Strip) -> list[object]:
    """What stands in each cell; of a blank only the background can be seen."""
    return [
        (sign, style.bgcolor if style and sign == " " else style) for text, style, _ in strip for sign in text
    ]


async def settled(app: App[str]) -> None:
    """Until what was posted has been done, and the screen on top has its size."""
    calm = 0
    for _ in range(2_000):
        await asyncio.sleep(0)
        screen = app.screen
        idle = app.message_queue_size == 0 and screen.message_queue_size == 0
        calm = calm + 1 if idle and screen._compositor.size == app.size else 0
        if calm == 8:
            return


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tui.walking", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun, walk = time.perf_counter(), Walk(given.seed)
    try:
        asyncio.run(walk.go(given.steps))
    except BaseException:
        sys.stderr.write(f"seed {given.seed}, step {len(walk.done)}: {walk.done[-8:]}\n")
        raise
    sys.stdout.write(f"{given.steps} steps in {time.perf_counter() - begun:.0f} s, and nothing broke\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
