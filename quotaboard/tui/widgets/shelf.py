"""The room for cards: all of them in rows, or the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.geometry import Region
from textual.widget import Widget

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.card import card_height
from quotaboard.tui.draw.gauge import NO_SPARKS, Sparks
from quotaboard.tui.draw.grid import Cursor
from quotaboard.tui.draw.layout import MEDIUM, Heights, Plan
from quotaboard.tui.draw.page import Page
from quotaboard.tui.widgets.card import Card


class Shelf(Widget, can_focus=False):
    """A grid whose rows are as tall as the plan says."""

    def __init__(self) -> None:
        super().__init__(id="shelf")
        self._cards: dict[str, Card] = {}
        self._shape: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        # Cards that were stocked before the screen was there are mounted with it, in one layout.
        yield from self._cards.values()

    def measure(self, views: Sequence[CredentialView], page: Page) -> Heights:
        """How tall the cards would be."""

        def heights(width: int, brief: bool) -> list[int]:  # noqa: FBT001 - the layout's own question
            narrow = page.width < MEDIUM
            room = page.wide(width)
            return [card_height(view, room, brief=brief, framed=not narrow) for view in views]

        return heights

    def show(
        self,
        views: Sequence[CredentialView],
        page: Page,
        cursor: Cursor | None,
        plan: Plan,
        *,
        busy: bool,
        alone: bool,
        sparks: Mapping[str, Sparks],
    ) -> None:
        self._stock(views, page)
        here = cursor.credential if cursor else None
        for view in views:
            card = self._cards[view.credential.name]
            card.display = not alone or view.credential.name == here
            mine = sparks.get(view.credential.name, NO_SPARKS)
            card.show(view, page, cursor, busy=busy, brief=plan.brief, sparks=mine)
        self._shape_to(plan)
        if alone and cursor is not None and self.is_attached:
            self.call_after_refresh(self._follow, cursor)

    def _stock(self, views: Sequence[CredentialView], page: Page) -> None:
        """One card per credential, in order."""
        names = [view.credential.name for view in views]
        for name in [name for name in self._cards if name not in names]:
            self._cards.pop(name).remove()
        new = [Card(view, page) for view in views if view.credential.name not in self._cards]
        if new and self.is_attached:
            self.mount(*new)
        self._cards |= {card.credential: card for card in new}
        if list(self._cards) != names:
            self._cards = {name: self._cards[name] for name in names}
            if self.is_attached:
                self.sort_children(
                    key=lambda card: names.index(card.credential) if isinstance(card, Card) else 0
                )

    def _shape_to(self, plan: Plan) -> None:
        shape = (plan.columns, plan.rows, plan.shelf)
        if shape != self._shape:
            self._shape = shape
            self.styles.grid_size_columns = plan.columns
            self.styles.grid_rows = " ".join(map(str, plan.rows))
            self.styles.height = plan.shelf

    def _follow(self, cursor: Cursor) -> None:
        """Keep the lane under the cursor in sight."""
        card = self._cards.get(cursor.credential)
        spot = card.spot(cursor.lane) if card else None
        if card is None or spot is None:
            return
        y = spot.y + (card.gutter.top if card.is_mounted else 0)
        self.scroll_to_region(Region(0, y, 1, 1).grow((2, 0, 1, 0)), animate=False, force=True)
