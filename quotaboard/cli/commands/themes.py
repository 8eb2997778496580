"""`quotaboard themes list|path|check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from quotaboard.cli import diagnostics, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.look import theme_folders
from quotaboard.config.paths import exists
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.palette import BUILT_IN, Palette
from quotaboard.tui.theme_files import advice, bundled_folder, load_themes, read_theme

SCHEMA = "quotaboard.themes/1"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        default="list",
        choices=("list", "path", "check"),
        metavar="list|path|check",
        help="what there is (the default); where your own go; whether a file is right",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the theme file to check")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: Namespace) -> ExitCode:
    if (args.action == "check") != (args.file is not None):
        diagnostics.error("Name the file to check: `quotaboard themes check FILE`; list and path take none.")
        return ExitCode.USAGE
    folder = theme_folders(args.config)[0]
    match args.action:
        case "path":
            return _path(folder, as_json=args.json)
        case "check":
            return _check(args.file.expanduser(), as_json=args.json)
        case _:
            return _list(folder, as_json=args.json)


def _path(folder: Path, *, as_json: bool) -> ExitCode:
    if as_json:
        output.document({"schema": SCHEMA, "folder": str(folder), "exists": exists(folder)})
    else:
        output.line(str(folder))
    return ExitCode.OK


def _list(folder: Path, *, as_json: bool) -> ExitCode:
    """Every theme; a file of one's own that is wrong is named, and the others are listed all the same."""
    found = load_themes((bundled_folder(), folder))
    palettes = BUILT_IN | {palette.name: palette for palette in found.loaded}
    rows = [_facts(palettes[name], found.places.get(name)) for name in sorted(palettes)]
    if as_json:
        problems = [problem._asdict() for problem in found.problems]
        output.document({"schema": SCHEMA, "themes": rows, "problems": problems})
    else:
        width = max(len(row["name"]) for row in rows)
        for row in rows:
            ground = "dark" if row["dark"] else "light"
            output.line(f"{row['name']:<{width}}  {ground:<5}  {shown(row['file'] or 'built in')}")
    for problem in found.problems:
        diagnostics.note(str(problem))
    return ExitCode.USAGE if found.problems else ExitCode.OK


def _facts(palette: Palette, place: str | None) -> dict[str, Any]:
    return {"name": palette.name, "dark": palette.dark, "file": place}


def _check(file: Path, *, as_json: bool) -> ExitCode:
    """Mistakes make it fail; what is only hard to read is advice."""
    theme = read_theme(file)
    problems = [] if isinstance(theme, Palette) else list(theme)
    hints = list(advice(theme)) if isinstance(theme, Palette) else []
    if as_json:
        output.document(
            {
                "schema": SCHEMA,
                "file": str(file),
                "problems": [{"key": problem.key, "reason": problem.reason} for problem in problems],
                "advice": [{"key": key, "reason": reason} for key, reason in hints],
            }
        )
        return ExitCode.USAGE if problems else ExitCode.OK
    for problem in problems:
        diagnostics.note(str(problem))
    for key, reason in hints:
        output.line(f"{shown(str(file))}: {key}: {reason}")
    if not problems and not hints:
        output.line(f"{shown(str(file))}: all is well.")
    return ExitCode.USAGE if problems else ExitCode.OK
