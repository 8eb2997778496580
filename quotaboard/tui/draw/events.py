"""What agents said themselves and what was done to them, each in a line with its time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from quotaboard.domain.board import Board, Event
from quotaboard.tui.draw.figures import moment
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import Line, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import FAINT

RECENT = timedelta(hours=12)
"""An older event is no longer told beside an agent."""

AS_A_VERB = {"failed": "failed: "}
"""What is put before the words of an event; those of the others tell what happened."""


def event_words(event: Event, page: Page) -> str:
    """`14:02 failed: HTTP 400: You're out of extra usage`."""
    at = moment(event.at, page.now, page.zone)
    return f"{at} {AS_A_VERB.get(event.kind, '')}{shown(event.text)}"


def lately_words(event: Event | None, page: Page) -> str:
    """The newest event, as long as it is news."""
    if event is None or page.since(event.at) > RECENT:
        return ""
    return event_words(event, page)


def event_lines(events: Sequence[Event], page: Page) -> list[Line]:
    """The newest first, each over at most two lines."""
    if not events:
        return []
    lines = [styled("lately", FAINT)]
    for event in events:
        lines += wrapped(event_words(event, page), page.width, limit=2)
    return lines


def event_news(before: Board, after: Board) -> str | None:
    """The newest thing that happened to an agent, for a person who does not see the agents now."""
    known = {agent.id: agent.said for agent in before.agents}
    new = [
        agent.said
        for agent in after.agents
        if agent.said is not None and agent.id in known and agent.said != known[agent.id]
    ]
    if not new:
        return None
    newest = max(new, key=lambda event: event.at)
    more = f" {len(new) - 1} more agents tell something." if len(new) > 1 else ""
    return f"{shown(newest.agent)}: {AS_A_VERB.get(newest.kind, '')}{shown(newest.text)}{more}"
