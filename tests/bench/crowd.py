"""What a large board costs: 200 credentials with 1,000 lanes, and 30 days of history of 100 credentials."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from textual import events
from textual._compositor import CompositorUpdate
from textual.screen import Screen

from quotaboard.domain.board import Board
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.past import past_of
from quotaboard.poll.view import board_of
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_store
from quotaboard.store.store import Store
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.past import windows_lines
from tests.bench.figures import Figure
from tests.bench.stage import Stage
from tests.tui.accounts import serving
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import HAIKU, NOW, OPUS, SONNET, board, matrix
from tests.tui.walking import settled

CREDENTIALS, CHANGES, PRESSES = 200, 120, 300
SIZE = (140, 45)
PRESSED = ("down", "right", "tab", "j", "k", "G", "g", "left", "up", "shift+tab")
MINUTES = 30 * 24 * 60
OWNERS = 100


def crowd(stage: Stage) -> Iterable[Figure]:
    """One lane of a thousand changes; then keys are pressed."""
    del stage
    elsewhere, in_sight, keys = asyncio.run(_watched())
    raw = f"{CHANGES} changes among {CREDENTIALS * 5} lanes, with the repaint and its bytes"
    yield Figure("a changed lane, not in sight", median(elsewhere), "ms CPU", 1, raw)
    yield Figure("a changed lane, in sight", median(in_sight), "ms CPU", 1, f"{raw} of card, list and story")
    p95 = sorted(keys)[int(len(keys) * 0.95)]
    yield Figure("a key press, p95", p95, "ms CPU", 16, f"{PRESSES} keys, median {median(keys):.1f} ms")


def past(stage: Stage) -> Iterable[Figure]:
    """The detail of 30 days, one reading a minute, in a store that has as much of 100 credentials."""
    del stage
    with TemporaryDirectory(prefix="quotaboard-past-") as name:
        now = datetime.now(UTC)
        _fill(Path(name), now)
        with open_store(Path(name), now=now, readonly=True) as store:
            times = [_opened(store, f"owner-{number}", now) for number in range(0, OWNERS, 10)]
    raw = f"{MINUTES} readings of each of {OWNERS} credentials; worst of {len(times)}: {max(times):.0f} ms"
    yield Figure("30 days of history", median(times), "ms", 100, raw)


def _crowd() -> Board:
    views = []
    for number in range(CREDENTIALS):
        name = f"account-{number:03}"
        lanes = matrix(name, {HAIKU: "open open", SONNET: "open open", OPUS: "open"})
        views.append(replace(serving(name, "pro", number % 90 / 100, number % 50 / 100), lanes=lanes))
    return board(*views)


async def _watched() -> tuple[list[float], list[float], list[float]]:
    session = FakeSession(_crowd())
    app = Quotaboard(session, clock=lambda: NOW)
    _make_bytes(app)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("right", "left")  # the cursor is taken, and led no more
        elsewhere = [await _cost(app, _change(session, 150, number)) for number in range(CHANGES)]
        in_sight = [await _cost(app, _change(session, 0, number)) for number in range(CHANGES)]
        keys = [await _cost(app, _press(app, PRESSED[n % len(PRESSED)])) for n in range(PRESSES)]
    return elsewhere, in_sight, keys


def _make_bytes(app: Quotaboard) -> None:
    """Of each update, as for a terminal; an app that is driven by a test has none to write to."""
    display = app._display

    def made(screen: Screen[object], update: Any) -> None:
        if isinstance(update, CompositorUpdate):
            update.render_segments(app.console)
        display(screen, update)

    app._display = made  # type: ignore[method-assign,assignment]


def _change(session: FakeSession, at: int, number: int) -> Callable[[], None]:
    """Another verdict that is no news: it would be told by a toast, which costs what a toast costs."""
    views = list(session.shown.credentials)
    first, *others = views[at].lanes
    verdict = Verdict.OPEN if number % 2 else Verdict.NEAR_LIMIT
    told = replace(first.judgement, verdict=verdict)
    views[at] = replace(views[at], lanes=(replace(first, judgement=told), *others))
    changed = replace(session.shown, credentials=tuple(views))
    return lambda: session.become(changed)


def _press(app: Quotaboard, key: str) -> Callable[[], None]:
    def press() -> None:
        app.post_message(events.Key(key, key if len(key) == 1 else None))

    return press


async def _cost(app: Quotaboard, act: Callable[[], None]) -> float:
    """Milliseconds of CPU until it is on the screen; what waiting as long costs is taken off."""
    spent = []
    for do in (_nothing, act):
        begun = time.process_time()
        do()
        await settled(app)
        app.screen._on_timer_update()
        await settled(app)
        spent.append(time.process_time() - begun)
    return max(spent[1] - spent[0], 0.0) * 1000


def _nothing() -> None:
    """What waiting costs."""


def _fill(folder: Path, now: datetime) -> None:
    with open_store(folder, now=now) as store:
        names = [f"owner-{number}" for number in range(OWNERS)]
        store.credentials.remember(
            [Known(Credential(name, "anthropic", Kind.OAUTH, "none")) for name in names], now=now
        )
        window = Window("5h", 0.4, now + timedelta(hours=2), "allowed", seconds=18_000)
        for name in names:
            store.readings.keep(name, Reading(now, Origin.PROBE, (window,)), now=now)
        sql = store._database._connection
        sql.execute("BEGIN")
        begin = int(now.timestamp() * 1000) - MINUTES * 60_000
        for (series,) in sql.execute("SELECT id FROM windows").fetchall():
            sql.executemany(
                "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, 1, 1, 0)", _points(series, begin)
            )
        sql.execute("COMMIT")


def _points(series: int, begin: int) -> Iterator[tuple[int, int, float, int]]:
    for minute in range(MINUTES):
        yield series, begin + minute * 60_000, minute % 300 / 300, begin + (minute // 300 + 1) * 18_000_000


def _opened(store: Store, name: str, now: datetime) -> float:
    view = next(one for one in board_of(store, now).credentials if one.credential.name == name)
    begun = time.perf_counter()
    past = past_of(store, name, now - timedelta(days=30), now, points=400)
    windows_lines(view, None, past, Page(SIZE[0], now), (3, 8))
    return (time.perf_counter() - begun) * 1000
