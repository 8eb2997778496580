"""Everything that opens over the board, at every size that the board was designed for."""

from collections.abc import Sequence

import pytest
from syrupy.assertion import SnapshotAssertion

from quotaboard.domain.agent import Activity, Running
from quotaboard.tui.screens import panes
from quotaboard.tui.tmux import Pane
from tests.tui.conftest import SIZES, Open, TextSnapshot, screen_text, wait_for


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        pytest.param("fleet", ("G", "c"), id="consent"),
        pytest.param("fleet", ("ctrl+p",), id="palette"),
        pytest.param("fleet", ("t",), id="themes"),
        pytest.param("agents", ("a",), id="agents"),
        pytest.param("agents", ("g", "s"), id="which-agent"),
        pytest.param("fleet", ("f",), id="jump"),
        pytest.param("fleet", ("slash", *"gated"), id="filter"),
        pytest.param("fleet", ("z",), id="zoom"),
        pytest.param("fleet", ("m",), id="mute"),
    ],
)
async def test_what_opens_over_the_board_reads_well_at_every_size(
    opened: Open, snapshot: SnapshotAssertion, state: str, keys: tuple[str, ...]
) -> None:
    app, _ = opened(state, remembers=True)
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press(*keys)
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert screen_text(app) == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)


async def test_in_ascii_what_opens_over_the_board_uses_nothing_else(opened: Open) -> None:
    app, _ = opened("fleet", remembers=True, ascii=True)
    async with app.run_test(size=(32, 8), notifications=True) as pilot:
        app.notify("A change off screen that takes two lines → gated", severity="warning")
        await pilot.pause()
        assert "lines > gated" in screen_text(app)
        for keys in ("G c", "t", "slash", "enter"):
            await pilot.press(*keys.split(), "pagedown")
            await pilot.pause()
            text = screen_text(app)
            assert text.isascii(), text
            await pilot.press("escape")


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
