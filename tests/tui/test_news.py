"""A change that a person cannot see says so; one in sight speaks for itself."""

from dataclasses import replace

from quotaboard.domain.board import Board
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.app import Quotaboard
from tests.tui.conftest import Open
from tests.tui.pieces import judgement


def opened_lane(board: Board, credential: str) -> Board:
    """The board once the first lane of a credential serves."""
    views = []
    for view in board.credentials:
        if view.credential.name == credential:
            first, *rest = view.lanes
            view = replace(view, lanes=(replace(first, judgement=judgement(Verdict.OPEN)), *rest))  # noqa: PLW2901 - one of many
        views.append(view)
    return replace(board, credentials=tuple(views))


def told(app: Quotaboard) -> list[str]:
    return [one.message for one in app._notifications]


OPEN_NOW = ["work / claude-haiku-4-5 / plain is OPEN now."]
SIGHTS: list[tuple[str, tuple[int, int], tuple[str, ...], list[str]]] = [
    ("zoomed", (140, 45), ("z",), OPEN_NOW),
    ("another screen", (140, 45), ("question_mark",), OPEN_NOW),
    ("strip", (80, 3), (), OPEN_NOW),
    ("one line", (80, 1), (), OPEN_NOW),
    ("narrow", (40, 12), (), OPEN_NOW),
    ("in sight", (220, 60), (), []),
]


async def test_a_change_off_screen_says_so(opened: Open) -> None:
    app, session = opened("fleet")
    before = session.shown
    async with app.run_test(size=(140, 45), notifications=True) as pilot:
        for name, size, press, says in SIGHTS:
            await pilot.resize_terminal(*size)
            await pilot.press(*press)
            session.become(opened_lane(before, "work"))
            await pilot.pause()
            assert told(app) == says, name
            await pilot.press(*["escape" for _ in press])
            session.become(before)
            await pilot.pause()
            app.clear_notifications()
            await pilot.pause()
