"""Where the cursor goes."""

import pytest

from quotaboard.domain.lane import Client
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.grid import Cursor, edge, grid_of, moved, settled, stepped
from tests.tui.pieces import HAIKU, SONNET, credential, lane, matrix, view

ONE = grid_of(
    view(credential("one"), matrix("one", {HAIKU: "open gated", SONNET: "open gated official:open"}))
)
TWO = grid_of(view(credential("two"), matrix("two", {HAIKU: "open"})))
BARE = grid_of(view(credential("bare")))


def test_shapes_come_before_clients_and_keep_their_order() -> None:
    lanes = (
        lane("x", HAIKU, "plain", Verdict.OPEN, client=Client.OFFICIAL),
        lane("x", HAIKU, "mine", Verdict.OPEN),
        lane("x", HAIKU, "tools", Verdict.OPEN),
        lane("x", HAIKU, "plain", Verdict.OPEN),
    )
    columns = grid_of(view(credential("x"), lanes)).columns
    assert columns == (
        ("plain", Client.DIRECT),
        ("tools", Client.DIRECT),
        ("mine", Client.DIRECT),
        ("plain", Client.OFFICIAL),
    )


def at(credential: str, model: str, shape: str, client: str = "direct") -> Cursor:
    return Cursor(credential, f"{credential}/{model}/{shape}/{client}")


@pytest.mark.parametrize(
    ("start", "direction", "per_row", "end"),
    [
        (at("one", HAIKU, "plain"), "right", 1, at("one", HAIKU, "tools")),
        (at("one", HAIKU, "tools"), "right", 1, at("one", HAIKU, "tools")),
        (at("one", HAIKU, "tools"), "right", 2, at("two", HAIKU, "plain")),
        (at("two", HAIKU, "plain"), "left", 2, at("one", HAIKU, "tools")),
        (at("one", SONNET, "plain", "official"), "up", 1, at("one", HAIKU, "tools")),
        (at("one", SONNET, "tools"), "down", 1, at("two", HAIKU, "plain")),
        (at("two", HAIKU, "plain"), "up", 1, at("one", SONNET, "plain")),
        (at("two", HAIKU, "plain"), "down", 1, Cursor("bare")),
        (at("two", HAIKU, "plain"), "down", 2, Cursor("bare")),
        (Cursor("bare"), "down", 1, Cursor("bare")),
        (at("one", HAIKU, "plain"), "up", 1, at("one", HAIKU, "plain")),
        (Cursor("gone"), "down", 1, Cursor("gone")),
    ],
)
def test_a_step_goes_to_the_nearest_lane(start: Cursor, direction: str, per_row: int, end: Cursor) -> None:
    assert moved(start, direction, (ONE, TWO, BARE), per_row) == end


def test_cards_are_stepped_through_in_a_ring() -> None:
    assert stepped(at("two", HAIKU, "plain"), 1, (ONE, TWO)).credential == "one"
    assert stepped(at("one", HAIKU, "plain"), -1, (ONE, TWO)).credential == "two"


def test_a_cursor_whose_lane_is_gone_stays_with_its_credential() -> None:
    assert settled(at("one", "gone", "plain"), (TWO, ONE)) == at("one", HAIKU, "plain")
    assert settled(Cursor("gone", "x"), (TWO, ONE)) == at("one", HAIKU, "tools")
    assert settled(None, ()) is None


def test_the_ends_are_the_first_and_the_last_lane() -> None:
    assert edge((ONE, TWO), last=False) == at("one", HAIKU, "plain")
    assert edge((TWO, ONE), last=True) == at("one", SONNET, "plain", "official")
    assert edge((), last=True) is None
