"""A widget that is a few lines of text and repaints only those that changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.app import App
from textual.content import Content
from textual.geometry import Region, Size, Spacing
from textual.messages import Update
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from quotaboard.tui.draw.foreign import in_ascii
from quotaboard.tui.draw.line import EMPTY, Line

ASCII = "-ascii"
"""The app's class while nothing else may be shown."""


class Row(Strip):
    """A strip that can be let go.

    Textual's own keeps itself in its cache once it is shown whole, so each line that was ever repainted stays
    until all of the memory is searched for such rings, which is every half hour.
    """

    __slots__ = ()

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        wanted = list(cuts)
        return [self] if wanted == [self.cell_length] else super().divide(wanted)


class Rendered:
    """The lines of a widget as they are on the screen."""

    def __init__(self, crop: Region, strips: Iterable[Strip], gutter: Spacing) -> None:
        self.crop = crop
        """The part of the widget that is in sight."""
        self.rows: list[Strip] = [Row(strip, strip.cell_length) for strip in strips]
        self._gutter = gutter
        self._frame: tuple[Strip, Strip] | None = None
        """What stands beside every line of content."""

    def put_in(self, lines: Mapping[int, Strip]) -> None:
        """Other lines of content, in the frame that is there."""
        first = self._gutter.top - self.crop.y
        for y, strip in lines.items():
            if 0 <= (at := first + y) < len(self.rows):
                self.rows[at] = self._framed(strip, self.rows[at]) if self._gutter.width else strip

    def _framed(self, content: Strip, old: Strip) -> Row:
        if self._frame is None:
            end = old.cell_length - self._gutter.right
            self._frame = (old.crop(0, self._gutter.left), old.crop(end))
        left, right = self._frame
        return Row([*left, *content, *right], old.cell_length)


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
        self._rendered: Rendered | None = None
        self._changed: set[int] = set()
        self._styles_seen: dict[str, RichStyle] = {}
        self._titles: tuple[Line, Line] | None = None

    def draw(self, width: int) -> Sequence[Line]:
        """The lines at this width, top to bottom."""
        raise NotImplementedError

    def entitle(self, title: Line, subtitle: Line) -> None:
        """Put texts into the border. Setting them repaints the whole widget, even when they say the same."""
        if (titles := (title, subtitle)) != self._titles:
            self._titles = titles
            self.border_title, self.border_subtitle = (to_content(one, self.app) for one in titles)

    def redraw(self) -> None:
        """Take new lines and repaint those that differ from what is on the screen."""
        room = self.content_region
        width = room.width or self._drawn_width
        if not width:
            if self.display:  # else it is laid out when it is
                self.refresh(layout=True)
            return
        before, after = self._drawn, self._take(width)
        if len(before) != len(after):
            self._painted.clear()
            self.refresh(layout=self.styles.is_auto_height)
            return
        pairs = enumerate(zip(before, after, strict=True))
        changed = [y for y, (old, new) in pairs if old is not new and old != new]
        for y in changed:
            self._painted.pop(y, None)
        if changed:
            self._repaint(changed, room)

    def _repaint(self, changed: Iterable[int], room: Region) -> None:
        """Tell the screen at once.

        By way of `refresh` each widget would be woken to post a message of its own, and Textual would look
        through all its lines and its frame: together a third of what a changed lane costs.
        """
        if not room:
            self._rendered = None  # it is not on the screen, and will be painted whole when it is
            return
        in_sight = [y for y in changed if y < room.height]
        if in_sight:
            self._changed.update(in_sight)
            screen = self.screen
            screen._set_dirty(*(Region(room.x, room.y + y, room.width, 1) for y in in_sight))  # noqa: SLF001 - else a message a widget
            screen.post_message(Update(screen))

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        if repaint:
            self._rendered = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """All lines, of which only those that changed are rendered anew."""
        rendered = self._rendered
        if rendered is None or rendered.crop != crop or crop.width != self.outer_size.width:
            self._styles_cache.clear()
            rendered = self._rendered = Rendered(crop, super().render_lines(crop), self.styles.gutter)
        elif self._changed:
            rendered.put_in({y: self.render_line(y) for y in self._changed})
        self._changed.clear()
        return rendered.rows

    def _take(self, width: int) -> tuple[Line, ...]:
        drawn = self.draw(width)
        self._drawn = tuple(map(in_ascii, drawn) if is_in_ascii(self.app) else drawn)
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
        blank = self._style("")
        one = self._drawn[y] if y < len(self._drawn) else EMPTY
        # Rich would keep the width of each text that it is asked for.
        row = Row([Segment(text, self._style(style)) for text, style in one.runs], one.plain_width)
        return row if row.cell_length == width else Row(row.adjust_cell_length(width, blank), width)

    def _style(self, words: str) -> RichStyle:
        if (style := self._styles_seen.get(words)) is None:
            whole = self.visual_style + Style.parse(words) if words else self.visual_style
            style = self._styles_seen[words] = self._filtered(whole.rich_style)
        return style

    def _filtered(self, style: RichStyle) -> RichStyle:
        """As the terminal can show it."""
        segments = [Segment("", style)]
        for one in self.get_line_filters():
            segments = one.apply(segments, self.background_colors[1])
        return segments[0].style or style

    def notify_style_update(self) -> None:
        self._painted.clear()
        self._styles_seen.clear()
        self._rendered = None
        super().notify_style_update()


def is_in_ascii(app: App[Any]) -> bool:
    """Whether nothing but ASCII may be shown."""
    return app.has_class(ASCII)


def to_content(one: Line, app: App[Any]) -> Content:
    """A line as Textual wants it for a border."""
    return Content.assemble(*(in_ascii(one) if is_in_ascii(app) else one).runs)
