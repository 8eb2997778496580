"""What lies under other widgets and shows nothing but its background."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Ground(Widget):
    """Keeps its lines until its style changes.

    Textual asks everything between the topmost and the lowest change for all of its lines, also what is
    covered: that was a sixth of what a changed lane costs.
    """

    _ground: tuple[Region, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._ground is None or self._ground[0] != crop:
            self._ground = (crop, super().render_lines(crop))
        return self._ground[1]

    def notify_style_update(self) -> None:
        self._ground = None
        super().notify_style_update()
