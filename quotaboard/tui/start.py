"""Opens the board: the first frame at once, then Textual, then the network."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from quotaboard.config.keymap import shown_keys
from quotaboard.poll.session import Session
from quotaboard.tui.draw.arrange import needs_first_run
from quotaboard.tui.draw.frame import frame_lines
from quotaboard.tui.draw.header import Pulse
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.palette import DARK_PALETTE
from quotaboard.tui.options import DEMO, Options
from quotaboard.tui.prelude import depth_of, is_terminal, shown_at_once
from quotaboard.tui.wardrobe import first_palette


def utc_now() -> datetime:
    return datetime.now(UTC)


def run_board(
    session: Session,
    *,
    clock: Callable[[], datetime] = utc_now,
    options: Options | None = None,
    demo: Callable[[], int] | None = None,
    mouse: bool = True,
) -> int:
    """The board until it is left; the exit code. `demo` is called when a person asks for it at first."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")  # nothing moves unless something changed
    depth = depth_of(os.environ)
    chosen = (options or Options())._replace(sixteen_colours=depth == "16")
    out = sys.__stderr__ or sys.stderr  # where Textual draws
    without_colour = bool(os.environ.get("NO_COLOR"))
    palette = first_palette(chosen.theme, chosen.theme_folders, without_colour=without_colour) or DARK_PALETTE
    with shown_at_once(first_frame(session, clock(), chosen, out), out, palette):
        with without_collection():
            from quotaboard.tui.app import Quotaboard  # brings Textual: 100 ms

        app = Quotaboard(session, clock=clock, options=chosen)
        left_with = app.run(mouse=mouse)
    if left_with == DEMO and demo is not None:
        return demo()
    return app.return_code or 0


def first_frame(session: Session, now: datetime, options: Options, out: TextIO) -> list[Line]:
    """What the screen will show; nothing where it cannot be told without Textual."""
    if not is_terminal(out) or options.ascii or options.sixteen_colours:
        return []
    board = session.board(now)
    if needs_first_run(board):
        return []
    width, height = os.get_terminal_size(out.fileno())
    pulse = Pulse(busy=session.busy, paused=session.paused)
    page = Page(width, now, keys=shown_keys(options.keymap), played=options.played)
    return frame_lines(board, page, height, pulse, line_mode=options.line_mode)


@contextmanager
def without_collection() -> Iterator[None]:
    """No garbage is looked for while modules load: they leave none, and looking takes 8 ms."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
