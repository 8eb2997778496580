"""Waits for the letters of a place, over the board that shows them."""

from __future__ import annotations

from textual import events
from textual.screen import ModalScreen

from quotaboard.tui.draw.jumping import Labels, leads_on, place_of
from quotaboard.tui.screens.leaving import Leaving


class JumpScreen(Leaving[str | None], ModalScreen[str | None]):
    """The place that was typed; None for anything else, and for a click."""

    DEFAULT_CSS = "JumpScreen { background: transparent; }"
    AUTO_FOCUS = None

    def __init__(self, labels: Labels) -> None:
        super().__init__()
        self._labels = labels
        self._typed = ""

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self._typed += (event.character or " ").lower()
        place = place_of(self._labels, self._typed)
        if place is not None or not leads_on(self._labels, self._typed):
            self.leave(place)

    def on_click(self) -> None:
        self.leave(None)
