"""The first frame, written to the terminal while Textual is still on its way.

Textual takes 100 ms to load. What it will show is known long before, so it is painted at once, with the same
lines and colours, on the screen that Textual then takes over.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from colorsys import rgb_to_hls
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TextIO

from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.palette import DARK_PALETTE, Palette

ENTER = "\x1b[?1049h\x1b[?25l"
LEAVE = "\x1b[?1049l\x1b[?25h"
RESET = "\x1b[0m"
SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def shown_at_once(lines: Sequence[Line], out: TextIO, palette: Palette = DARK_PALETTE) -> Iterator[None]:
    """Show these lines, and leave the screen clean whatever happens until Textual has taken it over.

    Textual's own signal handlers replace these as soon as it runs.
    """
    if not lines:
        yield
        return

    restore_echo = without_echo(sys.stdin)

    def leave(number: int, _: FrameType | None) -> None:
        # Past the buffer, in the middle of which the signal may have come.
        os.write(out.fileno(), (RESET + LEAVE).encode())
        restore_echo()
        os._exit(128 + number)

    before = {number: signal.signal(number, leave) for number in SIGNALS}
    try:
        out.write(ENTER + painted(lines, os.environ, palette))
        out.flush()
        yield
    except BaseException:
        out.write(RESET + LEAVE)
        out.flush()
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        restore_echo()


def without_echo(keys: TextIO) -> Callable[[], None]:
    """Keys that are pressed before Textual listens wait for it; the terminal would write them over the frame.

    Returns what undoes it. Textual itself goes back to the state that it finds.
    """
    import termios

    try:
        terminal = keys.fileno()
        before = termios.tcgetattr(terminal)
    except (AttributeError, OSError, ValueError, termios.error):  # nobody types there
        return lambda: None
    silent = before.copy()
    silent[3] &= ~termios.ECHO
    silent[0] &= ~termios.ICRNL  # or an enter would be another key to Textual
    termios.tcsetattr(terminal, termios.TCSANOW, silent)
    return partial(termios.tcsetattr, terminal, termios.TCSANOW, before)


def painted(lines: Sequence[Line], environ: Mapping[str, str], palette: Palette = DARK_PALETTE) -> str:
    """The lines with the terminal's own codes for their styles."""
    ink = Ink(palette, depth_of(environ))
    rows = (
        f"\x1b[{y};1H" + "".join(f"{ink.codes(style)}{text}" for text, style in one.runs)
        for y, one in enumerate(lines, 1)
    )
    return "".join(rows) + RESET


def depth_of(environ: Mapping[str, str]) -> str:
    """`truecolor`, `256` or `16`: as Rich decides it for Textual, unless somebody told Textual."""
    told = {"truecolor": "truecolor", "256": "256", "standard": "16"}.get(
        environ.get("TEXTUAL_COLOR_SYSTEM", "")
    )
    if told:
        return told
    if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return "truecolor"
    return "256" if environ.get("TERM", "").rpartition("-")[2] in {"256color", "kitty"} else "16"


class Ink:
    """The styles of a theme as escape sequences."""

    def __init__(self, palette: Palette, depth: str) -> None:
        self._palette = palette
        self._depth = depth
        self._known: dict[str, str] = {}

    def codes(self, style: str) -> str:
        """`bold $lane-paid on $cursor` as an escape sequence."""
        if (known := self._known.get(style)) is None:
            known = self._known[style] = self._written(style)
        return known

    def _written(self, style: str) -> str:
        words, _, ground = style.partition(" on ")
        if words.startswith("on "):
            words, ground = "", words.removeprefix("on ")
        found = [self._colour(self._palette.background, 48)]
        if ground:
            found.append(self._colour(self._named(ground), 48))
        name = next((word for word in words.split() if word.startswith("$")), None)
        found.append(self._colour(self._named(name) if name else self._palette.foreground, 38))
        if "bold" in words.split():
            found.append("1")
        return f"\x1b[0;{';'.join(found)}m"

    def _named(self, name: str) -> str:
        known = {"background": self._palette.background, "foreground": self._palette.foreground}
        key = name.removeprefix("$")
        return known.get(key) or self._palette.board[key]

    def _colour(self, value: str, plane: int) -> str:
        red, green, blue = (int(value[i : i + 2], 16) for i in (1, 3, 5))
        if self._depth != "256":
            return f"{plane};2;{red};{green};{blue}"
        return f"{plane};5;{nearest_of_256(red, green, blue)}"


def nearest_of_256(red: int, green: int, blue: int) -> int:
    """The colour of 256 that Rich takes, so that nothing changes its shade when Textual takes over."""
    _, light, saturation = rgb_to_hls(red / 255, green / 255, blue / 255)
    if saturation < 0.15:
        grey = round(light * 25)
        return {0: 16, 25: 231}.get(grey, 231 + grey)
    sixths = [round(part / 95 if part < 95 else 1 + (part - 95) / 40) for part in (red, green, blue)]
    return 16 + 36 * sixths[0] + 6 * sixths[1] + sixths[2]


def is_terminal(out: TextIO) -> bool:
    """Whether a picture can be put there."""
    return out.isatty() and os.environ.get("TERM", "dumb") != "dumb" and sys.platform != "win32"
