"""The room for cards: all of them in rows, or the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual.app import ComposeResult

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.card import FRAME
from quotaboard.tui.draw.gauge import NO_SPARKS, Sparks
from quotaboard.tui.draw.grid import Cursor
from quotaboard.tui.draw.jumping import NO_LABELS, Labels
from quotaboard.tui.draw.layout import MEDIUM, Plan
from quotaboard.tui.draw.page import Page
from quotaboard.tui.widgets.card import Card, Guise
from quotaboard.tui.widgets.ground import Ground


class Manner(NamedTuple):
    """How the cards are to be drawn."""

    busy: bool = False
    sparks: Mapping[str, Sparks] = {}
    labels: Labels = NO_LABELS


class Shelf(Ground, can_focus=False):
    """A grid whose rows are as tall as the plan says. It has no more cards than are in sight."""

    def __init__(self) -> None:
        super().__init__(id="shelf")
        self._cards: list[Card] = []
        self._shape: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        # Cards that were stocked before the screen was there are mounted with it, in one layout.
        yield from self._cards

    def show(
        self,
        views: Sequence[CredentialView],
        page: Page,
        cursor: Cursor | None,
        plan: Plan,
        manner: Manner,
    ) -> None:
        """These credentials, a card each, in order."""
        self._stock(views, page)
        width = page.width // (2 if plan.beside else plan.columns)
        frame = 1 if page.width < MEDIUM else FRAME
        for index, (card, view) in enumerate(zip(self._cards, views, strict=True)):
            row = plan.rows[index // plan.columns] if plan.rows else frame
            sparks = manner.sparks.get(view.credential.name, NO_SPARKS)
            height = max(row - frame, 0)
            guise = Guise(width, height, manner.busy, plan.brief, sparks, manner.labels)
            card.show(view, page, cursor, guise)
        self._shape_to(plan)

    def _stock(self, views: Sequence[CredentialView], page: Page) -> None:
        for card in self._cards[len(views) :]:
            card.remove()
        del self._cards[len(views) :]
        new = [Card(view, page) for view in views[len(self._cards) :]]
        if new and self.is_attached:
            self.mount(*new)
        self._cards += new

    def _shape_to(self, plan: Plan) -> None:
        shape = (plan.columns, plan.rows, plan.shelf)
        if shape != self._shape:
            self._shape = shape
            self.styles.grid_size_columns = plan.columns
            self.styles.grid_rows = " ".join(map(str, plan.rows))
            self.styles.height = plan.shelf
