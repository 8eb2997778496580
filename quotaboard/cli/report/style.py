"""How the page looks: the colours of the board's own themes, light and dark, and a sheet of paper."""

from __future__ import annotations

from quotaboard.tui.draw.palette import Palette

SHEET = """
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; overflow-wrap: anywhere;
  background: var(--ground); color: var(--text); font: 15px/1.5 ui-sans-serif, system-ui, sans-serif; }
h1, h2, h3, p, ul, ol { margin: 0; padding: 0; }
h1 { font-size: 1.3rem; } h1 b { color: var(--here); margin-right: .8rem; }
h2 { font-size: 1.05rem; } h3 { font-size: .95rem; }
header, section { margin-bottom: 1.5rem; }
header p { color: var(--faint); }
section > h2 { margin-bottom: .5rem; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr));
  align-items: start; }
.card, .reason, .agents { border: 1px solid var(--edge); border-radius: .6rem; padding: .8rem 1rem;
  min-width: 0; overflow-wrap: anywhere; }
.card > p, .card > .told { color: var(--faint); font-size: .87rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .6rem 0; width: 100%; }
th, td { text-align: left; padding: .2rem .7rem .2rem 0; vertical-align: baseline; }
th { color: var(--faint); font-weight: normal; font-size: .87rem; }
td.model { overflow-wrap: anywhere; white-space: normal; }
.word { font-weight: 600; letter-spacing: .03em; font-size: .85rem; white-space: nowrap; }
.lane-blocked.word, .lane-paid.word { color: var(--ground); background: var(--blocked); border-radius: .25rem;
  padding: .05rem .35rem; }
.lane-open { color: var(--open); } .lane-near { color: var(--near); }
.lane-blocked, .lane-paid { color: var(--blocked); } .faint { color: var(--faint); }
.gauge-ok { color: var(--open); } .gauge-warn { color: var(--near); } .gauge-over { color: var(--blocked); }
.bold { font-weight: 600; }
figure { margin: .7rem 0 0; }
figcaption { font-size: .87rem; } figcaption b { margin-right: .4rem; }
svg { display: block; width: 100%; }
svg text { font: 11px ui-sans-serif, system-ui, sans-serif; fill: var(--faint); }
path.gauge-ok { fill: var(--open); } path.gauge-warn { fill: var(--near); }
path.gauge-over { fill: var(--blocked); } path { fill-opacity: .75; }
.floor, .full { stroke: var(--edge); } .full { stroke-dasharray: 2 3; }
.reset { stroke: var(--faint); stroke-dasharray: 2 3; } .now { stroke: var(--text); }
.course { stroke: var(--open); stroke-width: 2; stroke-dasharray: 4 3; }
.course.alarming { stroke: var(--near); }
line { vector-effect: non-scaling-stroke; }
rect.track { fill: var(--track); } rect.gauge-ok { fill: var(--open); } rect.gauge-warn { fill: var(--near); }
rect.gauge-over { fill: var(--blocked); } rect.gauge-stale { fill: var(--faint); }
td { white-space: nowrap; }
.agent { display: grid; grid-template-columns: 10rem 6rem 11rem 1fr auto; gap: .2rem .8rem;
  padding: .15rem 0; }
td.gauge { width: 60%; min-width: 4rem; } td.gauge svg { height: .55rem; border-radius: .2rem; }
td.share { text-align: right; width: 1%; font-variant-numeric: tabular-nums; }
ol.turns { list-style: none; font-size: .87rem; margin-top: .3rem; }
ol.turns li { display: grid; grid-template-columns: 4.6rem 5.4rem 1fr; gap: .4rem; padding: .1rem 0; }
ol.turns .more { grid-column: 1 / -1; color: var(--faint); }
ol.turns .said { color: var(--faint); min-width: 0; }
.reason { margin-bottom: .7rem; } .reason ol { padding-left: 1.4rem; } .reason .lanes { color: var(--faint);
  font-size: .87rem; }
footer { color: var(--faint); font-size: .85rem; border-top: 1px solid var(--edge); padding-top: .6rem; }
@media (max-width: 44rem) { .agent { display: flex; flex-wrap: wrap; }
  .agent b { min-width: 6rem; } h1 { font-size: 1.1rem; } }
@media (max-width: 30rem) { body { padding: .6rem; font-size: 14px; }
  .card, .reason, .agents { padding: .6rem; } td.gauge { min-width: 2.5rem; }
  ol.turns li { grid-template-columns: 3.4rem 5rem 1fr; } }
@media print { :root { --ground: #ffffff; }
  body { max-width: none; padding: 0; font-size: 10pt; } .cards { display: block; }
  .card { margin-bottom: .8rem; } figure, table, .reason, .turns li { break-inside: avoid; }
  svg, rect, path, .word { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""

NAMES = {
    "open": "lane-open",
    "near": "lane-near",
    "blocked": "lane-blocked",
    "faint": "faint",
    "edge": "edge",
    "here": "here",
    "track": "gauge-track",
}


def sheet(light: Palette, dark: Palette) -> str:
    """The whole style: light on paper, and as the reader's machine has it on a screen."""
    return (
        f":root {{ color-scheme: light dark; {_variables(light)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(dark)} }} }}{SHEET}"
    )


def _variables(palette: Palette) -> str:
    told = {name: palette.board[key] for name, key in NAMES.items()}
    told |= {"ground": palette.background, "text": palette.foreground}
    return " ".join(f"--{name}: {colour};" for name, colour in told.items())
