"""The report in a real browser: its style is let in, nothing else is asked for, and it fits a phone."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli.report.html import html
from quotaboard.cli.report.telling import Telling
from quotaboard.tui.draw.palette import DARK_PALETTE
from tests.real.browser import Page, chromium
from tests.real.conftest import missing
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW

pytestmark = pytest.mark.real_agent

CHROMIUM = shutil.which("chromium")
LENGTH = timedelta(days=7)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    if CHROMIUM is None:
        missing("chromium is not installed (apt-get install chromium)")
    with chromium(CHROMIUM, tmp_path / "browser") as opened:
        yield opened


@pytest.mark.parametrize("state", ["agents", "fleet", "hostile-agents"])
def test_a_phone_shows_all_of_it_without_asking_anybody(page: Page, tmp_path: Path, state: str) -> None:
    session = FakeSession(STATES[state]())
    session.remembers = True
    board = session.board(NOW)
    names = [view.credential.name for view in board.credentials]
    pasts = {name: session.history(name, NOW - LENGTH, NOW) for name in names}
    file = tmp_path / "report.html"
    file.write_text(html(Telling(board, pasts, LENGTH), DARK_PALETTE, DARK_PALETTE), encoding="utf-8")
    for width in (360, 800, 1400):
        page.resize(width, 900)
        page.go(file.as_uri())
        page.wait_for("Made by quotaboard")
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
        assert page.run("performance.getEntriesByType('resource').length") == 0
        assert page.run("document.scripts.length") == 0
        narrowest = page.run(
            "Math.min(...[...document.querySelectorAll('figure > svg')].map(s => s.clientWidth))"
        )
        assert narrowest is None or narrowest > 200
