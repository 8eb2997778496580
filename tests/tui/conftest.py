"""What tests of the screen share: an app over a fake session, its text, and snapshots of it."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App
from textual.pilot import Pilot

from quotaboard.tui.app import Quotaboard
from quotaboard.tui.draw.frame import frame_lines
from quotaboard.tui.draw.header import Pulse
from quotaboard.tui.draw.page import Page
from quotaboard.tui.options import Options
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW
from tests.tui.settling import paints_at_rest, paints_each_frame, settles

__all__ = ["paints_at_rest", "paints_each_frame", "settles"]

SEARCHED = ("Claude Code's login", "Hermes' pool", "the environment", "the system keyring")
RICH_ID = re.compile(r"\bterminal-\d+-")

SIZES = [(32, 8), (40, 12), (80, 24), (140, 45), (220, 60)]
"""What the board was designed for."""

Open = Callable[..., tuple[Quotaboard, FakeSession]]
Snap = Callable[..., Awaitable[None]]


class TextSnapshot(SingleFileSnapshotExtension):
    """One readable file a screen."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


class SvgSnapshot(SingleFileSnapshotExtension):
    """Colours too; for a few screens, because nobody can review many."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT

    def serialize(self, data: Any, **options: Any) -> str:
        return RICH_ID.sub("terminal-", str(super().serialize(data, **options)))


@pytest.fixture
def opened() -> Open:
    """An app on one of the boards, and the session behind it."""

    def build(state: str, **facts: Any) -> tuple[Quotaboard, FakeSession]:
        session = FakeSession(STATES[state](), busy=state == "loading")
        session.paused = facts.pop("paused", False)
        session.remembers = facts.pop("remembers", False)
        options = Options(offers_demo=True, searched=SEARCHED)._replace(**facts)
        return Quotaboard(session, clock=lambda: NOW, options=options), session

    return build


def screen_text(app: App[Any]) -> str:
    """What a person reads, with the styling dropped."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips) + "\n"


async def wait_for(pilot: Pilot[Any], condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out waiting for {what}")
        await pilot.pause(0.01)


@pytest.fixture
def snap(opened: Open, snapshot: SnapshotAssertion) -> Snap:
    """Compare the text of a screen with the one that was reviewed."""

    async def compare(
        state: str,
        size: tuple[int, int],
        *press: str,
        svg: bool = False,
        **facts: Any,
    ) -> None:
        app, _ = opened(state, **facts)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press(*press)
            await pilot.pause()
            text, picture = screen_text(app), app.export_screenshot(title="")
        if svg:
            assert picture == snapshot(extension_class=SvgSnapshot)
        else:
            assert text == snapshot(extension_class=TextSnapshot)

    return compare


def frame_text(state: str, width: int, height: int, *, busy: bool = False) -> str:
    """What is painted before Textual is there."""
    lines = frame_lines(STATES[state](), Page(width, NOW), height, Pulse(busy=busy))
    return "\n".join(one.plain.rstrip() for one in lines) + "\n"


@pytest.fixture
def snap_each(opened: Open, snapshot: SnapshotAssertion) -> Snap:
    """Compare the text of a screen at every size, one after the other in one terminal."""

    async def compare(state: str, *press: str, **facts: Any) -> None:
        app, _ = opened(state, **facts)
        async with app.run_test(size=SIZES[0]) as pilot:
            await pilot.press(*press)
            for width, height in SIZES:
                await pilot.resize_terminal(width, height)
                await pilot.pause()
                assert screen_text(app) == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)

    return compare
