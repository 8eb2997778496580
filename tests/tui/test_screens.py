"""Every designed state, at the five sizes that it was designed for."""

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.conftest import SIZES, Open, Snap, TextSnapshot, frame_text, screen_text

NORMAL = (80, 24)
WITHOUT_A_FRAME = {"first-run", "empty"}
"""What they show is Textual's from the start."""


@pytest.mark.parametrize(
    "state",
    ["fleet", "tools-gated", "all-well", "stale", "trouble", "no-network", "first-run", "empty", "loading"],
)
async def test_a_state_reads_well_at_every_size_and_from_the_first_frame(
    opened: Open,
    snapshot: SnapshotAssertion,
    state: str,
) -> None:
    app, session = opened(state)
    async with app.run_test(size=SIZES[0]) as pilot:
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            text = screen_text(app)
            assert text == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)
            if state not in WITHOUT_A_FRAME:
                assert frame_text(state, width, height, busy=session.busy) == text


async def test_more_credentials_than_lines_keep_the_one_under_the_cursor_in_sight(snap: Snap) -> None:
    await snap("crowd", NORMAL, "G")


async def test_a_pane_that_only_reads_along_says_so(snap: Snap) -> None:
    await snap("watched", NORMAL)


async def test_a_paused_board_says_how_to_go_on(snap: Snap) -> None:
    await snap("tools-gated", NORMAL, paused=True)


async def test_the_filter_leaves_only_what_matches(snap: Snap) -> None:
    await snap("fleet", NORMAL, "slash", *"gated", "enter")


async def test_a_filter_without_matches_says_how_to_leave(snap: Snap) -> None:
    await snap("fleet", NORMAL, "slash", *"nothing", "enter")


async def test_the_detail_tells_the_whole_story(snap_each: Snap) -> None:
    await snap_each("fleet", "enter", remembers=True)


async def test_a_credential_has_all_its_windows_and_verdicts(snap_each: Snap) -> None:
    await snap_each("fleet", "tab", "d", "2", remembers=True)


async def test_a_past_that_is_not_known_is_empty(snap: Snap) -> None:
    await snap("fleet", NORMAL, "enter")


async def test_wide_cards_have_sparklines(snap: Snap) -> None:
    await snap("fleet", (140, 45), remembers=True)


async def test_the_help_lists_words_and_keys(snap_each: Snap) -> None:
    await snap_each("fleet", "question_mark")


async def test_a_wide_but_low_terminal_puts_the_panel_beside_the_card(snap: Snap) -> None:
    await snap("fleet", (140, 24))


async def test_ascii_uses_nothing_else(opened: Open) -> None:
    app, _ = opened("fleet", ascii=True)
    async with app.run_test(size=NORMAL) as pilot:
        await pilot.pause()
        text = screen_text(app)
    # Textual draws the frames; their corners and lines are its own ASCII set.
    assert text.isascii()


@pytest.mark.parametrize("theme", ["quotaboard-dark", "quotaboard-light"])
async def test_the_colours_of_a_theme(snap: Snap, theme: str) -> None:
    await snap("fleet", NORMAL, svg=True, theme=theme)


async def test_without_colour_the_loudest_words_stay_loudest(
    snap: Snap,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await snap("fleet", NORMAL, svg=True)


@pytest.mark.parametrize("state", ["fleet", "empty", "first-run", "hostile"])
async def test_no_size_breaks_the_screen(opened: Open, state: str) -> None:
    app, _ = opened(state)
    async with app.run_test(size=(32, 8)) as pilot:
        for width, height in [(1, 1), (200, 60), (59, 15)]:
            await pilot.resize_terminal(width, height)
            await pilot.press("G")
        assert app.is_running
