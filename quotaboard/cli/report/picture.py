"""The report as one SVG picture: the board as a terminal shows it, and below it each window over time."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

from quotaboard.cli.report.marks import add, style_class, tag
from quotaboard.cli.report.plots import COUNT, HIGH, hours, shapes
from quotaboard.cli.report.telling import Telling
from quotaboard.config.keymap import SHOWN
from quotaboard.domain.board import CredentialView, WindowView
from quotaboard.tui.draw.frame import frame_lines
from quotaboard.tui.draw.header import Pulse
from quotaboard.tui.draw.line import Line, cells, said_first, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.palette import Palette
from quotaboard.tui.draw.words import plan_words, window_words

COLUMNS = 120
ROOMY = 400
"""Lines that hold the cards of any board; what stays empty is cut off."""
CELL, ROW = 8.43, 16.4
"""The size of a character, in pixels."""
MARGIN = 20.0
WIDTH = 2 * MARGIN + COLUMNS * CELL
PLOT_HEIGHT = 80.0
TOLD = 7.9
"""The width of a character in a caption."""
GAP = 24.0
CURSOR = "cursor"
MONO = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def picture(telling: Telling, palette: Palette) -> str:
    """The whole file."""
    page = Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    page.append(tag("title", f"quotaboard, {telling.board.at:%Y-%m-%d %H:%M} UTC"))
    style = Element("style")
    style.text = _style(palette)
    page.append(style)
    page.append(tag("rect", class_="ground", width="100%", height="100%"))
    y = MARGIN
    for line in _board(telling):
        y += ROW
        page.extend(_grounds(line, y))
        page.append(_text(line, y))
    y += GAP
    for view in telling.board.credentials:
        for element, below in _history(view, telling, y):
            page.append(element)
            y = below
    height = y + MARGIN
    page.attrib |= {"viewBox": f"0 0 {WIDTH:g} {height:g}", "width": f"{WIDTH:g}", "height": f"{height:g}"}
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(page, encoding="unicode")}\n'


def _board(telling: Telling) -> list[Line]:
    """As high as all its cards are, without the keys, which a picture has no use for."""
    page = Page(COLUMNS, telling.board.at, keys={**SHOWN, "switch": ""})
    lines = frame_lines(telling.board, page, ROOMY, Pulse())[:-1]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    return lines


def _grounds(line: Line, y: float) -> Iterator[Element]:
    """What stands behind the words that are filled."""
    column = 0
    for run, style in line.runs:
        width = cells(run)
        ground = style.partition(" on ")[2].removeprefix("$")
        if ground and ground != CURSOR:  # a picture has none
            place = {"x": round(MARGIN + column * CELL, 1), "y": round(y - ROW + 4, 1)}
            yield tag("rect", class_=ground, width=round(width * CELL, 1), height=ROW, **place)
        column += width


def _text(line: Line, y: float) -> Element:
    """A line of the terminal: each run stands at its cell, whatever font there is."""
    text = tag("text", class_="cell", y=round(y, 1))
    column = 0
    for run, style in line.runs:
        width = cells(run)
        if run.strip():
            lead = len(run) - len(run.lstrip(" "))
            word = run.strip(" ")
            told = tag(
                "tspan", class_=style_class(style) or None, x=round(MARGIN + (column + lead) * CELL, 1)
            )
            told.text = word
            told.set("textLength", f"{cells(word) * CELL:.1f}")
            text.append(told)
        column += width
    return text


def _history(view: CredentialView, telling: Telling, y: float) -> Iterator[tuple[Element, float]]:
    """A heading, and the plots of its windows, two in a row."""
    windows = [one for one in view.windows if telling.course(view, one)[0].uses]
    if not windows:
        return
    y += ROW
    title = tag("text", class_="head", x=MARGIN, y=y)
    add(title, f"{view.credential.name} · {plan_words(view.credential)}")
    yield title, y
    half = (WIDTH - 2 * MARGIN - GAP) / 2
    for number, window in enumerate(windows):
        x = MARGIN + (number % 2) * (half + GAP)
        yield _plot(view, window, telling, (x, y + 10, half)), y
        if number % 2 or number == len(windows) - 1:
            y += PLOT_HEIGHT + 62
            yield tag("g"), y


def _plot(
    view: CredentialView, window: WindowView, telling: Telling, place: tuple[float, float, float]
) -> Element:
    x, y, width = place
    trail, course, words = telling.course(view, window)
    drawn, top = shapes(trail, course, telling.span)
    caption = tag("text", class_="told", x=0, y=14)
    name = window_words(window.sighting.window)
    add(caption, tag("tspan", name, class_="bold"))
    add(caption, styled(f"  {said_first(words, int(width / TOLD) - cells(name) - 2)}"))
    box = tag(
        "svg",
        *drawn,
        y=22,
        width=width,
        height=PLOT_HEIGHT,
        viewBox=f"0 0 {COUNT} {HIGH:g}",
        preserveAspectRatio="none",
    )
    group = tag("g", caption, box, transform=f"translate({x:g} {y:g})")
    group.append(tag("text", f"{top * 100:g} %", class_="label", x=3, y=38))
    for share, text in hours(telling.span, telling.page):
        place_x = round(share * width, 1)
        group.append(tag("text", text, class_="label", x=place_x, y=PLOT_HEIGHT + 38, text_anchor="middle"))
    return group


def _style(palette: Palette) -> str:
    """Plain colours: not every reader of SVG knows variables."""
    board = palette.board
    fills = "".join(f".{name} {{ fill: {colour}; }}\n" for name, colour in board.items() if name != CURSOR)
    return f"""
text {{ font: 14px {MONO}; fill: {palette.foreground}; white-space: pre; }}
.head {{ font-weight: 600; fill: {board["here"]}; }} .told {{ font-size: 13px; }}
.label {{ font-size: 11px; fill: {board["faint"]}; }}
.bold {{ font-weight: 600; }} .ground, .background {{ fill: {palette.background}; }}
{fills}path {{ fill-opacity: .8; }} line {{ vector-effect: non-scaling-stroke; }}
.floor, .full {{ stroke: {board["edge"]}; }} .full, .reset {{ stroke-dasharray: 2 3; }}
.reset {{ stroke: {board["faint"]}; }} .now {{ stroke: {palette.foreground}; }}
.course {{ stroke: {board["gauge-ok"]}; stroke-width: 2; stroke-dasharray: 4 3; }}
.course.alarming {{ stroke: {board["gauge-warn"]}; }}
"""
