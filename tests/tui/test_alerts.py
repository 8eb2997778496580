"""Alerts on the board: that they are muted or quiet, what was said, and what a terminal is given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.app import App

from quotaboard.config.alerts import TerminalStyle
from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert, AlertKind, QuietHours
from quotaboard.domain.board import Board
from quotaboard.poll.alerts.terminal import Way
from quotaboard.tui.draw.alerts import mute_words
from quotaboard.tui.screens.ringing import Ringing
from tests.tui.boards import STATES
from tests.tui.conftest import SIZES, Open, TextSnapshot, screen_text, wait_for
from tests.tui.pieces import NOW

NIGHT = QuietHours(time(22), time(7))
SAID = [
    Alert(
        NOW - timedelta(minutes=minutes),
        kind,
        title,
        text,
    )
    for minutes, kind, title, text in (
        (3, AlertKind.OPEN, "max open again: sonnet-4-6 tools", "It was blocked for 3 h 10 min."),
        (40, AlertKind.RUNS_OUT, "work: 7d runs out at Sat 21 Nov 09:00", "That is 2 days before it resets."),
        (75, AlertKind.MARK, "work: 5h is 92 % used", "That is past the mark of 90 %. It resets at 16:12."),
        (
            193,
            AlertKind.BLOCKED,
            "max gated: sonnet-4-6 tools",
            "hermes cannot work. What helps: quotaboard switch hermes openrouter. Your plan is 3 % used.",
        ),
        (
            900,
            AlertKind.PAID,
            "team is billed now: opus-5-5 tools",
            "Every request is billed to extra usage.",
        ),
        (1500, AlertKind.EXPIRES, "max: the login expires at 13:12", "This renews it: claude"),
    )
]


class FakeTerminal:
    """What is asked of the app, without one."""

    is_headless = False

    def __init__(self) -> None:
        self.bells = 0
        self.toasts: list[str] = []
        self.written: list[str] = []
        self._driver = self

    def bell(self) -> None:
        self.bells += 1

    def notify(self, text: str, **facts: Any) -> None:
        self.toasts.append(f"{facts['title']}: {text}")

    def write(self, text: str) -> None:
        self.written.append(text)

    def run_worker(self, work: Any, **_: Any) -> None:
        self.work = work


async def test_that_nobody_is_called_stands_in_the_header_at_every_size(
    opened: Open, snapshot: SnapshotAssertion
) -> None:
    app, session = opened("all-well")
    heads: dict[str, str] = {"muted": "", "quiet": "", "muted and quiet": ""}
    async with app.run_test(size=SIZES[0]) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the session to run")
        for width, height in [*SIZES, (60, 3)]:
            await pilot.resize_terminal(width, height)
            for name in heads:
                quiet = time(7) if "quiet" in name else None
                session.become(replace(session.shown, muted="muted" in name, quiet_until=quiet))
                await pilot.pause()
                heads[name] += f"{width}x{height}: {screen_text(app).splitlines()[0]}\n"
    for name, told in heads.items():
        assert told == snapshot(name=name, extension_class=TextSnapshot)


async def test_the_log_is_read_on_a_screen_of_its_own(opened: Open, snapshot: SnapshotAssertion) -> None:
    app, session = opened("fleet", alerts=AlertSettings(quiet_hours=NIGHT, marks=(0.8, 0.95), hook=("tell",)))
    session.said = list(SAID)
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.press("A")
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert screen_text(app) == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)


async def test_a_log_with_nothing_in_it_says_so(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("A")
        await pilot.pause()
        assert "Nothing was worth an alert yet." in screen_text(app)
        await pilot.press("m")
        await pilot.pause()
        assert "Muted in every pane" in screen_text(app)


async def test_an_alert_that_did_not_get_through_is_told(opened: Open) -> None:
    app, session = opened("fleet")
    session.shown = replace(session.shown, alert_trouble="The hook tell-me ended with 3.")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("A")
        await pilot.pause()
        assert "The last one did not get through. The hook tell-me ended with 3." in screen_text(app)


async def test_a_key_mutes_and_lets_ring_again(opened: Open) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("m")
        await wait_for(pilot, lambda: "alerts muted" in screen_text(app), "the header to say so")
        assert session.shown.muted
        await pilot.press("m")
        await wait_for(pilot, lambda: "alerts muted" not in screen_text(app), "the header to be quiet")
        assert not session.shown.muted


async def test_an_alert_rings_once_and_says_what_the_board_does_not_show(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    bells: list[int] = []
    monkeypatch.setattr(App, "bell", lambda _: bells.append(1))
    app, session = opened("fleet")
    async with app.run_test(size=(140, 45)) as pilot:
        await wait_for(pilot, lambda: session.changed is not None, "the session to run")
        session.unrung = list(SAID[:4])
        session.become(session.shown)
        await wait_for(pilot, lambda: bool(bells), "the bell")
        told = [one.title for one in app._notifications]
        assert told == [SAID[1].title, SAID[2].title]  # that lanes changed, the board shows
        session.become(session.shown)
        await pilot.pause()
    assert bells == [1]


def ring(settings: AlertSettings, alerts: Sequence[Alert]) -> FakeTerminal:
    app = FakeTerminal()
    Ringing(settings, {"TERM": "xterm-kitty"}).ring(app, alerts)  # type: ignore[arg-type]
    return app


async def test_the_terminal_is_given_the_sequence_of_its_kind() -> None:
    app = ring(AlertSettings(), SAID[:2])
    await app.work
    assert app.written == [Way(TerminalStyle.KITTY).sequences(SAID[:2])]


def test_what_is_switched_off_is_not_done() -> None:
    app = ring(AlertSettings(bell=False, terminal=TerminalStyle.OFF), SAID)
    assert (app.bells, app.written, hasattr(app, "work")) == (0, [], False)
    assert len(app.toasts) == 3
    assert ring(AlertSettings(), []).bells == 0


def test_the_key_says_what_it_has_done() -> None:
    board = STATES["fleet"]()
    keys = {"mute": "m"}
    assert "muted in every pane until you press m" in mute_words(replace(board, muted=True), keys)
    assert "quiet until 07:00" in mute_words(replace(board, quiet_until=time(7)), keys)
    assert "still holds is said now" in mute_words(Board(NOW), keys)
