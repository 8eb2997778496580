"""A credential as a card: who it is, how full its windows are, and one word per lane."""

from __future__ import annotations

from quotaboard.domain.board import CredentialView
from quotaboard.domain.lane import Kind
from quotaboard.domain.windows import SPEND
from quotaboard.tui.draw.account import account_lines
from quotaboard.tui.draw.account_words import KEY_ACCEPTED, is_never_asked
from quotaboard.tui.draw.figures import ahead, money, price, tokens
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.gauge import (
    FIGURE,
    NO_SPARKS,
    NOTE,
    RESET,
    ROOM_FOR_NOTE,
    Sparks,
    bar_content,
    gauge_line,
    label_width,
    names_of,
    room_for_label,
    spark_room,
)
from quotaboard.tui.draw.grid import Grid, grid_of
from quotaboard.tui.draw.jumping import NO_LABELS, Labels
from quotaboard.tui.draw.line import Line, cells, fit, joined, line, styled, wrapped
from quotaboard.tui.draw.matrix import Drawing, Spot, matrix_drawing, matrix_height
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import FAINT, found_words, overage_words, plan_words

LISTED = 2
"""So many windows of a credential have their place in the list of all."""
FRAME = 2
PADDING = 2
SEPARATOR = styled(" · ", FAINT)


def card_height(
    view: CredentialView,
    page: Page,
    *,
    brief: bool = False,
    framed: bool = True,
    grid: Grid | None = None,
) -> int:
    """How tall the whole card is at this outer width; without a frame only a rule stands above it.

    `grid` is the table of its lanes, where that is known.
    """
    inner = page.wide(page.width - PADDING - (FRAME if framed else 0))
    matrix = matrix_height(grid or grid_of(view), inner)
    pool = _pool_share(view) is not None
    if brief and matrix:
        above = max(len(view.windows) - LISTED, 0) + pool
    else:
        said = len(trouble_lines(view, inner)) + len(account_lines(view, inner))
        above = max(said + len(view.windows) + pool, 1)
    return above + matrix + (FRAME if framed else 1)


def card_drawing(
    view: CredentialView,
    page: Page,
    cursor: str | None,
    *,
    busy: bool = False,
    brief: bool = False,
    sparks: Sparks = NO_SPARKS,
    labels: Labels = NO_LABELS,
    height: int | None = None,
) -> Drawing:
    """All lines inside the frame. A brief card leaves out what the list above it says already.

    Where they are more than `height`, those around the cursor, and how many there are besides.
    """
    matrix = matrix_drawing(grid_of(view), page, cursor, labels)
    if brief and matrix.lines:
        lines = window_lines(view, page, skip=LISTED, sparks=sparks)
    else:
        windows = window_lines(view, page, sparks=sparks)
        lines = [*trouble_lines(view, page), *windows, *account_lines(view, page)]
        lines = lines or [nothing_line(view, page, busy=busy)]
    spots = tuple(Spot(spot.lane, spot.y + len(lines), spot.x, spot.width) for spot in matrix.spots)
    drawing = Drawing((*lines, *matrix.lines), spots)
    return drawing if height is None else cropped(drawing, height, cursor)


def cropped(drawing: Drawing, height: int, lane: str | None) -> Drawing:
    """The lines around a lane that there is room for."""
    count = len(drawing.lines)
    if count <= height or height < 1:
        return drawing
    spot = drawing.spot(lane)
    first = min(max((spot.y if spot else 0) - height // 2, 0), count - height)
    if spot is not None and spot.y < height:
        first = 0
    lines = drawing.lines[first : first + height]
    spots = (spot._replace(y=spot.y - first) for spot in drawing.spots)
    seen = tuple(spot for spot in spots if 0 <= spot.y < height)
    return Drawing(lines, seen, above=first, below=count - first - height)


def title_line(view: CredentialView, drawing: Drawing, width: int) -> Line:
    """The title in so many cells, with how many lines of the card are not in sight."""
    marks = (("↑", drawing.above), ("↓", drawing.below))
    more = " ".join(f"{sign}{count}" for sign, count in marks if count)
    title = title_content(view)
    return line(title.cut(width - cells(more) - 2), ("  " + more, "$here")) if more else title.cut(width)


def title_content(view: CredentialView) -> Line:
    """Name, plan, and where it was found."""
    credential = view.credential
    plan, found = styled(plan_words(credential), FAINT), styled(found_words(credential), FAINT)
    parts = (styled(shown(credential.name), "bold"), plan, found)
    return joined(parts, SEPARATOR)


def subtitle_content(view: CredentialView) -> Line:
    """The paid pool in words, and what we spent today."""
    said = overage_words(view.overage)
    billed = view.overage is not None and view.overage.in_use
    pool = styled(said, "bold $lane-paid" if billed else FAINT) if said else None
    spent = styled(f"{tokens(view.tokens_today)} today", FAINT) if view.tokens_today else None
    return joined((pool, spent), SEPARATOR)


def trouble_lines(view: CredentialView, page: Page) -> list[Line]:
    if view.trouble is None:
        return []
    return wrapped(shown(view.trouble), page.width, "$lane-near", limit=2)


def window_lines(view: CredentialView, page: Page, skip: int = 0, sparks: Sparks = NO_SPARKS) -> list[Line]:
    """A gauge per window, and one for the paid pool when it says how full it is."""
    names = names_of(view.windows)
    label = max(
        label_width(names, room_for_label(page.width)), len("extra") if _pool_share(view) is not None else 0
    )
    lines = [
        gauge_line(window, page, label, sparks, name=name)
        for window, name in list(zip(view.windows, names, strict=True))[skip:]
    ]
    share = _pool_share(view)
    if share is not None:
        lines.append(pool_line(view, share, page, label))
    return lines


def _pool_share(view: CredentialView) -> float | None:
    overage = view.overage
    if any(window.sighting.window.name == SPEND for window in view.windows):
        return None  # the cap is the pool's, and has a gauge of its own
    return overage.utilization if overage is not None and (overage.in_use or overage.can_serve) else None


def pool_line(view: CredentialView, share: float, page: Page, label: int) -> Line:
    """The paid pool as a gauge."""
    overage = view.overage
    billed = overage is not None and overage.in_use
    style = "$lane-paid" if billed else "$gauge-stale"
    note = spark_room(page.width) + (NOTE if page.width >= ROOM_FOR_NOTE else 0)
    bar = max(page.width - label - 1 - FIGURE - RESET - note, 0)
    figure = line((f"{int(share * 100)}", f"bold {style}" if billed else ""), (" %", FAINT))
    used = money(overage.used) if overage is not None and overage.used is not None else ""
    tail = styled(f"{'':{RESET + spark_room(page.width)}}  {used}" if note and used else "", FAINT)
    return line(
        fit(styled("extra"), label + 1),
        bar_content(share, bar, style),
        figure.right(FIGURE),
        fit(tail, RESET + note),
    )


def nothing_line(view: CredentialView, page: Page, *, busy: bool) -> Line:
    """What stands where gauges would, and why there are none."""
    if is_never_asked(view):
        return fit(styled("nothing is asked of it", FAINT), page.width)
    if any(lane.judgement.observed_at for lane in view.lanes):
        if said := [note for note in view.notes if note != KEY_ACCEPTED]:
            return fit(styled(shown(said[-1]), FAINT), page.width)
        silent = view.hides is not None or any(lane.judgement.blocked is False for lane in view.lanes)
        return fit(styled("it reports no windows" if silent else "no reading", FAINT), page.width)
    if view.consent:
        planned = min((lane.next_look_at for lane in view.lanes if lane.next_look_at), default=None)
        if busy or planned is None or planned <= page.now:
            text = "first look under way" if busy else "no reading yet"
        else:
            text = f"no reading yet: the first look is {ahead(page.until(planned))}"
    elif view.credential.kind is Kind.NONE or (
        view.cost_per_day is not None and not view.cost_per_day.tokens
    ):
        text = "no reading yet"  # what is read here costs nothing, and nobody has to allow it
    elif view.cost_per_day is not None:
        text = f"no reading yet: {page.keys['consent']} allows looks, about {price(view.cost_per_day)} a day"
    else:
        text = f"no reading yet: {page.keys['consent']} allows looks"
    return fit(styled(text, FAINT), page.width)
