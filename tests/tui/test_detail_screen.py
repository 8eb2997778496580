"""The detail screen lives while it is open: ranges, scrolling, news."""

import re
from dataclasses import replace

import pytest
from textual.widget import Widget

from quotaboard.tui.screens.board import BoardScreen
from quotaboard.tui.screens.help import HelpScreen
from quotaboard.tui.screens.lane import LaneScreen
from tests.tui.boards import fleet
from tests.tui.conftest import Open, screen_text, wait_for
from tests.tui.pieces import matrix

SIZE = (80, 24)
LEFT = re.compile(r"↓ \d+ more")


async def test_ranges_are_chosen_by_number_arrow_and_mouse(opened: Open) -> None:
    app, _ = opened("fleet", remembers=True)
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("enter")
        screen = app.screen
        assert isinstance(screen, LaneScreen)
        for key, number in (("3", 2), ("right", 3), ("l", 3), ("h", 2), ("1", 0), ("left", 0)):
            await pilot.press(key)
            assert screen._range == number
        body = screen.query_one("Body", Widget)
        await pilot.click(body, offset=(16, screen._tabs_at))
        assert screen._range == 2


async def test_what_is_left_below_is_said_and_reached(opened: Open) -> None:
    app, _ = opened("fleet", remembers=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await wait_for(pilot, lambda: LEFT.search(screen_text(app)) is not None, "how much is left")
        await pilot.press("G")
        await wait_for(pilot, lambda: LEFT.search(screen_text(app)) is None, "the end")
        await pilot.press("g", "space", "b", "k", "j")
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(app.screen, BoardScreen), "the board")


async def test_news_arrive_on_the_detail_screen_too(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the board to go live")
        await pilot.press("enter")
        assert "GATED since" in screen_text(app)
        first, *others = fleet().credentials
        lanes = matrix("max", {"claude-haiku-4-5": "open open official:open"})
        session.become(replace(session.shown, credentials=(replace(first, lanes=lanes), *others)))
        await wait_for(pilot, lambda: "OPEN since" in screen_text(app), "the news")


async def test_a_page_is_not_written_anew_for_what_changes_on_the_board_below_it(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=(140, 45)) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the board to go live")
        await pilot.press("question_mark")
        await wait_for(pilot, lambda: isinstance(app.screen, HelpScreen), "the help")
        await pilot.pause()
        written: list[object] = []
        monkeypatch.setattr(app, "_display", lambda _screen, update: written.append(update))
        board = app.screen_stack[0]
        assert isinstance(board, BoardScreen)
        session.become(replace(session.shown, credentials=session.shown.credentials[:2]))
        await wait_for(pilot, lambda: len(board.views) == 2, "the news")
        for screen in app.screen_stack:
            screen._on_timer_update()
        assert written == []
        monkeypatch.undo()
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is board, "the board")
        await pilot.pause()
        assert session.shown.credentials[1].credential.name in screen_text(app)
        assert "router" not in screen_text(app)


async def test_a_lane_that_is_gone_leaves_its_story(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the board to go live")
        await pilot.press("enter")
        session.become(replace(session.shown, credentials=session.shown.credentials[1:]))
        await pilot.pause()
        assert "GATED since" in screen_text(app)
