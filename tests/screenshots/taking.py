"""Taking a picture: the real board on the real embedded provider, at a moment that never changes."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from quotaboard.cli.commands.report import POINTS
from quotaboard.cli.rehearsal import demo_session
from quotaboard.cli.report.picture import picture
from quotaboard.cli.report.telling import Telling
from quotaboard.poll.desk import open_desk
from quotaboard.poll.live import Live
from quotaboard.poll.past import past_of
from quotaboard.simulator import SimulatedClock, SimulatedProvider, serve
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.draw.page import DEMO
from quotaboard.tui.draw.palette import DARK_PALETTE
from quotaboard.tui.options import Options
from tests.screenshots.scenes import Scene

NOW = datetime(2026, 11, 20, 14, 10, tzinfo=UTC)
SECOND_LOOK = timedelta(seconds=85)
"""After this a bare refusal is looked at again, and nothing else is."""
SEEN_AGO = timedelta(seconds=30)
LATENCY_MS = 210
FOLDER = "quotaboard-demo-"

_RICH_ID = re.compile(r"\bterminal-\d+-")
_FOLDER = re.compile(rf"(?<=/tmp/{FOLDER})\w{{8}}")
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d{5}")
_REMOTE_FONT = re.compile(r',?\s*url\("https://[^"]+"\) format\("[^"]+"\)')


async def take(scene: Scene) -> str:
    """The SVG of a scene: the same on every machine and at every time."""
    clock = SimulatedClock.stopped(NOW)
    with serve(scene.scenario, clock=clock) as server, _a_stopped_watch(), _session(server, scene) as session:
        await _look_first(session, clock, asking=scene.consent)
        if scene.report is not None:
            return _report(session, clock.now(), scene.report)
        # The first run is pictured as a user's own; it offers the demo.
        options = Options(
            offers_demo=not scene.consent, theme=scene.theme, played=DEMO if scene.consent else ""
        )
        app = Quotaboard(session, clock=clock.now, options=options)
        async with app.run_test(size=scene.size) as pilot:
            await pilot.pause()
            if scene.keys:
                await pilot.press(*scene.keys)
            if plans := [one for one in app.workers if one.group == "plan"]:  # of none it waits for all
                await app.workers.wait_for_complete(plans)
            await pilot.wait_for_scheduled_animations()
            await pilot.pause()
            svg = app.export_screenshot(title="")
    return _the_same_everywhere(svg)


def _report(session: Live, now: datetime, length: timedelta) -> str:
    """What `quotaboard report --out FILE.svg` makes of the same."""
    board = session.board(now)
    names = [view.credential.name for view in board.credentials]
    pasts = {name: past_of(session._store, name, now - length, now, points=POINTS) for name in names}
    return _the_same_everywhere(picture(Telling(board, pasts, length), DARK_PALETTE))


def _the_same_everywhere(svg: str) -> str:
    svg = _PORT.sub("50000", _RICH_ID.sub("terminal-", svg))
    svg = _FOLDER.sub("12345678", svg)
    # Else a viewer that is no browser drops the blanks that a run of text begins with.
    svg = svg.replace('<svg class="rich-terminal"', '<svg class="rich-terminal" xml:space="preserve"')
    # A picture in a README must not make its reader's browser fetch a font from somewhere.
    return _REMOTE_FONT.sub("", svg)


class Still(Live):
    """A session that has asked already and asks no more."""

    async def run(self, changed: Callable[[], None]) -> None:
        changed()
        await asyncio.Event().wait()


@contextmanager
def _session(server: SimulatedProvider, scene: Scene) -> Iterator[Still]:
    with (
        TemporaryDirectory(prefix=FOLDER, dir="/tmp") as made,
        demo_session(server, Path(made), remembers=scene.consent) as live,
    ):
        entries = tuple(replace(entry, probe=scene.consent) for entry in live._config.credentials)
        yield Still(live._store, replace(live._config, credentials=entries), live._place, server.clock.now)


async def _look_first(session: Still, clock: SimulatedClock, *, asking: bool) -> None:
    """Ask one credential after the other, so that the answers' ids come in the same order every time."""
    async with open_desk(session._store, session._config, session._place, clock.now) as desk:
        await desk.take_over()
        for wait in (SECOND_LOOK, SEEN_AGO) if asking else ():
            for entry in session._config.credentials:
                await desk.finish_due([entry.name])
            clock.advance(wait)


@contextmanager
def _a_stopped_watch() -> Iterator[None]:
    """An answer's time differs from run to run, and a lane's story tells it."""
    with patch("quotaboard.poll.asking._since", return_value=LATENCY_MS):
        yield
