"""A change that a person cannot see says so; one in sight speaks for itself."""

from dataclasses import replace

import pytest

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


@pytest.mark.parametrize(
    ("size", "press", "credential", "says"),
    [
        ((140, 45), ("z",), "work", ["work / claude-haiku-4-5 / plain is OPEN now."]),
        ((140, 45), ("question_mark",), "work", ["work / claude-haiku-4-5 / plain is OPEN now."]),
        ((80, 3), (), "work", ["work / claude-haiku-4-5 / plain is OPEN now."]),
        ((80, 1), (), "work", ["work / claude-haiku-4-5 / plain is OPEN now."]),
        ((40, 12), (), "work", ["work / claude-haiku-4-5 / plain is OPEN now."]),
        ((220, 60), (), "work", []),
    ],
    ids=["zoomed", "another screen", "strip", "one line", "narrow", "in sight"],
)
async def test_a_change_off_screen_says_so(
    opened: Open, size: tuple[int, int], press: tuple[str, ...], credential: str, says: list[str]
) -> None:
    app, session = opened("fleet")
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        await pilot.press(*press)
        await pilot.pause()
        session.become(opened_lane(session.shown, credential))
        await pilot.pause()
        assert told(app) == says
