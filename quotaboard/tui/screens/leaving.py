"""Leaving a screen once, however often it is asked for."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.screen import Screen

Result = TypeVar("Result")


class Leaving(Screen[Result], Generic[Result]):
    """A second key or click may arrive before the first has taken the screen away."""

    def leave(self, result: Result | None = None) -> None:
        """Go back with an answer, unless that has happened."""
        if self.is_current:
            self.dismiss(result)
