"""A widget that is a few lines of text and repaints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from quotaboard.tui.text import in_ascii


class Lines(Widget):
    """Subclasses say in `draw` what stands on each line, and call `redraw` when that may have changed.

    Textual repaints whatever is touched, so the comparison happens here.
    """

    DEFAULT_CSS = "Lines { height: auto; text-wrap: nowrap; text-overflow: clip; }"
    ALLOW_SELECT = False

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(id=name)
        self._drawn: tuple[Content, ...] = ()
        self._drawn_width = 0
        self._painted: dict[int, Strip] = {}
        self._titles: tuple[Content | None, ...] | None = None

    def draw(self, width: int) -> Sequence[Content]:
        """The lines at this width, top to bottom."""
        raise NotImplementedError

    def entitle(self, title: Content, subtitle: Content | None = None) -> None:
        """Put texts into the border. Setting them repaints the whole widget, even when they say the same."""
        new = tuple(self._spell(one) if one is not None else None for one in (title, subtitle))
        if self._titles is not None and all(map(_is_same, new, self._titles)):
            return
        self._titles = new
        self.border_title, self.border_subtitle = new

    def _spell(self, line: Content) -> Content:
        return in_ascii(line) if self.app.has_class("-ascii") else line

    def redraw(self) -> None:
        """Take new lines and repaint those that differ from what is on the screen."""
        width = self.content_size.width or self._drawn_width
        if not width:
            self.refresh(layout=True)
            return
        before, after = self._drawn, self._take(width)
        if len(before) != len(after):
            self._painted.clear()
            self.refresh(layout=self.styles.is_auto_height)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if not old.is_same(new)]
        for y in changed:
            self._painted.pop(y, None)
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _take(self, width: int) -> tuple[Content, ...]:
        self._drawn = tuple(self._spell(line) for line in self.draw(width))
        self._drawn_width = width
        return self._drawn

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        if width != self._drawn_width:
            self._painted.clear()
            self._take(width)
        return len(self._drawn)

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        if width != self._drawn_width:
            self._painted.clear()
            self._take(width)
        if (strip := self._painted.get(y)) is None:
            strip = self._painted[y] = self._paint(y, width)
        return strip

    def _paint(self, y: int, width: int) -> Strip:
        style = self.visual_style
        if y >= len(self._drawn):
            return Strip.blank(width, style.rich_style)
        strips = Visual.to_strips(self, self._drawn[y], width, 1, style)
        return (strips[0] if strips else Strip.blank(0)).adjust_cell_length(width, style.rich_style)

    def notify_style_update(self) -> None:
        self._painted.clear()
        super().notify_style_update()


def _is_same(one: Content | None, other: Content | None) -> bool:
    return one is other or (one is not None and other is not None and one.is_same(other))
