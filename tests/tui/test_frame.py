"""The first frame is painted without Textual; it must be the picture that Textual then shows."""

import signal
import subprocess
import sys
from subprocess import PIPE

import pytest
from rich.color import Color, ColorSystem

from quotaboard.domain.board import Board
from quotaboard.tui.draw.frame import frame_lines
from quotaboard.tui.draw.header import Pulse
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.palette import BASE, BOARD, DARK_PALETTE, MONO_PALETTE, Palette
from quotaboard.tui.prelude import Ink, depth_of, nearest_of_256, painted
from tests.conftest import RunPython
from tests.tui.boards import STATES
from tests.tui.conftest import Open, frame_text, screen_text
from tests.tui.pieces import NOW

SIZES = [(80, 1), (80, 3), (40, 30), (140, 24), (200, 50), (80, 3), (40, 12)]
"""Those that the states are not shown at, and some again that another was left for."""


async def test_the_first_frame_is_what_the_board_shows(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=(40, 12)) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            assert screen_text(app) == frame_text("fleet", *size), size


@pytest.mark.parametrize("state", ["crowd", "hostile", "watched"])
async def test_so_it_is_for_boards_that_are_rare(opened: Open, state: str) -> None:
    app, _ = opened(state)
    async with app.run_test(size=(80, 24)):
        assert screen_text(app) == frame_text(state, 80, 24)


def test_without_lanes_there_is_no_first_frame() -> None:
    assert frame_lines(Board(at=NOW), Page(80, NOW), 24, Pulse()) == []


def test_the_way_to_the_first_frame_does_not_load_textual(run_python: RunPython) -> None:
    out = run_python(
        "import sys, quotaboard.tui.start; print('textual' in sys.modules, 'rich' in sys.modules)"
    )
    assert out.split() == ["False", "False"]


def test_every_line_fills_the_screen_exactly() -> None:
    for one in frame_lines(STATES["hostile"](), Page(80, NOW), 24, Pulse()):
        assert one.width == 80


@pytest.mark.parametrize(
    ("environ", "depth"),
    [
        ({"COLORTERM": "truecolor"}, "truecolor"),
        ({"COLORTERM": "24bit"}, "truecolor"),
        ({"TERM": "tmux-256color"}, "256"),
        ({"TERM": "screen"}, "16"),
        ({}, "16"),
        ({"COLORTERM": "truecolor", "TEXTUAL_COLOR_SYSTEM": "256"}, "256"),
    ],
)
def test_colours_are_as_deep_as_the_terminal(environ: dict[str, str], depth: str) -> None:
    assert depth_of(environ) == depth


@pytest.mark.parametrize(
    ("style", "depth", "palette", "code"),
    [
        ("", "truecolor", DARK_PALETTE, "\x1b[0;48;2;18;18;18;38;2;201;209;217m"),
        ("bold $lane-blocked", "truecolor", DARK_PALETTE, "\x1b[0;48;2;18;18;18;38;2;245;101;79;1m"),
        ("$lane-open on $cursor", "256", DARK_PALETTE, "\x1b[0;48;5;233;48;5;236;38;5;75m"),
        ("$background on $here", "256", DARK_PALETTE, "\x1b[0;48;5;233;48;5;183;38;5;233m"),
        ("bold $lane-blocked", "truecolor", MONO_PALETTE, "\x1b[0;48;2;18;18;18;38;2;255;255;255;1m"),
    ],
)
def test_a_style_becomes_a_code(style: str, depth: str, palette: Palette, code: str) -> None:
    assert Ink(palette, depth).codes(style) == code


@pytest.mark.parametrize("colour", sorted({*BOARD.values(), BASE["background"], BASE["foreground"]}))
def test_a_terminal_with_256_colours_gets_the_shade_that_rich_would_take(colour: str) -> None:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    assert nearest_of_256(red, green, blue) == Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).number


def test_text_from_outside_cannot_bring_codes_of_its_own() -> None:
    lines = frame_lines(STATES["hostile"](), Page(80, NOW), 24, Pulse())
    ink = Ink(DARK_PALETTE, "256")
    ours = {ink.codes(style) for one in lines for _, style in one.runs}
    written = painted(lines, {"TERM": "xterm-256color"})
    for code in sorted(ours, key=len, reverse=True):
        written = written.replace(code, "")
    for y in range(1, 25):
        written = written.replace(f"\x1b[{y};1H", "")
    assert "\x1b" not in written.replace("\x1b[0m", "")


def test_a_failure_before_textual_takes_over_leaves_the_screen_clean() -> None:
    code = (
        "import sys\n"
        "from quotaboard.tui.prelude import shown_at_once\n"
        "from quotaboard.tui.draw.line import styled\n"
        "with shown_at_once([styled('x')], sys.stdout):\n"
        "    raise SystemExit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout.endswith("\x1b[?1049l\x1b[?25h")


def test_a_signal_in_the_middle_of_the_frame_leaves_the_screen_clean_too() -> None:
    code = (
        "import signal, sys, threading\n"
        "from quotaboard.tui.prelude import shown_at_once\n"
        "from quotaboard.tui.draw.line import styled\n"
        "main = threading.get_ident()\n"
        "def interrupt():\n"
        "    sys.stdin.read(1)\n"
        "    signal.pthread_kill(main, signal.SIGTERM)\n"
        "    sys.stderr.write('sent')\n"
        "    sys.stderr.close()\n"
        "threading.Thread(target=interrupt, daemon=True).start()\n"
        "with shown_at_once([styled('x' * 200_000)], sys.stdout):\n"
        "    pass\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=PIPE, stdout=PIPE, stderr=PIPE, bufsize=0
    ) as painting:
        assert painting.stdin
        assert painting.stdout
        assert painting.stderr
        assert painting.stdout.read(1), "it has begun, and waits for its reader with the rest"
        painting.stdin.write(b"!")
        assert painting.stderr.read(4) == b"sent"
        rest = painting.stdout.read()
    assert rest.endswith(b"\x1b[?1049l\x1b[?25h")
    assert painting.returncode == 128 + signal.SIGTERM
