"""Look at a state of the board: `python -m tests.tui.try_board fleet`.

With `--svg 140x45 out.svg [keys…]` it draws a picture instead.
"""

import argparse
import asyncio
from pathlib import Path

from quotaboard.tui.app import Quotaboard
from quotaboard.tui.options import Options
from quotaboard.tui.start import run_board
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW

SEARCHED = ("~/.claude/.credentials.json", "~/.hermes/auth.json", "the environment", "the system keyring")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("state", choices=sorted(STATES))
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--theme", default="quotaboard-dark")
    parser.add_argument("--svg", nargs="+", metavar=("WxH", "FILE"))
    given = parser.parse_args()
    session = FakeSession(STATES[given.state](), busy=given.state == "loading")
    session.remembers = True
    options = Options(ascii=given.ascii, theme=given.theme, offers_demo=True, searched=SEARCHED)
    if not given.svg:
        return run_board(session, clock=lambda: NOW, options=options, demo=lambda: 0)
    size, file, *keys = given.svg
    width, _, height = size.partition("x")
    app = Quotaboard(session, clock=lambda: NOW, options=options)
    Path(file).write_text(asyncio.run(picture(app, (int(width), int(height)), keys)))
    return 0


async def picture(app: Quotaboard, size: tuple[int, int], keys: list[str]) -> str:
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        return app.export_screenshot(title="")


if __name__ == "__main__":
    raise SystemExit(main())
