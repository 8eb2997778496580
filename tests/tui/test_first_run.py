"""The first run: nothing is sent before the key is pressed."""

import pytest

from quotaboard.tui.draw.arrange import needs_first_run
from quotaboard.tui.screens.board import BoardScreen
from tests.tui.boards import STATES
from tests.tui.conftest import Open, screen_text

SIZE = (80, 24)


@pytest.mark.parametrize("state", [state for state in STATES if state != "first-run"])
def test_a_board_that_knows_something_needs_no_first_run(state: str) -> None:
    assert not needs_first_run(STATES[state]())


async def test_what_is_ticked_gets_consent_and_is_asked(opened: Open) -> None:
    app, session = opened("first-run")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("space", "down", "down", "space")
        assert session.consented == []
        await pilot.press("enter")
        await pilot.pause()
        assert session.consented == [("max", True), ("spare", True)]
        assert session.refreshed == [None]
        assert isinstance(app.screen, BoardScreen)


async def test_all_ticks_all_that_can_be_used(opened: Open) -> None:
    app, session = opened("first-run")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a", "enter")
        await pilot.pause()
        assert [name for name, _ in session.consented] == ["max", "work", "spare"]


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_without_a_tick_the_board_opens_with_free_readings(opened: Open, key: str) -> None:
    app, session = opened("first-run")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert session.consented == []
        assert session.refreshed == []
        assert isinstance(app.screen, BoardScreen)


async def test_a_credential_in_trouble_cannot_be_ticked(opened: Open) -> None:
    app, _ = opened("first-run")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down", "down", "down", "space")
        assert "[x]" not in screen_text(app)


async def test_the_demo_leaves_with_its_word(opened: Open) -> None:
    app, _ = opened("first-run")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("d")
        await pilot.pause()
    assert app.return_value == "demo"


async def test_a_line_is_ticked_by_a_click(opened: Open) -> None:
    app, _ = opened("first-run")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click("Found", offset=(5, 6))
        await pilot.pause()
        ticked = [row for row in screen_text(app).splitlines() if "[x]" in row]
        assert len(ticked) == 1
        assert "work" in ticked[0]
