"""The lanes of one credential as a table: models down, shapes and clients across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from quotaboard.domain.board import CredentialView, LaneView
from quotaboard.domain.lane import PLAIN, TOOLS, Client
from quotaboard.tui.draw.words import loudness

Column = tuple[str, Client]
DIRECTIONS = ("left", "right", "up", "down")


class Grid(NamedTuple):
    """Where each lane of a credential stands."""

    credential: str
    models: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: dict[tuple[int, int], LaneView]
    """By row and column; a shape that a model is not asked with has none."""

    loudest: tuple[tuple[int, int], LaneView] | None = None
    """The lane with the loudest verdict, the first of several, and how loud that is."""

    def place(self, lane: str | None) -> tuple[int, int] | None:
        """The row and column of a lane, by its id."""
        return next((place for place, view in self.cells.items() if view.lane.id == lane), None)

    def row(self, number: int) -> list[tuple[int, LaneView]]:
        """The lanes of one model, by column."""
        return [(column, view) for (row, column), view in self.cells.items() if row == number]

    def nearest(self, row: int, column: int) -> LaneView | None:
        """The lane of that model closest to a column; the left one of two."""
        cells = self.row(row)
        near = min(cells, key=lambda cell: (abs(cell[0] - column), cell[0]), default=None)
        return near[1] if near else None

    def along(self) -> Iterator[LaneView]:
        """All lanes in reading order."""
        return (self.cells[place] for place in sorted(self.cells))


def grid_of(view: CredentialView) -> Grid:
    """Lanes in the order in which they are given; plain and tools first, the official client last."""
    models = tuple(dict.fromkeys(lane.lane.model for lane in view.lanes))
    asked = dict.fromkeys((one.lane.shape, one.lane.client) for one in view.lanes)
    columns = tuple(sorted(asked, key=_rank))
    cells = {
        (models.index(one.lane.model), columns.index((one.lane.shape, one.lane.client))): one
        for one in view.lanes
    }
    ordered = dict(sorted(cells.items()))
    loudest = min(((loudness(one.judgement), one) for one in ordered.values()), key=_level, default=None)
    return Grid(view.credential.name, models, columns, ordered, loudest)


def _level(pair: tuple[tuple[int, int], LaneView]) -> tuple[int, int]:
    return pair[0]


def _rank(column: Column) -> tuple[bool, int]:
    shape, client = column
    return (client is Client.OFFICIAL, {PLAIN: 0, TOOLS: 1}.get(shape, 2))


class Cursor(NamedTuple):
    """What the board is looking at."""

    credential: str
    lane: str | None = None
    """None on a credential that has no lanes."""


def settled(cursor: Cursor | None, grids: Sequence[Grid], led_to: str | None = None) -> Cursor | None:
    """The cursor on something that is there: where it was, else its credential.

    A new one goes to the lane `led_to`, by its id, else to the loudest.
    """
    if not grids:
        return None
    if cursor is None and led_to is not None:
        led = next((grid for grid in grids if grid.place(led_to) is not None), None)
        if led is not None:
            return Cursor(led.credential, led_to)
    home = next((grid for grid in grids if cursor and grid.credential == cursor.credential), None)
    if home is None:
        return loudest_of(grids)
    return cursor if home.place(cursor.lane if cursor else None) is not None else entering(home)


def loudest_of(grids: Sequence[Grid]) -> Cursor:
    """Where the eye should go first: the lane with the loudest verdict, the first of several."""
    best: tuple[tuple[int, int], Grid, LaneView] | None = None
    for grid in grids:
        if grid.loudest is not None and (best is None or grid.loudest[0] < best[0]):
            best = (grid.loudest[0], grid, grid.loudest[1])
    return Cursor(best[1].credential, best[2].lane.id) if best else entering(grids[0])


def entering(grid: Grid, *, row: int = 0, column: int = 0) -> Cursor:
    """The cursor as it comes into a card, as close as can be to a row (−1: the last) and column."""
    if not grid.models:
        return Cursor(grid.credential)
    lane = grid.nearest(len(grid.models) - 1 if row < 0 else min(row, len(grid.models) - 1), column)
    return Cursor(grid.credential, lane.lane.id if lane else None)


def moved(cursor: Cursor, direction: str, grids: Sequence[Grid], per_row: int) -> Cursor:
    """The cursor one step further, over the edge of a card into the next one. At the end it stays."""
    index = next((i for i, grid in enumerate(grids) if grid.credential == cursor.credential), None)
    if index is None:
        return cursor
    grid = grids[index]
    row, column = grid.place(cursor.lane) or (0, 0)
    if direction in {"left", "right"}:
        return _sideways(cursor, 1 if direction == "right" else -1, grids, (index, row, column), per_row)
    step = 1 if direction == "down" else -1
    if 0 <= row + step < len(grid.models):
        return entering(grid, row=row + step, column=column)
    target = index + step * per_row
    if target >= len(grids) and index // per_row < (len(grids) - 1) // per_row:
        target = len(grids) - 1
    if not 0 <= target < len(grids):
        return cursor
    return entering(grids[target], row=0 if step > 0 else -1, column=column)


def _sideways(
    cursor: Cursor,
    step: int,
    grids: Sequence[Grid],
    place: tuple[int, int, int],
    per_row: int,
) -> Cursor:
    index, row, column = place
    beyond = [(other, view) for other, view in grids[index].row(row) if (other - column) * step > 0]
    if beyond:
        _, lane = beyond[0] if step > 0 else beyond[-1]
        return Cursor(cursor.credential, lane.lane.id)
    target = index + step
    if not 0 <= target < len(grids) or target // per_row != index // per_row:
        return cursor
    return entering(grids[target], row=row, column=0 if step > 0 else len(grids[target].columns))


def stepped(cursor: Cursor, step: int, grids: Sequence[Grid]) -> Cursor:
    """The cursor on the next or previous card, round the end."""
    index = next((i for i, grid in enumerate(grids) if grid.credential == cursor.credential), None)
    return cursor if index is None else entering(grids[(index + step) % len(grids)])


def edge(grids: Sequence[Grid], *, last: bool) -> Cursor | None:
    """The very first or very last lane."""
    if not grids:
        return None
    return entering(grids[-1], row=-1, column=len(grids[-1].columns)) if last else entering(grids[0])
