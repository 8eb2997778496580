"""The board in a real browser: it appears, takes keys and sizes, and opens for nobody without the token."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from quotaboard.simulator import load_scenario, serve
from tests.conftest import ROOT
from tests.real.browser import Page, chromium
from tests.real.conftest import missing

pytestmark = pytest.mark.real_agent

CHROMIUM = shutil.which("chromium")
CONFIG = """
[[credentials]]
name = "max"
source = "env:MAX_TOKEN"
probe = true
models = ["claude-haiku-4-5"]
base_url = "{}"
"""
HEADER_ENDS = "document.querySelector('.xterm-rows').children[0].innerText.indexOf(' tok')"
"""The column of the header's last words: how wide the board believes its screen to be."""

PLACE = """(() => {{
    const drawn = [...document.querySelector(".xterm-rows").children];
    const rows = drawn.map(row => row.innerText.replaceAll("\u00a0", " "));
    const box = document.querySelector('.xterm-screen').getBoundingClientRect();
    const columns = Math.max(...rows.map(row => row.length));
    const row = rows.findIndex(text => text.includes("{0}"));
    return [box.x + (rows[row].indexOf("{0}") + 0.5) * box.width / columns,
            box.y + (row + 0.5) * box.height / rows.length];
}})()"""
"""Where a word stands in the terminal, in pixels."""

STRANGER = """new Promise(settle => {{
    const socket = new WebSocket("ws://127.0.0.1:{}/board", ["quotaboard", "quotaboard.token.{}"]);
    socket.onopen = () => settle("opened");
    socket.onerror = () => settle("refused");
}})"""


class Served:
    """A server with `--web`."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token

    @property
    def port(self) -> str:
        return self.address.rpartition(":")[2]


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    scenario = load_scenario("tools-gated")
    with serve(scenario) as provider:
        config = home / ".config/quotaboard/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(CONFIG.format(provider.base_url))
        child = subprocess.Popen(
            [sys.executable, "-m", "quotaboard", "serve", "--web", "--port", "0"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "MAX_TOKEN": scenario.accounts[0].token},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout
        try:
            address = child.stdout.readline().strip()
            token = (home / ".local/state/quotaboard/serve.token").read_text().strip()
            yield Served(address, token)
        finally:
            child.terminate()
            _, said = child.communicate(timeout=20)
        assert "Traceback" not in said
        assert token not in said


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    if CHROMIUM is None:
        missing("chromium is not installed (apt-get install chromium)")
    with chromium(CHROMIUM, tmp_path / "browser") as opened:
        yield opened


def test_the_board_appears_and_takes_keys_and_sizes(served: Served, page: Page, tmp_path: Path) -> None:
    page.resize(1280, 800)
    page.go(f"{served.address}/#token={served.token}")
    shown = page.wait_for("GATED")
    assert "max" in shown
    assert page.run("location.href") == f"{served.address}/", "the token stays in no history"
    page.press("?")
    page.wait_for("esc")
    page.press("\x1b", "Escape", 27)
    page.wait_for("q quit")
    page.wait_until(f"{HEADER_ENDS} > 100")
    page.resize(500, 500)
    page.wait_until(f"0 < {HEADER_ENDS} && {HEADER_ENDS} < 70")
    page.wait_for("claude-haiku-4-5")
    page.press("q")
    page.wait_for("The board was left.")


def test_the_board_takes_the_mouse(served: Served, page: Page) -> None:
    page.resize(1280, 800)
    page.go(f"{served.address}/#token={served.token}")
    page.wait_for("max / claude-haiku-4-5 / tools")
    page.wait_for("OPEN")
    page.click(*page.run(PLACE.format("OPEN")))
    page.wait_for("max / claude-haiku-4-5 / plain")
    page.click(*page.run(PLACE.format("enter detail")))
    page.wait_for("4 30 d")


def test_without_the_token_there_is_a_question_and_no_board(served: Served, page: Page) -> None:
    page.go(served.address)
    page.wait_for("This board needs its token.")
    page.go("about:blank")
    page.go(f"{served.address}/#token={'x' * 43}")
    page.wait_for("the token is wrong")
    assert page.run("document.querySelector('.xterm') === null")
    page.run(f"document.getElementById('token').value = '{served.token}'")
    page.run("document.querySelector('button').click()")
    page.wait_for("claude-haiku-4-5")


def test_a_page_of_another_origin_opens_no_board_even_with_the_token(
    served: Served, page: Page, tmp_path: Path
) -> None:
    page.go("data:text/html,a stranger")
    page.wait_for("a stranger")
    assert page.run(STRANGER.format(served.port, served.token)) == "refused"
    # The same server by another name: what a stranger's DNS can do.
    page.go(f"http://stranger.example:{served.port}/")
    assert "answers to 127.0.0.1" in page.wait_for("alone")


def test_nothing_else_is_asked_for_by_the_page(served: Served, page: Page) -> None:
    page.go(f"{served.address}/#token={served.token}")
    page.wait_for("claude-haiku-4-5")
    asked = page.run("performance.getEntriesByType('resource').map(entry => new URL(entry.name).origin)")
    assert set(asked) == {served.address}
