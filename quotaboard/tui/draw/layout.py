"""How the screen is shared out: every card, or a list with one card; and the room for the panel. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

MEDIUM = 60
WIDE = 110
TALL = 16
"""The height from which a narrow screen has rules between its parts."""
CARD_MIN = 46
CARD_GOOD = 72
"""A wider card is mostly bar."""
CARD_LEAST = 3
"""No card is lower than its frame and a line."""
HEADER_AND_KEYS = 2
PANEL_MOST = 12
MEDIUM_PANEL_MOST = 16
PANEL_GOOD = 8
"""With less, the card under the cursor leaves out what the list says already."""
NARROW_PANEL_MOST = 16
BESIDE_GOOD = 14
ROSTER_LEAST = 3
PAST_LEAST = 10
STRIP_MOST = 3
"""On a screen this low there is a strip in place of the board."""

Heights = Callable[[int, int, bool], int]
"""The height of a card by its index at an outer width, brief or in full."""


class Plan(NamedTuple):
    """Rows and columns, in cells."""

    columns: int = 1
    rows: tuple[int, ...] = ()
    """The height of each row of cards."""
    roster: int = 0
    """Lines of the list; 0: every card is on the screen."""
    shelf: int = 0
    """The height of the room for cards."""
    detail: int = 0
    """The height of the panel, with its border; 0 hides it."""
    alone: bool = False
    """Only the card under the cursor is shown, whether or not there is room for the list."""
    beside: bool = False
    """The panel stands beside the card, not under it."""
    brief: bool = False
    """The card shows only its lanes."""
    past: int = 0
    """The height of the panel with the last day, with its border; 0: there is no room left for it."""
    strip: int = 0
    """Lines of the strip that stands for everything; 0: there is none."""


def planned(size: tuple[int, int], count: int, heights: Heights, here: int, *, zoomed: bool = False) -> Plan:
    """The plan for so many cards in so much room. `here` is the card under the cursor."""
    width, height = size
    room = max(height - HEADER_AND_KEYS, 1)
    if not count:
        return Plan(shelf=room)
    if width < MEDIUM:
        return _narrow(room, width, heights, 0 if zoomed else count, here)
    if zoomed:
        return _filled(_one_card(room, width, heights, 0, here), room)
    panel = _panel_least(width, room)
    for columns in _columns(width, count):
        if -(-count // columns) * CARD_LEAST + panel > room:
            continue
        rows = _rows([heights(index, width // columns, False) for index in range(count)], columns)
        if sum(rows) + panel <= room:
            detail = min(room - sum(rows), panel_most(width))
            return _filled(Plan(columns, rows, shelf=sum(rows), detail=detail), room)
    return _filled(_one_card(room, width, heights, count, here), room)


def _filled(plan: Plan, room: int) -> Plan:
    """What is left below tells of the past, if it is enough for that."""
    left = room - plan.roster - plan.shelf - (0 if plan.beside else plan.detail)
    return plan._replace(past=left) if left >= PAST_LEAST else plan


def _columns(width: int, count: int) -> range:
    """Two or more cards a row where it is wide; as few as will do."""
    least = max(2, width // CARD_GOOD) if width >= WIDE else 1
    most = width // CARD_MIN if width >= WIDE else 1
    return range(min(least, count), min(most, count) + 1)


def _rows(heights: Sequence[int], columns: int) -> tuple[int, ...]:
    return tuple(max(heights[first : first + columns]) for first in range(0, len(heights), columns))


def panel_most(width: int) -> int:
    """Side by side the story needs fewer lines."""
    return PANEL_MOST if width >= WIDE else MEDIUM_PANEL_MOST


def _panel_least(width: int, room: int) -> int:
    if room < 12:
        return 0
    if width >= WIDE:
        return 8
    return 9 if room >= 34 else 6


def _one_card(room: int, width: int, heights: Heights, count: int, here: int) -> Plan:
    """The list of all, then the card under the cursor with the panel beside or under it."""
    if width >= WIDE:
        card = heights(here, width // 2, False)
        lower = max(min(card, room - ROSTER_LEAST), 8)
        roster = max(min(count, room - lower), 0)
        lower = room - roster
        height = min(max(card, BESIDE_GOOD), lower)
        return Plan(1, (height,), roster, height, detail=height, alone=True, beside=True)
    panel = _panel_least(width, room)
    card = heights(here, width, False)
    brief = count > 0 and room - count - card < PANEL_GOOD
    if brief:
        card = heights(here, width, True)
    roster = min(count, max(room - card - panel, _list_least(count, room)))
    shelf = max(min(card, room - roster - panel), min(4, room - roster))
    detail = max(room - roster - shelf, 0)
    detail = min(detail, MEDIUM_PANEL_MOST) if detail >= 3 else 0
    return Plan(1, (shelf,), roster, shelf, detail, alone=True, brief=brief)


def _list_least(count: int, room: int) -> int:
    """The card keeps two lines, even where the list would take them all."""
    return min(ROSTER_LEAST, count, max(room - 2, 1))


def _narrow(room: int, width: int, heights: Heights, count: int, here: int) -> Plan:
    """One line a credential, the lanes of the one under the cursor, and its sentence."""
    full = heights(here, width, False)
    brief = full + count + 6 > room
    card = heights(here, width, True) if brief else full
    panel = 2 if room < 14 else 5
    roster = min(count, max(room - card - panel, _list_least(count, room)))
    shelf = max(min(card, room - roster - panel), min(3, room - roster))
    detail = max(room - roster - shelf, 0)
    detail = min(detail, NARROW_PANEL_MOST)
    return Plan(1, (shelf,), roster, shelf, detail, alone=True, brief=brief)
