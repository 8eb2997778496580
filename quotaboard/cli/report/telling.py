"""What a report tells of: the board at one moment, and the time behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from quotaboard.domain.board import Board, CredentialView, WindowView
from quotaboard.domain.history import Past, Trail
from quotaboard.domain.outlook import burn
from quotaboard.tui.draw.outlook import burn_words, even_words, outlook_words
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.past import course_of, trail_of
from quotaboard.tui.draw.plot import Course, Span, span_of


@dataclass(frozen=True, slots=True)
class Telling:
    """All that is needed to draw it."""

    board: Board
    pasts: Mapping[str, Past]
    """By credential."""
    length: timedelta
    """How far back the plots go."""
    masked: bool = False

    @property
    def page(self) -> Page:
        return Page(100, self.board.at)

    @property
    def span(self) -> Span:
        return span_of(self.length, self.board.at)

    def past(self, view: CredentialView) -> Past:
        name = view.credential.name
        return self.pasts.get(name) or Past(self.board.at - self.length, self.board.at)

    def course(self, view: CredentialView, window: WindowView) -> tuple[Trail, Course | None, str]:
        """The window over time, where it is heading, and both in words."""
        told = window.sighting.window
        trail = trail_of(self.past(view), told)
        pace = burn(trail.uses, told, self.board.at)
        said = (outlook_words(window, self.page), burn_words(pace), even_words(window, self.page))
        return trail, course_of(window, trail, pace), ", ".join(part for part in said if part)
