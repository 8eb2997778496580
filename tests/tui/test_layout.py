"""How the screen is shared out."""

from itertools import product

import pytest

from quotaboard.tui.draw.layout import Heights, Plan, planned


def cards(*heights: int) -> Heights:
    return lambda index, width, brief: heights[index] - 2 if brief else heights[index]


@pytest.mark.parametrize(
    ("width", "height", "heights", "columns", "roster"),
    [
        (140, 45, (8,) * 8, 2, 0),
        (140, 45, (8,) * 12, 3, 0),
        (140, 24, (8,) * 8, 1, 8),
        (140, 45, (8,), 1, 0),
        (80, 24, (8, 8), 1, 0),
        (80, 24, (8,) * 8, 1, 8),
        (40, 30, (6,) * 3, 1, 3),
        (40, 12, (6,) * 8, 1, 4),
    ],
)
def test_every_card_is_shown_where_all_fit_and_a_list_where_not(
    width: int,
    height: int,
    heights: tuple[int, ...],
    columns: int,
    roster: int,
) -> None:
    plan = planned((width, height), len(heights), cards(*heights), 0)
    assert (plan.columns, plan.roster) == (columns, roster)


@pytest.mark.parametrize("count", [1, 2, 8, 30])
def test_a_plan_never_takes_more_than_there_is(count: int) -> None:
    for width, height in product([20, 40, 59, 60, 80, 110, 140, 250], [5, 8, 12, 16, 24, 30, 45, 90]):
        plan = planned((width, height), count, cards(*(9,) * count), count - 1)
        under = 0 if plan.beside else plan.detail
        assert plan.roster + plan.shelf + under + plan.past <= height - 2, (width, height)
        assert plan.shelf > 0, (width, height)


def test_what_is_left_below_is_for_the_past_if_it_is_enough() -> None:
    plan = planned((140, 45), 1, cards(8), 0)
    assert plan.past == 43 - plan.shelf - plan.detail
    assert planned((140, 30), 1, cards(8), 0).past == 0
    assert planned((40, 45), 1, cards(8), 0).past == 0


def test_zoom_gives_the_list_away() -> None:
    assert planned((80, 24), 8, cards(*(8,) * 8), 3, zoomed=True).roster == 0
    assert planned((40, 12), 8, cards(*(8,) * 8), 3, zoomed=True).roster == 0


def test_nothing_to_show_needs_no_plan() -> None:
    assert planned((80, 24), 0, cards(), 0) == Plan(shelf=22)


def test_cards_that_cannot_all_fit_are_not_measured_one_by_one() -> None:
    asked: list[int] = []

    def height(index: int, width: int, brief: bool) -> int:
        asked.append(index)
        return 8

    for size in [(40, 12), (80, 24), (140, 45), (220, 60)]:
        assert planned(size, 200, height, 70).roster
    assert set(asked) == {70}
