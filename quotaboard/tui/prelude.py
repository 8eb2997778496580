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
from functools import lru_cache, partial
from types import FrameType
from typing import TextIO

from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.palette import BASE, BOARD, GREYS

ENTER = "\x1b[?1049h\x1b[?25l"
LEAVE = "\x1b[?1049l\x1b[?25h"
RESET = "\x1b[0m"
SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def shown_at_once(lines: Sequence[Line], out: TextIO) -> Iterator[None]:
    """Show these lines, and leave the screen clean whatever happens until Textual has taken it over.

    Textual's own signal handlers replace these as soon as it runs.
    """
    if not lines:
        yield
        return

    restore_echo = without_echo(sys.stdin)

    def leave(number: int, _: FrameType | None) -> None:
        out.write(RESET + LEAVE)
        out.flush()
        restore_echo()
        os._exit(128 + number)

    before = {number: signal.signal(number, leave) for number in SIGNALS}
    try:
        out.write(ENTER + painted(lines, os.environ))
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
    termios.tcsetattr(terminal, termios.TCSANOW, silent)
    return partial(termios.tcsetattr, terminal, termios.TCSANOW, before)


def painted(lines: Sequence[Line], environ: Mapping[str, str]) -> str:
    """The lines with the terminal's own codes for their styles."""
    depth = depth_of(environ)
    rows = (
        f"\x1b[{y};1H" + "".join(f"{codes(style, depth)}{text}" for text, style in one.runs)
        for y, one in enumerate(lines, 1)
    )
    return "".join(rows) + RESET


def depth_of(environ: Mapping[str, str]) -> str:
    """`grey`, `truecolor` or `256`: as Textual decides it."""
    if environ.get("NO_COLOR"):
        return "grey"
    return "truecolor" if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"} else "256"


@lru_cache(256)
def codes(style: str, depth: str) -> str:
    """`bold $lane-paid on $cursor` as an escape sequence."""
    palette = BOARD | GREYS if depth == "grey" else BOARD
    words, _, ground = style.partition(" on ")
    if words.startswith("on "):
        words, ground = "", words.removeprefix("on ")
    found = [_colour(BASE["background"], depth, 48)]
    if ground:
        found.append(_colour(palette[ground.removeprefix("$")], depth, 48))
    name = next((word for word in words.split() if word.startswith("$")), None)
    found.append(_colour(palette[name.removeprefix("$")] if name else BASE["foreground"], depth, 38))
    if "bold" in words.split():
        found.append("1")
    return f"\x1b[0;{';'.join(found)}m"


def _colour(value: str, depth: str, plane: int) -> str:
    red, green, blue = (int(value[i : i + 2], 16) for i in (1, 3, 5))
    if depth == "grey":
        red = green = blue = (red * 2126 + green * 7152 + blue * 722) // 10_000
    if depth != "256":
        return f"{plane};2;{red};{green};{blue}"
    return f"{plane};5;{_nearest(red, green, blue)}"


def _nearest(red: int, green: int, blue: int) -> int:
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
