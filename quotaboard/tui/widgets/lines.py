"""A widget that is a few lines of text and repaints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from quotaboard.tui.draw.foreign import in_ascii
from quotaboard.tui.draw.line import Line


class Lines(Widget):
    """Subclasses say in `draw` what stands on each line, and call `redraw` when that may have changed.

    Textual repaints whatever is touched, so the comparison happens here.
    """

    DEFAULT_CSS = "Lines { height: auto; }"
    ALLOW_SELECT = False

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(id=name)
        self._drawn: tuple[Line, ...] = ()
        self._drawn_width = 0
        self._painted: dict[int, Strip] = {}
        self._styles_seen: dict[str, RichStyle] = {}
        self._titles: tuple[Line, Line] | None = None

    def draw(self, width: int) -> Sequence[Line]:
        """The lines at this width, top to bottom."""
        raise NotImplementedError

    def entitle(self, title: Line, subtitle: Line) -> None:
        """Put texts into the border. Setting them repaints the whole widget, even when they say the same."""
        if (titles := (self._spell(title), self._spell(subtitle))) != self._titles:
            self._titles = titles
            self.border_title, self.border_subtitle = map(to_content, titles)

    def _spell(self, one: Line) -> Line:
        return in_ascii(one) if self.app.has_class("-ascii") else one

    def redraw(self) -> None:
        """Take new lines and repaint those that differ from what is on the screen."""
        width = self.content_size.width or self._drawn_width
        if not width:
            if self.display:  # else it is laid out when it is
                self.refresh(layout=True)
            return
        before, after = self._drawn, self._take(width)
        if len(before) != len(after):
            self._painted.clear()
            self.refresh(layout=self.styles.is_auto_height)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        for y in changed:
            self._painted.pop(y, None)
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _take(self, width: int) -> tuple[Line, ...]:
        drawn = self.draw(width)
        self._drawn = tuple(map(in_ascii, drawn) if self.app.has_class("-ascii") else drawn)
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
        if y >= len(self._drawn):
            return Strip.blank(width, self._style(""))
        segments = [Segment(text, self._style(style)) for text, style in self._drawn[y].runs]
        return Strip(segments).adjust_cell_length(width, self._style(""))

    def _style(self, words: str) -> RichStyle:
        if (style := self._styles_seen.get(words)) is None:
            whole = self.visual_style + Style.parse(words) if words else self.visual_style
            style = self._styles_seen[words] = whole.rich_style
        return style

    def notify_style_update(self) -> None:
        self._painted.clear()
        self._styles_seen.clear()
        super().notify_style_update()


def to_content(one: Line) -> Content:
    """A line as Textual wants it for a border."""
    return Content.assemble(*one.runs)
