"""Everything that opens over the board, at every size that the board was designed for."""

from collections.abc import Sequence

import pytest
from syrupy.assertion import SnapshotAssertion

from quotaboard.domain.agent import Activity, Running
from quotaboard.tui.screens import panes
from quotaboard.tui.screens.board import BoardScreen
from quotaboard.tui.tmux import Pane
from tests.tui.conftest import SIZES, Open, TextSnapshot, screen_text, wait_for

DIALOGS = {
    "fleet": {
        "palette": (("ctrl+p",), "escape"),
        "themes": (("t",), "escape"),
        "jump": (("f",), "escape"),
        "filter": (("slash", *"gated"), "escape"),
        "zoom": (("z",), "escape"),
        "mute": (("m",), "m"),
        "consent": (("G", "c"), "escape"),
    },
    "agents": {"agents": (("a",), "escape"), "which-agent": (("g", "s"), "escape")},
}
"""What opens over a board, the keys that open it, and the one that closes it."""


@pytest.mark.parametrize("state", DIALOGS)
async def test_what_opens_over_the_board_reads_well_at_every_size(
    opened: Open, snapshot: SnapshotAssertion, state: str
) -> None:
    app, _ = opened(state, remembers=True)
    async with app.run_test(size=(140, 45)) as pilot:
        assert isinstance(app.screen, BoardScreen)
        start = app.screen.situation.lane
        assert start is not None
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            for name, (keys, back) in DIALOGS[state].items():
                assert isinstance(app.screen, BoardScreen)
                app.screen.go_to(start.lane.id)
                await pilot.press(*keys)
                size = f"{name}-{width}x{height}"
                assert screen_text(app) == snapshot(name=size, extension_class=TextSnapshot)
                await pilot.press(back)


PANES = [
    Pane("%4", "api", "1", "0", "Fix the flaky tests", "/home/mia/src/api"),
    Pane("%5", "api", "1", "1", "claude", "/home/mia/src/api"),
    Pane(
        "%9", "site [red]", "0", "0", "Write the release notes for the second half of the year", "/srv/site"
    ),
]


class Tmux:
    """Stands for the server: it has these panes, and is told where to go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *found: Pane) -> None:
        self.gone_to: list[str] = []
        self._found = list(found)
        monkeypatch.setenv("HOME", "/home/mia")
        monkeypatch.setattr(panes, "panes_of", self.panes_of)
        monkeypatch.setattr(panes, "go_to_pane", self.go_to_pane)

    def panes_of(self, pids: Sequence[int], _: object) -> list[Pane]:
        assert pids == (7, 8, 9)
        return self._found

    def go_to_pane(self, pane: str, _: object) -> None:
        self.gone_to.append(pane)


@pytest.mark.parametrize("hidden", [False, True])
async def test_an_agent_in_several_panes_brings_the_question_which(
    opened: Open, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch, hidden: bool
) -> None:
    tmux = Tmux(monkeypatch, *PANES)
    app, session = opened("agents", remembers=True)
    session.moves.runs = Running(Activity.RUNNING, (7, 8, 9))
    session.moves.hides_names = hidden
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("a", "enter")
        await wait_for(pilot, lambda: "which pane?" in screen_text(app), "the question")
        for width, height in (SIZES[0], (140, 45)) if hidden else SIZES:
            await pilot.resize_terminal(width, height)
            text = screen_text(app)
            assert text == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)
            assert ("mia" in text or "api" in text) is not hidden
        await pilot.press("down", "enter")
        await wait_for(pilot, lambda: tmux.gone_to == ["%5"], "its pane")


async def test_an_agent_in_one_pane_is_gone_to_at_once(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    tmux = Tmux(monkeypatch, PANES[2])
    app, session = opened("agents")
    session.moves.runs = Running(Activity.RUNNING, (7, 8, 9))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "enter")
        await wait_for(pilot, lambda: tmux.gone_to == ["%9"], "its pane")
