"""A demo and a replay say on the screen what they are, and a demo that its past is made up."""

import pytest

from quotaboard.tui.draw.header import Pulse, header_content
from quotaboard.tui.draw.page import DEMO, REPLAY, Page
from quotaboard.tui.draw.past import panel_title, tabs_content
from quotaboard.tui.draw.strip import strip_lines
from tests.tui.accounts import gated_max
from tests.tui.boards import STATES
from tests.tui.conftest import Open, screen_text
from tests.tui.pieces import NOW

PRETENDED = "pretended for the demo"


@pytest.mark.parametrize("played", [DEMO, REPLAY])
@pytest.mark.parametrize("width", [32, 40, 80, 140])
def test_the_header_says_what_is_played(played: str, width: int) -> None:
    board = STATES["fleet"]()
    told = header_content(board, Page(width, NOW, played=played), Pulse()).plain
    assert f" {played} " in told
    assert "…" not in told
    assert played not in header_content(board, Page(width, NOW), Pulse()).plain


def test_so_does_the_strip() -> None:
    board = STATES["fleet"]()
    lines = strip_lines(board, board.credentials, Page(80, NOW, played=DEMO), Pulse(), 3)
    assert " demo · " in lines[0].plain


@pytest.mark.parametrize(
    ("width", "said"), [(80, f"  {PRETENDED}"), (44, "  pretended"), (40, "  pretended"), (32, "")]
)
def test_a_pretended_past_is_called_so_beside_its_ranges(width: int, said: str) -> None:
    line = tabs_content(0, Page(width, NOW, played=DEMO))
    assert line.width == width
    assert line.plain.partition("30 d")[2].rstrip().endswith(said)
    assert ("pretended" in line.plain) is bool(said)


def test_what_was_recorded_is_not_called_pretended() -> None:
    page = Page(80, NOW, played=REPLAY)
    assert "pretended" not in tabs_content(0, page).plain
    assert panel_title(gated_max(), page).plain == "max · the last 24 h"


def test_the_panel_with_the_last_day_says_it_in_its_title() -> None:
    assert panel_title(gated_max(), Page(80, NOW, played=DEMO)).plain == f"max · the last 24 h · {PRETENDED}"


@pytest.mark.parametrize("played", [DEMO, ""])
async def test_the_screens_that_look_back_say_it(opened: Open, played: str) -> None:
    app, _ = opened("fleet", remembers=True, played=played)
    async with app.run_test(size=(80, 24)) as pilot:
        for key, said in (("enter", PRETENDED), ("A", "before the demo began is pretended")):
            await pilot.press(key)
            assert (said in screen_text(app)) is bool(played)
            await pilot.press("escape")
            assert said not in screen_text(app)
