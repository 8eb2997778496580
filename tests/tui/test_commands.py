"""Each command, pressed as a person presses it."""

from dataclasses import replace
from typing import Any

import pytest

from quotaboard.domain.board import LaneView
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.draw.commands import BY_ID, COMMANDS
from quotaboard.tui.screens.board import BoardScreen
from tests.tui.accounts import gated_max, spent_work
from tests.tui.boards import STATES
from tests.tui.conftest import Open, screen_text, wait_for
from tests.tui.pieces import SONNET

SIZE = (80, 24)
WIDE = (140, 45)


def said(app: Quotaboard) -> list[str]:
    return [notification.message for notification in app._notifications]


def cursor(app: Quotaboard) -> tuple[str, str | None]:
    screen = app.screen
    assert isinstance(screen, BoardScreen)
    assert screen._cursor is not None
    return (screen._cursor.credential, screen._cursor.lane)


async def test_the_cursor_begins_where_it_hurts(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=SIZE):
        assert cursor(app) == ("max", "max/claude-haiku-4-5/tools/direct")


MOVES = [
    (("down",), f"max/{SONNET}/tools/direct"),
    (("j",), f"max/{SONNET}/tools/direct"),
    (("left",), "max/claude-haiku-4-5/plain/direct"),
    (("l",), "max/claude-haiku-4-5/plain/official"),
    (("down", "down", "up"), f"max/{SONNET}/tools/direct"),
    (("down", "down", "k"), f"max/{SONNET}/tools/direct"),
    (("G",), f"spare/{SONNET}/tools/direct"),
    (("G", "g"), "max/claude-haiku-4-5/plain/direct"),
    (("tab",), "work/claude-haiku-4-5/plain/direct"),
    (("shift+tab",), "spare/claude-haiku-4-5/plain/direct"),
]
"""Keys, and the lane to which they lead from the first one that hurts."""


async def test_keys_move_the_cursor(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        board = app.screen
        assert isinstance(board, BoardScreen)
        for keys, lane in MOVES:
            board.go_to("max/claude-haiku-4-5/tools/direct")
            await pilot.press(*keys)
            assert cursor(app)[1] == lane, keys


async def test_on_a_wide_board_the_cursor_crosses_to_the_card_beside(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l", "l")
        assert cursor(app)[0] == "work"
        await pilot.press("h")
        assert cursor(app) == ("max", "max/claude-haiku-4-5/plain/official")


async def test_a_click_goes_to_the_lane_and_a_second_one_opens_it(opened: Open) -> None:
    app, _ = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click("Card", offset=(22, 5))
        assert cursor(app)[1] == f"max/{SONNET}/plain/direct"
        await pilot.click("Card", offset=(22, 4), times=2)
        await wait_for(pilot, lambda: not isinstance(app.screen, BoardScreen), "the detail")


async def test_a_click_on_a_line_of_the_list_opens_that_card(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click("Roster", offset=(3, 2))
        assert cursor(app)[0] == "team"


async def test_a_click_on_a_key_presses_it(opened: Open) -> None:
    app, session = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click("KeyBar", offset=(2, 0))
        await pilot.pause()
        assert session.refreshed


async def test_refresh_asks_the_lanes_of_one_credential_or_of_all(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("r", "R")
        assert session.refreshed[0] is not None
        assert {lane.split("/")[0] for lane in session.refreshed[0]} == {"max"}
        assert session.refreshed[1] is None


async def test_refresh_without_consent_says_which_key_allows_it(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("G", "r")
        assert session.refreshed == []
        assert said(app) == ["Looks at spare are not allowed yet: press c to allow them."]


async def test_a_paused_board_refuses_to_refresh_and_goes_on_with_space(opened: Open) -> None:
    app, session = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("space")
        assert session.paused
        assert "paused: nothing is asked until you press space" in screen_text(app)
        await pilot.press("r")
        assert said(app) == ["Paused: press space first, then refresh."]
        await pilot.press("space")
        assert not session.paused


async def test_another_pane_that_asks_is_named_as_the_reason(opened: Open) -> None:
    app, _ = opened("watched")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("R")
        assert said(app) == ["Another quotaboard asks for all panes; refresh there."]


async def test_consent_is_given_only_after_the_question(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("G", "c", "n")
        assert session.consented == []
        await pilot.press("c")
        assert "allow looks at spare?" in screen_text(app)
        await pilot.press("y")
        await pilot.pause()
        assert session.consented == [("spare", True)]


async def test_consent_is_taken_back_at_once(opened: Open) -> None:
    app, session = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("c")
        assert session.consented == [("max", False)]
        assert said(app) == ["Looks at max are no longer allowed; free readings go on."]


async def test_the_filter_follows_while_one_types_and_escape_drops_it(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"paid")
        await pilot.pause()
        assert "only “paid”: 4 of 34 lanes" in screen_text(app)
        assert cursor(app)[0] == "team"
        await pilot.press("escape")
        await pilot.pause()
        assert "only" not in screen_text(app).splitlines()[1]


async def test_a_kept_filter_is_left_with_escape(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"work", "enter")
        await pilot.pause()
        assert "only “work”" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "only “work”" not in screen_text(app)
        assert app.is_running


async def test_sorting_goes_round_and_can_be_turned(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("o")
        assert screen_text(app).splitlines()[1].split()[0] == "old"
        await pilot.press("o", "o", "O")
        assert screen_text(app).splitlines()[1].split()[0] == "work"
        assert said(app)[0] == "Sorted by trouble first."
        await pilot.press("o", "O")
        assert screen_text(app).splitlines()[1].split()[0] == "▸max"


async def test_zoom_hides_the_list_and_escape_brings_it_back(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("z")
        await pilot.pause()
        assert "nightly" not in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "nightly" in screen_text(app)


async def test_copy_puts_the_evidence_on_the_clipboard(opened: Open) -> None:
    app, _ = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("y")
        assert "status: 400" in app.clipboard
        assert "request id: req_011CVBk7fYq3mZt8sLhWnR2x" in app.clipboard


async def test_a_lane_that_was_never_asked_has_nothing_to_copy(opened: Open) -> None:
    app, _ = opened("loading")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("y")
        assert app.clipboard == ""
        assert said(app) == ["This lane was never looked at: there is no evidence to copy."]


async def test_detail_and_help_open_and_close(opened: Open) -> None:
    app, _ = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        for key, word in (("enter", "what helps"), ("question_mark", "what the words mean")):
            await pilot.press(key)
            await pilot.pause()
            assert word in screen_text(app)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(app.screen, BoardScreen)


async def test_escape_never_quits(opened: Open) -> None:
    app, _ = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("escape", "escape", "escape")
        assert app.is_running


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_quitting_is_quitting(opened: Open, key: str) -> None:
    app, _ = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert not app.is_running
    assert app.return_code == 0


async def test_the_palette_lists_every_command(opened: Open) -> None:
    app, session = opened("tools-gated")
    async with app.run_test(size=SIZE) as pilot:
        for key, paused in (("ctrl+p", True), ("colon", False)):
            await pilot.press(key)
            await wait_for(pilot, lambda: not isinstance(app.screen, BoardScreen), "the palette")
            await pilot.press(*"pause", "enter")
            await wait_for(pilot, lambda: session.paused is paused, "the pause")  # noqa: B023 - asked here


async def test_a_keymap_moves_a_command_to_another_key(opened: Open) -> None:
    app, session = opened("tools-gated", keymap={"refresh": ("f5", "ctrl+r")})
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("r")
        assert session.refreshed == []
        await pilot.press("f5")
        assert session.refreshed


def test_every_command_can_be_done_and_has_a_key_of_its_own() -> None:
    for command in COMMANDS:
        owner = Quotaboard if command.everywhere else BoardScreen
        assert hasattr(owner, f"do_{command.id}")
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    assert set(BY_ID) == {command.id for command in COMMANDS}
    assert BY_ID["switch"].keys == ("s",)


async def test_news_arrive_and_only_what_cannot_be_seen_is_told(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=SIZE) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the board to go live")
        work = replace(spent_work(), lanes=gated_max_lanes_as("work"))
        session.become(
            replace(
                session.shown,
                credentials=tuple(
                    work if view.credential.name == "work" else view for view in session.shown.credentials
                ),
            ),
        )
        await wait_for(pilot, lambda: bool(said(app)), "the news")
        assert said(app)[0].startswith("work / claude-haiku-4-5 / plain is OPEN now, and")


def gated_max_lanes_as(name: str) -> tuple[LaneView, ...]:
    return tuple(replace(lane, lane=replace(lane.lane, credential=name)) for lane in gated_max().lanes)


async def test_a_poller_that_fails_leaves_the_board_and_says_so(opened: Open) -> None:
    app, session = opened("tools-gated")
    session.fails_with = RuntimeError("a bug")
    async with app.run_test(size=SIZE) as pilot:
        await wait_for(pilot, lambda: "asking stopped on a bug" in screen_text(app), "the sentence")
        assert "GATED" in screen_text(app)


async def test_the_cursor_leads_to_what_hurts_until_a_person_takes_it(opened: Open) -> None:
    app, session = opened("all-well")
    async with app.run_test(size=WIDE) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the board to go live")
        assert cursor(app)[0] == "max"
        session.become(STATES["fleet"]())
        await wait_for(pilot, lambda: cursor(app)[1] == "max/claude-haiku-4-5/tools/direct", "the gate")
        await pilot.press("G")
        session.become(STATES["fleet"]())
        await pilot.pause()
        assert cursor(app)[0] == "spare"


async def test_an_equal_board_repaints_nothing(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        painted: list[object] = []
        screen = app.screen
        assert isinstance(screen, BoardScreen)
        display = app._display

        def watched(*args: Any) -> None:
            painted.append(args[1])
            display(*args)

        monkeypatch.setattr(app, "_display", watched)
        screen._tick()
        await pilot.pause()
        assert set(painted) <= {None}
