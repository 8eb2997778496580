"""Letters on everything in sight, and strips for panes as low as a status bar."""

from itertools import product

import pytest

from quotaboard.tui.draw.header import Pulse
from quotaboard.tui.draw.jumping import LETTERS, labels_for, leads_on, place_of
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.strip import strip_lines
from quotaboard.tui.draw.words import lane_words
from quotaboard.tui.screens.board import BoardScreen
from tests.tui.boards import STATES
from tests.tui.conftest import Open, screen_text, wait_for
from tests.tui.pieces import NOW


def test_few_places_take_one_letter_and_many_take_two() -> None:
    few = labels_for(["a", "b"])
    assert dict(few) == {"a": "a", "b": "s"}
    many = labels_for([str(number) for number in range(len(LETTERS) + 1)])
    assert {len(label) for label in many.values()} == {2}
    assert len(set(many.values())) == len(many)
    assert labels_for([]) == {}


def test_a_label_leads_to_its_place() -> None:
    labels = labels_for([str(number) for number in range(30)])
    assert place_of(labels, "aa") == "0"
    assert place_of(labels, "a") is None
    assert leads_on(labels, "a")
    assert not leads_on(labels, "m")


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (140, 45)])
async def test_jumping_goes_where_the_letter_stands(opened: Open, size: tuple[int, int]) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=size) as pilot:
        board = app.screen
        assert isinstance(board, BoardScreen)
        before = screen_text(app)
        await pilot.press("f")
        lane = board.views[0].lanes[-1]
        label = board._labels[lane.lane.id]
        assert screen_text(app) != before
        await pilot.press(*label)
        await wait_for(pilot, lambda: app.screen is board, "the board")
        there = board.situation.lane
        assert there is not None
        assert there.lane.id == lane.lane.id
        assert board._labels == {}


async def test_a_line_of_the_list_can_be_jumped_to(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        board = app.screen
        assert isinstance(board, BoardScreen)
        await pilot.press("f")
        await pilot.press(*board._labels["router"])
        view = board.situation.view
        assert view is not None
        assert view.credential.name == "router"


@pytest.mark.parametrize("key", ["escape", "1", "up"])
async def test_any_other_key_only_takes_the_letters_away(opened: Open, key: str) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        before = screen_text(app)
        await pilot.press("f", key)
        assert screen_text(app) == before
        assert app.is_running


@pytest.mark.parametrize("state", sorted(STATES))
def test_a_strip_is_as_low_and_as_wide_as_the_pane(state: str) -> None:
    board = STATES[state]()
    for width, height in product((20, 40, 80, 200), (1, 2, 3)):
        lines = strip_lines(board, board.credentials, Page(width, NOW), Pulse(), height)
        assert [one.width for one in lines] == [width] * height


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (20, " max GATED 5h 3 %"),
        (40, " max GATED │ side GATED? │ +6"),
        (60, " max GATED 5h 3 % │ side GATED? 7d 16 % │ +6"),
        (
            94,
            " max GATED 5h 3 % │ side GATED? 7d 16 % │ team PAID 5h 100 % │ work SPENT 2h 00m │ +4",
        ),
    ],
)
def test_a_strip_names_the_loudest_first(width: int, said: str) -> None:
    board = STATES["fleet"]()
    (line,) = strip_lines(board, board.credentials, Page(width, NOW), Pulse(), 1)
    assert line.plain.rstrip() == said


async def test_a_low_pane_has_the_strip_and_a_higher_one_the_board(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        for height, there in ((3, False), (10, True), (1, False), (24, True)):
            await pilot.resize_terminal(80, height)
            await pilot.pause()
            assert ("r refresh" in screen_text(app)) is there
            assert "GATED" in screen_text(app)
        await pilot.resize_terminal(80, 2)
        await pilot.press("space")
        assert session.paused


async def test_the_strip_can_be_asked_for(opened: Open) -> None:
    app, _ = opened("fleet", line_mode=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert "12 of 34 lanes blocked" in lines[0]
        assert "max GATED" in lines[1]
        assert lines[3:] == [""] * 21


@pytest.mark.parametrize("width", [32, 40])
def test_the_way_out_is_named_on_a_narrow_strip(width: int) -> None:
    board = STATES["agents"]()
    (only,) = strip_lines(board, board.credentials, Page(width, NOW), Pulse(), 1)
    assert " hermes GATED → openr" in only.plain
    assert only.width == width


@pytest.mark.parametrize("width", [20, 32, 40, 80, 200])
def test_the_reason_is_that_of_the_agent_that_is_blocked(width: int) -> None:
    """Other lanes may be as loud; hermes stands first in the line above."""
    board = STATES["agents"]()
    _, above, reason = strip_lines(board, board.credentials, Page(width, NOW), Pulse(), 3)
    assert above.plain.startswith(" hermes")
    assert not above.plain.rstrip().endswith("│")
    lane = board.agents[0].lane
    assert lane is not None
    said = f" {lane_words(lane)}: Your plan" if width >= 60 else " Your plan"
    assert reason.plain.startswith(said)


def test_counts_and_what_is_spent_never_touch() -> None:
    board = STATES["fleet"]()
    for width in range(12, 60):
        first = strip_lines(board, board.credentials, Page(width, NOW, played="demo"), Pulse(), 2)[0]
        assert " demo" in first.plain
