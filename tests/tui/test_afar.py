"""A board of other machines: a column says which, and what cannot be done from here says so."""

from dataclasses import replace

import pytest

from quotaboard.domain.board import Board
from quotaboard.poll.fleet.machines import board_of_fleet, machines_of
from quotaboard.tui.draw.agents import ways_out
from quotaboard.tui.draw.arrange import needs_first_run
from quotaboard.tui.draw.commands import AFAR, BY_ID, Situation
from quotaboard.tui.draw.header import Pulse, header_content
from quotaboard.tui.draw.key_bar import keys_in
from quotaboard.tui.draw.nothing import nothing_afar
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.roster import columns_of, roster_lines
from tests.poll.fleet.exporting import series_of
from tests.serve.conftest import NOW, a_board


@pytest.fixture
def board() -> Board:
    return board_of_fleet(machines_of(series_of({"alpha": a_board(), "beta-2": a_board()})), NOW)


@pytest.mark.parametrize("width", [32, 40, 80, 140])
def test_the_list_has_a_column_for_the_machine(board: Board, width: int) -> None:
    lines = roster_lines(board.credentials, Page(width, NOW), None, columns_of(board.credentials), busy=False)
    texts = [line.plain for line in lines]
    assert all(len(text) == width for text in texts)
    starts = {text.index(host) for text, host in zip(texts, ["alpha", "alpha", "beta", "beta"], strict=True)}
    assert len(starts) == 1
    assert texts[0].startswith(" max ")


def test_a_board_of_this_machine_has_no_such_column() -> None:
    views = a_board().credentials
    assert columns_of(views).host == 0
    line = roster_lines(views, Page(80, NOW), None, columns_of(views), busy=False)[0]
    assert line.plain.startswith(" max    5h")


@pytest.mark.parametrize(
    "command", ["refresh", "refresh_all", "pause", "consent", "switch", "undo", "agents", "mute"]
)
def test_what_cannot_be_done_from_afar_says_so(board: Board, command: str) -> None:
    view = board.credentials[0]
    now = Situation(view=view, lane=view.lanes[0], cards=4, agents=2, afar=True)
    assert BY_ID[command].refusal(now) == AFAR
    assert command not in {key.command.id for key in keys_in(now, 140)}
    assert BY_ID[command].refusal(replace_afar(now)) != AFAR


def replace_afar(now: Situation) -> Situation:
    return now._replace(afar=False)


def test_the_way_out_of_an_agent_is_known_on_its_machine(board: Board) -> None:
    agent = board.agents[0]
    assert [way.plain for way in ways_out(agent, board, Page(80, NOW))] == [
        "see quotaboard on alpha",
        "see alpha",
        "",
    ]


def test_the_header_does_not_count_what_others_spend(board: Board) -> None:
    for width in (40, 140):
        assert "tok" not in header_content(board, Page(width, NOW), Pulse()).plain
        assert "tok" in header_content(replace(board, afar=False), Page(width, NOW), Pulse()).plain


def test_an_empty_fleet_is_no_first_run(board: Board) -> None:
    unseen = replace(board.credentials[0], windows=(), lanes=(), consent=False)
    assert needs_first_run(replace(board, credentials=(unseen,), afar=False))
    assert not needs_first_run(replace(board, credentials=(unseen,)))
    assert nothing_afar(40)[0].plain.startswith("No machine was heard of yet.")
