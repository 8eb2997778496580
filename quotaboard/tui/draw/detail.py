"""The panel under the cards: why the lane under the cursor is as it is, and what helps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from quotaboard.domain.board import Board, CredentialView, LaneView
from quotaboard.tui.draw.agents import named_ways_out
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import EMPTY, Line, fit, line, said_first, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.story import (
    Asking,
    Paragraph,
    brief_headline,
    credential_paragraphs,
    paragraphs,
    sentence,
    ways_out,
)
from quotaboard.tui.draw.words import FAINT, lane_words

LABEL = 12
ROOM_FOR_LABELS = 56
ROOM_FOR_TWO = 104
GUTTER = 3
NOBODY_HINDERS = Asking()


class Subject(NamedTuple):
    """What the panel is about."""

    view: CredentialView
    lane: LaneView | None
    asking: Asking = NOBODY_HINDERS


def subject_of(
    view: CredentialView, lane: LaneView | None, board: Board, page: Page, asking: Asking
) -> Subject:
    """What the panel is to tell; of a lane on which agents stand, by their names what helps them."""
    return Subject(view, lane and named_ways_out(lane, board, page), asking)


def subject_content(subject: Subject | None) -> Line:
    if subject is None:
        return EMPTY
    if subject.lane is None:
        return styled(shown(subject.view.credential.name), "bold")
    name, _, rest = lane_words(subject.lane.lane).partition(" / ")
    return line((name, "bold"), (f" / {rest}", ""))


def detail_lines(subject: Subject, page: Page, height: int) -> list[Line]:
    """The story of a lane, or of a credential that has none, in so much room."""
    lane = subject.lane
    if lane is None:
        trouble = wrapped(shown(subject.view.trouble or ""), page.width, "$lane-near", limit=2)
        return [*trouble, *laid_out(credential_paragraphs(subject.view, page), page.width)][:height]
    if page.width < ROOM_FOR_LABELS:
        return narrow_lines(lane, page, height)
    facts = paragraphs(lane, subject.view, page, subject.asking)
    if page.width >= ROOM_FOR_TWO:
        left = page.width * 11 // 20
        return side_by_side(
            told(lane, page.wide(left), height),
            laid_out(facts, page.width - left - GUTTER, limit=3)[:height],
            (left, page.width),
        )
    lines = told(lane, page, height)
    for fact in facts:
        lines += laid_out([fact], page.width, limit=min(2, height - len(lines)))
    return lines[:height]


def told(lane: LaneView, page: Page, height: int) -> list[Line]:
    """Headline, sentence, and what helps: one way out at least, however long the sentence is."""
    ways = [laid_out([one], page.width, limit=2) for one in ways_out(lane)]
    room = max(height - 1 - (1 if ways else 0), 1)
    lines = [brief_headline(lane, page)]
    lines += wrapped(sentence(lane), page.width, limit=room)
    for number, way in enumerate(ways):
        left = height - len(lines)
        if len(way) > left and number > 0:
            break
        lines += way if len(way) <= left else laid_out([ways_out(lane)[0]], page.width, limit=1)
    return lines[:height]


def narrow_lines(lane: LaneView, page: Page, height: int) -> list[Line]:
    """No labels: the sentence, then what helps."""
    first = [brief_headline(lane, page)] if height >= 3 else []
    ways = [text for way in ways_out(lane) for text in way.texts]
    helps = [hanging(way, page.width, FAINT, limit=2) for way in ways]
    reserved = len(helps[0]) if helps and height >= 4 else 0
    lines = [*first, *wrapped(sentence(lane), page.width, limit=max(height - len(first) - reserved, 1))]
    for way in helps:
        if len(lines) + len(way) > height:
            break
        lines += way
    return lines[:height]


def laid_out(said: Sequence[Paragraph], width: int, *, limit: int | None = None) -> list[Line]:
    """Paragraphs with their labels in a column of their own; each text over at most `limit` lines."""
    lines: list[Line] = []
    for one in said:
        body = [
            part
            for text in one.texts
            for part in hanging(text, max(width - LABEL, 1), one.style, limit=limit)
        ]
        for number, part in enumerate(body):
            label = styled(one.label if number == 0 else "", FAINT)
            lines.append(line(fit(label, LABEL), part))
    return lines


def hanging(text: str, width: int, style: str, *, limit: int | None) -> list[Line]:
    """Wrapped text; an option's further lines stand under its words, not under its number."""
    number, gap, rest = text.partition("  ")
    if not (gap and number.isdigit()):
        return wrapped(text, width, style, limit=limit)
    indent = len(number) + len(gap)
    if limit == 1:
        rest = said_first(rest, width - indent)
    body = wrapped(rest, width - indent, style, limit=limit)
    return [
        line((number if i == 0 else " " * len(number), "$here"), gap, part) for i, part in enumerate(body)
    ]


def side_by_side(left: Sequence[Line], right: Sequence[Line], widths: tuple[int, int]) -> list[Line]:
    """Two columns of lines."""
    column, width = widths
    blank = EMPTY
    return [
        line(fit(one, column + GUTTER), fit(other, width - column - GUTTER))
        for one, other in zip_longest(left, right, fillvalue=blank)
    ]
