"""Where an agent could go, and what enter and u do there."""

from dataclasses import replace
from datetime import timedelta
from threading import Event as Flag
from threading import Lock
from typing import Any
from unittest.mock import patch

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from quotaboard.domain.agent import Activity, Home, Interrupted, Refusal, RefusalKind, Running, Stage, Undone
from quotaboard.domain.board import Event
from quotaboard.tui import tmux
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.screens.board import BoardScreen
from quotaboard.tui.screens.switch import SwitchScreen
from tests.tui.boards import with_agents
from tests.tui.conftest import SIZES, Open, TextSnapshot, screen_text, wait_for
from tests.tui.fake_moves import EDITED
from tests.tui.pieces import NOW


def said(app: Quotaboard) -> list[str]:
    return [notification.message for notification in app._notifications]


async def reads(pilot: Pilot[Any], words: str) -> None:
    await wait_for(pilot, lambda: words in " ".join(screen_text(pilot.app).replace("│", " ").split()), words)


async def previewed(pilot: Pilot[Any]) -> None:
    def there() -> bool:
        screen = pilot.app.screen
        return isinstance(screen, SwitchScreen) and screen._plan is not None

    await wait_for(pilot, there, "the preview")


async def test_the_profiles_stand_in_the_order_of_advice_at_every_size(
    opened: Open, snapshot: SnapshotAssertion
) -> None:
    app, _ = opened("agents")
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.press("s")
        await previewed(pilot)
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            assert screen_text(app) == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_profile_under_the_cursor_is_in_sight_at_every_size(
    opened: Open, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app, _ = opened("one-agent")
    async with app.run_test(size=size) as pilot:
        await pilot.press("s", "down")
        await previewed(pilot)
        await pilot.pause()
        assert screen_text(app) == snapshot(extension_class=TextSnapshot)


async def test_what_a_switch_did_is_told_at_every_size(opened: Open, snapshot: SnapshotAssertion) -> None:
    app, session = opened("one-agent")
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.press("s")
        await previewed(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: session.reread_often == 1, "the proof")
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            assert screen_text(app) == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)


async def test_the_preview_is_shown_and_nothing_in_it_is_markup(opened: Open) -> None:
    app, session = opened("one-agent")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("s")
        await reads(pilot, "# [red]not markup[/]")
        assert ("plan", "hermes", "openrouter") in session.moves.asked
        assert not any(one[0] == "apply" for one in session.moves.asked)


async def test_with_several_agents_a_list_asks_which_the_blocked_first(opened: Open) -> None:
    app, _ = opened("agents")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "s")
        await pilot.pause()
        assert "which agent?" in screen_text(app)
        await pilot.press("enter")
        await reads(pilot, "switch hermes")


async def test_the_board_begins_on_the_lane_of_the_agent_that_is_blocked(opened: Open) -> None:
    app, _ = opened("agents")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        assert "max / claude-sonnet-4-6 / tools" in screen_text(app)
        assert "press s to switch hermes to openrouter, which is open" in screen_text(app)
        await pilot.press("s")
        await pilot.pause()
        assert "switch hermes" in screen_text(app)


async def test_the_agent_on_the_lane_under_the_cursor_is_meant(opened: Open) -> None:
    app, _ = opened("agents")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("g", "down", "right", "s")
        await pilot.pause()
        assert "switch hermes" in screen_text(app)


async def test_enter_switches_and_tells_what_was_written_read_back_and_proven(opened: Open) -> None:
    app, session = opened("one-agent")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("s")
        await previewed(pilot)
        await pilot.press("enter")
        await reads(pilot, "Proven by one request: OPEN")
        text = screen_text(app)
        assert "Written: /home/mia/.hermes/config.yaml" in text
        assert "Verified: read back" in text
        assert "/model anthropic/claude-sonnet-4.6 --provider openrouter" in text
        assert session.moves.asked[-3:] == [
            ("apply", "hermes", "openrouter"),
            ("remember", "Applied"),
            ("prove", "hermes"),
        ]
        assert session.reread_often == 1


async def test_walking_shows_what_each_profile_would_write(opened: Open) -> None:
    app, session = opened("one-agent")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "down", "down")
        await reads(pilot, "It is on max already")
        await pilot.press("enter")
        assert said(app) == ["hermes is on max already."]
        assert not any(one[0] == "apply" for one in session.moves.asked)


async def test_a_file_that_was_edited_since_is_left_alone_and_read_again(opened: Open) -> None:
    app, session = opened("one-agent")
    session.moves.refuses_to_write = EDITED
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await previewed(pilot)
        await pilot.press("enter")
        await reads(pilot, "config.yaml [was] edited since you saw the preview")
        assert not any(one[0] == "remember" for one in session.moves.asked)
        await pilot.press("enter")
        await reads(pilot, "what enter writes")
        assert [one[0] for one in session.moves.asked].count("plan") == 2


async def test_a_plan_that_is_refused_is_a_sentence(opened: Open) -> None:
    app, session = opened("one-agent")
    session.moves.refuses = Refusal(RefusalKind.MANAGED, "Your company's policy owns this file: ask it.")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await reads(pilot, "Your company's policy owns this file: ask it.")
        await pilot.press("enter")
        assert said(app) == ["Your company's policy owns this file: ask it."]


async def test_what_the_agent_reads_otherwise_is_not_called_done(opened: Open) -> None:
    app, session = opened("one-agent")
    session.moves.misread = True
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await previewed(pilot)
        await pilot.press("enter")
        await reads(pilot, "Not verified: the agent reads anthropic (claude-sonnet-4-6). u takes it back.")
        assert not any(one[0] == "prove" for one in session.moves.asked)


async def test_u_takes_the_switch_back_and_settles_when_it_is_time(opened: Open) -> None:
    app, session = opened("one-agent")
    session.moves.settles = True
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        await reads(pilot, "The switch to openrouter was taken back. It is on anthropic")
        remembered = ("remember", "Undone")
        await wait_for(
            pilot,
            lambda: ("settle",) in session.moves.asked[session.moves.asked.index(remembered) :],
            "the settling",
        )


async def test_nothing_to_take_back_is_a_sentence(opened: Open) -> None:
    app, session = opened("one-agent")
    session.moves.refuses = Refusal(RefusalKind.NOTHING, "quotaboard has not switched hermes yet.")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await previewed(pilot)
        await pilot.press("u")
        await reads(pilot, "quotaboard has not switched hermes yet.")


async def test_readonly_shows_the_advice_and_writes_nothing(opened: Open) -> None:
    app, session = opened("one-agent", readonly=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        assert said(app)[-1].startswith("Nothing is written, because of --readonly")
        await pilot.press("s")
        await previewed(pilot)
        await pilot.press("enter", "u")
        await pilot.pause()
        assert {one[0] for one in session.moves.asked} == {"plan"}


async def test_without_agents_the_keys_say_so(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "u", "a")
        assert len(said(app)) == 3
        assert all(one.startswith("No agent was found here") for one in said(app))
        assert isinstance(app.screen, BoardScreen)


async def test_esc_leaves_while_the_proof_goes_on_and_a_toast_tells_its_end(opened: Open) -> None:
    app, session = opened("one-agent")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await previewed(pilot)
        await pilot.press("enter", "escape")
        await wait_for(pilot, lambda: session.reread_often == 1, "the proof")
        await wait_for(pilot, lambda: isinstance(app.screen, BoardScreen), "the board")


async def test_what_a_crash_left_behind_is_told_at_the_start(opened: Open) -> None:
    app, session = opened("one-agent")
    sentence = "A switch of hermes stopped half way [sic]: `quotaboard undo hermes` takes it back."
    began_at = NOW - timedelta(hours=1)
    session.moves.left_behind = [
        Interrupted(Home("hermes", "/home/mia"), "max", Stage.PARTLY, began_at, sentence, can_undo=True)
    ]
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: said(app) == [sentence], "the sentence")
        await pilot.press("s")
        await reads(pilot, "A switch of hermes stopped half way [sic]")


async def test_new_verdicts_reach_the_open_screen(opened: Open) -> None:
    app, session = opened("one-agent")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the board to go live")
        await pilot.press("s")
        await previewed(pilot)
        known = with_agents(1)
        first = known.agents[0]
        assert first.now is not None
        moved = replace(first, now=replace(first.profiles[1], active=True))
        session.become(replace(known, agents=(moved,)))
        await reads(pilot, "OPEN on max")


async def test_an_undo_at_once_is_not_in_the_way_of_the_look_for_what_crashes_left(opened: Open) -> None:
    app, session = opened("one-agent")
    moves, files, looks, together = session.moves, Lock(), Flag(), []
    undo, session.moves.stand = moves.undo, {"hermes": NOW}

    def take_back(agent: str) -> Undone | Refusal:
        with files:
            looks.wait(0.05)
            return undo(agent)

    def recover() -> list[Interrupted]:
        together.append(files.locked())
        looks.set()
        return []

    with patch.object(moves, "undo", take_back), patch.object(moves, "recover", recover):
        async with app.run_test() as pilot:
            looks.clear()
            together.clear()
            await pilot.press("u")
            await wait_for(pilot, lambda: bool(together), "the look")
    assert together == [False]


async def test_undo_means_who_was_switched_though_the_cursor_has_gone_on(opened: Open) -> None:
    app, session = opened("agents")
    lane = next(one.lane for one in session.board(NOW).agents if one.id == "claude-code")
    assert lane is not None
    async with app.run_test(size=(80, 24)) as pilot:
        for stand, undone in (
            ({"hermes": 5}, "hermes"),
            ({"hermes": 5, "openclaw": 1}, "openclaw"),
            ({"hermes": 5, "claude-code": 9}, "claude-code"),
            ({}, "claude-code"),
        ):
            session.moves.stand = {agent: NOW - timedelta(minutes=ago) for agent, ago in stand.items()}
            session.moves.asked.clear()
            assert isinstance(app.screen, BoardScreen)
            app.screen.go_to(lane.id)
            await pilot.press("u")
            await wait_for(pilot, lambda: ("remember", "Undone") in session.moves.asked, "the undo")
            assert [one[1] for one in session.moves.asked if one[0] == "undo"] == [undone], stand
            await pilot.press("escape")
            assert isinstance(app.screen, BoardScreen)


async def test_what_happened_lately_stands_below_with_its_time(opened: Open) -> None:
    app, session = opened("one-agent")
    session.moves.happened = [
        Event(
            NOW - timedelta(minutes=1),
            "hermes",
            "decided",
            "max [is] used up, and nothing else may be chosen",
        ),
        Event(NOW - timedelta(minutes=8), "hermes", "failed", "HTTP 400: You're out of extra usage"),
    ]
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("s")
        await reads(pilot, "14:11 max [is] used up, and nothing else may be chosen")
        assert "14:04 failed: HTTP 400: You're out of extra usage" in screen_text(app)


async def test_hostile_words_break_nothing(opened: Open) -> None:
    app, _ = opened("hostile-agents")
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("s", "enter")
        await pilot.pause()
        for width, height in [(1, 1), (200, 60), (59, 15)]:
            await pilot.resize_terminal(width, height)
            await pilot.press("down", "up")
        assert app.is_running


async def test_enter_on_an_agent_goes_to_its_pane_or_says_why_not(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, session = opened("one-agent")
    monkeypatch.delenv("TMUX", raising=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "enter")
        await wait_for(pilot, lambda: bool(said(app)), "a reason")
        assert said(app) == ["hermes does not run now, so it has no pane."]
        session.moves.runs = Running(Activity.RUNNING, (77,), "gateway")
        await pilot.press("a", "enter")
        await wait_for(pilot, lambda: len(said(app)) == 2, "another reason")
        assert said(app)[1] == "quotaboard does not run in tmux here, so it cannot go to a pane."


def test_the_pane_of_a_process_is_that_of_its_nearest_ancestor() -> None:
    rest = tmux.BETWEEN.join(("api", "1", "0", "shell", "box", "/src", "box"))
    listed = "".join(
        f"{tmux.BETWEEN.join((pid, pane, rest))}\n" for pid, pane in (("10", "%1"), ("20", "%2"))
    )
    panes = tmux.panes_in(f"{listed}rubbish\n")
    parents = tmux.parents_in("  77 76\n 76 20\n 20 1\n 5 6\n 6 5\n")
    assert tmux.pane_of(77, panes, parents) == tmux.Pane("%2", "api", "1", "0", "shell", "/src")
    assert tmux.pane_of(5, panes, parents) is None
