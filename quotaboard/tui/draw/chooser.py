"""A list to choose from: what a typed text leaves of it, in groups, and the part that is in sight. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import Line, between, cells, fit, joined, line, styled
from quotaboard.tui.draw.words import FAINT

ROOM_FOR_ABOUT = 56
KEY = 12
MARK = "▸"


class Entry(NamedTuple):
    """Something that can be chosen."""

    value: str
    label: str
    group: str = ""
    """Under which heading it stands."""
    key: str = ""
    """What does the same at once."""
    about: str = ""
    typed_only: bool = False
    """Not listed before something is typed: there may be a thousand of these."""


class Row(NamedTuple):
    """A line of the list."""

    entry: Entry | None
    """None for a heading."""
    heading: str = ""


def matching(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """Those that contain every word; those whose label begins with the text come first."""
    terms = typed.casefold().split()
    if not terms:
        return [entry for entry in entries if not entry.typed_only]
    kept = [entry for entry in entries if all(term in _said(entry) for term in terms)]
    return sorted(kept, key=lambda entry: not entry.label.casefold().startswith(terms[0]))


def rows_of(entries: Sequence[Entry], *, grouped: bool) -> list[Row]:
    """With a heading above each group; a search keeps its own order and has none."""
    if not grouped:
        return [Row(entry) for entry in entries]
    rows: list[Row] = []
    for group in dict.fromkeys(entry.group for entry in entries):
        if group:
            rows.append(Row(None, group))
        rows += [Row(entry) for entry in entries if entry.group == group]
    return rows


def stepped(rows: Sequence[Row], here: int, step: int) -> int:
    """The next row that can be chosen; at the end it stays."""
    at = here
    while 0 <= at + step < len(rows):
        at += step
        if rows[at].entry is not None:
            return at
    return here


def first_row(rows: Sequence[Row], value: str | None = None) -> int:
    """The row of a value, else the first that can be chosen."""
    found = next((i for i, row in enumerate(rows) if row.entry and row.entry.value == value), None)
    return found if found is not None else next((i for i, row in enumerate(rows) if row.entry), 0)


def window_start(here: int, count: int, height: int) -> int:
    """The first row on the screen: the chosen one in the middle, the heading above the first one in sight."""
    return max(min(here - height // 2, count - height), 0)


def chooser_lines(rows: Sequence[Row], here: int, width: int, height: int) -> list[Line]:
    """The rows in sight."""
    if not rows:
        return [fit(styled(" nothing is called so", FAINT), width)]
    start = window_start(here, len(rows), height)
    seen = rows[start : start + height]
    return [row_line(row, width, here=start + i == here) for i, row in enumerate(seen)]


def beyond(here: int, count: int, height: int) -> Line:
    """How many rows there are above and below those in sight."""
    above = window_start(here, count, height)
    below = max(count - above - height, 0)
    parts = [
        styled(f"↑ {above} more", FAINT) if above else None,
        styled(f"↓ {below} more", FAINT) if below else None,
    ]
    return joined(parts, styled("  "))


def row_line(row: Row, width: int, *, here: bool) -> Line:
    if row.entry is None:
        return fit(styled(row.heading, FAINT), width)
    entry = row.entry
    key = styled(entry.key, "$here")
    text = styled(shown(entry.label), "bold" if here else "")
    left = line((MARK if here else " ", "$here"), " ", text)
    if entry.about and width >= ROOM_FOR_ABOUT:
        left = line(fit(left, max(cells(left.plain), width // 3)), "  ", (shown(entry.about), FAINT))
    return between(left, line(" ", key, " ") if entry.key else styled(" "), width)


def _said(entry: Entry) -> str:
    return f"{entry.group} {entry.label} {entry.about}".casefold()
