"""The lanes of a credential as a matrix of words; as a list where the matrix does not fit."""

from __future__ import annotations

from typing import NamedTuple

from quotaboard.domain.board import LaneView
from quotaboard.tui.draw.figures import age
from quotaboard.tui.draw.grid import Grid
from quotaboard.tui.draw.jumping import LABEL_STYLE, NO_LABELS, Labels
from quotaboard.tui.draw.line import Line, fit, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import FAINT, column_words, lane_style, lane_word, short_model

MARK = "▸"
MODEL_MIN = 10
COLUMN_BEST = 12


class Spot(NamedTuple):
    """Where a lane is drawn, for a click and for scrolling."""

    lane: str
    y: int
    x: int
    width: int


class Drawing(NamedTuple):
    """Lines, and what stands where on them."""

    lines: tuple[Line, ...] = ()
    spots: tuple[Spot, ...] = ()
    above: int = 0
    """Lines that there is no room for, before these."""
    below: int = 0

    def spot(self, lane: str | None) -> Spot | None:
        return next((spot for spot in self.spots if spot.lane == lane), None)

    def at(self, x: int, y: int) -> str | None:
        """The lane under a point."""
        return next((spot.lane for spot in self.spots if spot.y == y and 0 <= x - spot.x < spot.width), None)


def matrix_drawing(grid: Grid, page: Page, cursor: str | None, labels: Labels = NO_LABELS) -> Drawing:
    """Models down, shapes across, one word in each cell."""
    if not grid.models:
        return Drawing()
    widths = matrix_widths(grid, page)
    if widths is None:
        return list_drawing(grid, page, cursor, labels)
    model, *columns = widths
    names = [column_words(shape, client) for shape, client in grid.columns]
    heads = [fit(styled(f" {name}", FAINT), width) for name, width in zip(names, columns, strict=True)]
    lines, spots = [line(" " * model, *heads)], []
    for row, name in enumerate(grid.models):
        here = any(view.lane.id == cursor for _, view in grid.row(row))
        parts = [fit(styled(short_model(name, model - 1), "" if here else "$model"), model)]
        x = model
        for column, width in enumerate(columns):
            view = grid.cells.get((row, column))
            here_too = view is not None and view.lane.id == cursor
            label = labels.get(view.lane.id, "") if view is not None else ""
            parts.append(cell_content(view, page, width, here=here_too, label=label))
            if view is not None:
                spots.append(Spot(view.lane.id, row + 1, x, width))
            x += width
        lines.append(line(*parts))
    return Drawing(tuple(lines), tuple(spots))


def matrix_height(grid: Grid, page: Page) -> int:
    """How many lines it takes."""
    if not grid.models:
        return 0
    return len(grid.cells) if matrix_widths(grid, page) is None else len(grid.models) + 1


def matrix_widths(grid: Grid, page: Page) -> list[int] | None:
    """The width of the models' column and of each other one; None when a list is better."""
    least = [len(column_words(shape, client)) + 2 for shape, client in grid.columns]
    for (_, column), view in grid.cells.items():
        least[column] = max(least[column], len(cell_text(view, page)) + 2)
    longest = max(len(model) for model in grid.models)
    model = min(longest + 2, page.width)
    share = (page.width - model) // len(least)
    widths = [max(needed, min(COLUMN_BEST, share)) for needed in least]
    if sum(widths) + model > page.width:
        model = page.width - sum(widths)
    return None if model < min(MODEL_MIN, longest + 1) else [model, *widths]


def list_drawing(grid: Grid, page: Page, cursor: str | None, labels: Labels = NO_LABELS) -> Drawing:
    """One line a lane: model, shape, word."""
    lines, spots = [], []
    word = max(len(cell_text(view, page)) for view in grid.along()) + 2
    longest = max(len(column_words(*column)) for column in grid.columns)
    shape = min(longest + 1, max(page.width - word, 0) // 3)
    model = max(page.width - word - shape, 0)
    for y, view in enumerate(grid.along()):
        here = view.lane.id == cursor
        name = styled(short_model(view.lane.model, model - 1), "" if here else "$model")
        kind = styled(column_words(view.lane.shape, view.lane.client), FAINT)
        label = labels.get(view.lane.id, "")
        cell = cell_content(view, page, word, here=here, label=label)
        parts = [fit(name, model), fit(kind, shape), cell]
        lines.append(line(*parts))
        spots.append(Spot(view.lane.id, y, 0, page.width))
    return Drawing(tuple(lines), tuple(spots))


def cell_text(view: LaneView, page: Page) -> str:
    """The word, and the age of a stale one."""
    judgement = view.judgement
    word = lane_word(judgement)
    if judgement.stale and judgement.observed_at is not None:
        return f"{word} {age(page.since(judgement.observed_at))}"
    return word


def cell_content(view: LaneView | None, page: Page, width: int, *, here: bool, label: str = "") -> Line:
    """One cell: a mark under the cursor, or the letters to jump by; the word in its colour."""
    if view is None:
        return styled(" " * width)
    style = lane_style(view.judgement)
    text = cell_text(view, page)
    if label:
        return fit(line((label, LABEL_STYLE), (text[len(label) - 1 :], style)), width)
    if not here:
        return fit(line(" ", (text, style)), width)
    marked = line((MARK, "$here"), (text, f"{style} on $cursor"))
    return fit(marked, width)
