"""The agents on top of the board."""

from __future__ import annotations

from textual import events

from quotaboard.tui.draw.agents import Strip
from quotaboard.tui.draw.line import EMPTY, Line, styled
from quotaboard.tui.draw.words import FAINT
from quotaboard.tui.messages import AgentPointed
from quotaboard.tui.widgets.lines import Lines


class AgentsStrip(Lines):
    """A line or two an agent; gone without agents."""

    DEFAULT_CSS = "AgentsStrip { display: none; height: auto; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__(name="agents")
        self._strip = Strip()
        self._hints: str | None = None

    def show(self, strip: Strip, hints: str | None) -> None:
        """`hints` say what the keys do while the strip has the cursor."""
        if strip == self._strip and hints == self._hints:
            return
        self._strip, self._hints = strip, hints
        self.display = bool(strip.lines)
        self.set_class(strip.framed, "-framed")
        self.set_class(hints is not None, "-here")
        self.entitle(styled("agents"), styled(hints, FAINT) if hints else EMPTY)
        self.redraw()

    def draw(self, width: int) -> tuple[Line, ...]:
        del width  # it was drawn for the whole screen
        return self._strip.lines

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        y = offset.y if offset is not None else -1
        if 0 <= y < len(self._strip.owners) and (owner := self._strip.owners[y]):
            self.post_message(AgentPointed(owner))
