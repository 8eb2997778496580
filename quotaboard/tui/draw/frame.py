"""The whole board as lines: what the widgets will show, drawn without them for the first frame."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from quotaboard.domain.board import Board, CredentialView
from quotaboard.tui.draw.agents import Strip, led_lane, strip_of
from quotaboard.tui.draw.arrange import Arrangement, arranged
from quotaboard.tui.draw.banner import notices_of
from quotaboard.tui.draw.card import (
    FRAME,
    PADDING,
    card_drawing,
    card_height,
    subtitle_content,
    title_line,
)
from quotaboard.tui.draw.commands import Situation
from quotaboard.tui.draw.detail import detail_lines, subject_content, subject_of
from quotaboard.tui.draw.grid import Cursor, grid_of, settled
from quotaboard.tui.draw.header import Pulse, header_content
from quotaboard.tui.draw.key_bar import keys_content
from quotaboard.tui.draw.layout import MEDIUM, STRIP_MOST, TALL, Plan, planned
from quotaboard.tui.draw.line import EMPTY, Line, fit, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.roster import columns_of, list_lines
from quotaboard.tui.draw.story import Asking
from quotaboard.tui.draw.strip import strip_lines

EDGE, HERE = "$edge", "$here"


class Scene(NamedTuple):
    """What there is to draw."""

    board: Board
    views: tuple[CredentialView, ...]
    cursor: Cursor
    page: Page
    plan: Plan
    pulse: Pulse
    flat: bool
    """Too low for a rule above the panel."""

    @property
    def view(self) -> CredentialView:
        return self.views[self.row]

    @property
    def row(self) -> int:
        return next(i for i, view in enumerate(self.views) if view.credential.name == self.cursor.credential)

    @property
    def narrow(self) -> bool:
        return self.page.width < MEDIUM


def frame_lines(
    board: Board, page: Page, height: int, pulse: Pulse, *, line_mode: bool = False
) -> list[Line]:
    """Every line of the screen, at its full width; none when that cannot be told without the widgets."""
    views = arranged(board.credentials, Arrangement())
    if height <= STRIP_MOST or line_mode:
        strip = strip_lines(board, views, page, pulse, min(height, STRIP_MOST))
        return [fit(one, page.width) for one in (*strip, *[EMPTY] * (height - len(strip)))]
    cursor = settled(None, [grid_of(view) for view in views], led_lane(board))
    if cursor is None:
        return []
    notices = notices_of(board, paused=pulse.paused, stopped=None, filtered=None, keys=page.keys)
    index = next(i for i, view in enumerate(views) if view.credential.name == cursor.credential)

    def card(number: int, width: int, brief: bool) -> int:  # noqa: FBT001 - the layout's own question
        return card_height(views[number], page.wide(width), brief=brief, framed=page.width >= MEDIUM)

    agents = strip_of(board, page, height)
    plan = planned((page.width, height - len(notices) - agents.height), len(views), card, index)
    scene = Scene(board, views, cursor, page, plan, pulse, flat=height < TALL)
    lines = [header_content(board, page, pulse)]
    lines += [styled(f" {notice.text}", notice.style) for notice in notices]
    lines += _agents(agents, page.width)
    lines += _roster(scene)
    lines += _beside(scene) if plan.beside else [*_shelf(scene), *_panel(scene, page.width)]
    room = height - 1
    lines = [*lines[:room], *[EMPTY] * (room - len(lines)), keys_content(_situation(scene), page.width)]
    return [fit(one, page.width) for one in lines]


def _situation(scene: Scene) -> Situation:
    lane = next((one for one in scene.view.lanes if one.lane.id == scene.cursor.lane), None)
    return Situation(
        view=scene.view,
        lane=lane,
        paused=scene.pulse.paused,
        watched_elsewhere=scene.board.watched_elsewhere,
        cards=len(scene.views),
        agents=len(scene.board.agents),
        keys=scene.page.keys,
    )


def _agents(strip: Strip, width: int) -> list[Line]:
    if strip.framed and strip.lines:
        return boxed(strip.lines, (styled("agents"), EMPTY), (width, strip.height), EDGE)
    return [line(" ", one) for one in strip.lines]


def _roster(scene: Scene) -> list[Line]:
    if not scene.plan.roster:
        return []
    here, limit = scene.cursor.credential, scene.plan.roster
    return list_lines(scene.views, scene.page, here, limit, columns_of(scene.views), busy=scene.pulse.busy)


def _shelf(scene: Scene) -> list[Line]:
    plan, width = scene.plan, scene.page.width
    if plan.alone:
        return _card(scene, scene.view, width, plan.shelf)
    lines: list[Line] = []
    for number, height in enumerate(plan.rows):
        row = scene.views[number * plan.columns : (number + 1) * plan.columns]
        # Where the width cannot be shared out evenly, the cards to the right are a cell wider.
        ends = [width * place // plan.columns for place in range(plan.columns + 1)]
        widths = [after - before for before, after in pairwise(ends)]
        cards = [_card(scene, view, wide, height) for view, wide in zip(row, widths, strict=False)]
        lines += [line(*parts) for parts in zip(*cards, strict=True)]
    return lines


def _beside(scene: Scene) -> list[Line]:
    half = scene.page.width // 2
    left = _card(scene, scene.view, half, scene.plan.shelf)
    return [line(*parts) for parts in zip(left, _panel(scene, scene.page.width - half), strict=False)]


def _card(scene: Scene, view: CredentialView, width: int, height: int) -> list[Line]:
    here = view.credential.name == scene.cursor.credential
    inner = scene.page.wide(width - PADDING - (0 if scene.narrow else FRAME))
    lane = scene.cursor.lane if here else None
    room = height - (1 if scene.narrow else FRAME)
    drawing = card_drawing(
        view, inner, lane, busy=scene.pulse.busy, brief=scene.plan.brief, height=max(room, 0)
    )
    lines, title = drawing.lines, title_line(view, drawing, width - (2 if scene.narrow else 6))
    if scene.narrow:
        return ruled(lines, title, width, height)
    return boxed(lines, (title, subtitle_content(view)), (width, height), HERE if here else EDGE)


def _panel(scene: Scene, width: int) -> list[Line]:
    height = scene.plan.detail
    if not height:
        return []
    lane = _situation(scene).lane
    asking = Asking(paused=scene.pulse.paused, elsewhere=scene.board.watched_elsewhere)
    subject = subject_of(scene.view, lane, scene.board, scene.page, asking)
    inner = scene.page.wide(width - PADDING - (0 if scene.narrow else FRAME))
    if not scene.narrow:
        lines = detail_lines(subject, inner, height - FRAME)
        return boxed(lines, (subject_content(subject), EMPTY), (width, height), EDGE)
    if scene.flat:
        return [line(" ", one) for one in detail_lines(subject, inner, height)]
    return ruled(detail_lines(subject, inner, height - 1), subject_content(subject), width, height)


def boxed(lines: Sequence[Line], titles: tuple[Line, Line], size: tuple[int, int], edge: str) -> list[Line]:
    """Lines in a round frame, with a title above and below."""
    width, height = size
    inner = width - FRAME - PADDING
    body = [*lines[: height - FRAME], *[EMPTY] * (height - FRAME - len(lines))]
    return [
        _edge("╭", titles[0], "╮", width, edge),
        *[line(("│ ", edge), fit(one, inner), (" │", edge)) for one in body],
        _edge("╰", titles[1], "╯", width, edge),
    ]


def _edge(left: str, title: Line, right: str, width: int, edge: str) -> Line:
    said = line(" ", title.cut(width - 6), " ") if title else EMPTY
    return line((f"{left}─", edge), said, ("─" * (width - 3 - said.width) + right, edge))


def ruled(lines: Sequence[Line], title: Line, width: int, height: int) -> list[Line]:
    """Lines under a rule with a title."""
    said = title.cut(width - 2)
    rule = line(("─", EDGE), said, ("─" * (width - 1 - said.width), EDGE))
    body = [line(" ", one) for one in lines[: height - 1]]
    return [rule, *body, *[EMPTY] * (height - 1 - len(body))]
