"""`quotaboard tmux install|uninstall|doctor`: the line in tmux's status line."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from quotaboard.cli import diagnostics, opening, output
from quotaboard.cli.checks.section import Wrong
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.tmux import placing, server
from quotaboard.cli.tmux.block import body_for
from quotaboard.domain.agent import Refusal
from quotaboard.tui.draw.foreign import shown

SCHEMA = "quotaboard.tmux/1"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("install", "uninstall", "doctor"),
        metavar="install|uninstall|doctor",
        help="put `quotaboard line` into the status line by a few marked lines in tmux's config; take them "
        "out, and the file is as it was; or say what is the matter",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be changed, and change nothing"
    )
    parser.add_argument(
        "--reload", action="store_true", help="let the running server know too: it reads these lines alone"
    )
    parser.add_argument("--json", action="store_true", help="with doctor: answer in JSON")


def run(args: Namespace) -> ExitCode:
    if args.action == "doctor":
        return _doctor(as_json=args.json)
    if args.readonly and not args.dry_run:
        diagnostics.error("tmux's config was not changed, because of --readonly.")
        return ExitCode.REFUSED
    path = placing.chosen(opening.home(), os.environ)
    return _install(path, args) if args.action == "install" else _uninstall(path, args)


def _install(path: Path, args: Namespace) -> ExitCode:
    said, version = server.version() if server.program() else ("", None)
    if version is not None and version < server.OLDEST:
        diagnostics.error(f"This is {said}, and the line needs tmux 3.0 or newer. Nothing was changed.")
        return ExitCode.FAILED
    command = placing.command()
    if isinstance(command, Refusal):
        return _refused(command)
    change = placing.plan_install(path, command)
    if isinstance(change, Refusal):
        return _refused(change)
    if not change.is_needed:
        diagnostics.note(f"The line is in {path} already.")
        return _reload(path, command, args)
    code = _write(change, args)
    if code is not ExitCode.OK or args.dry_run:
        return code
    diagnostics.note(f"The line is in {path} now. `quotaboard tmux uninstall` takes it out again.")
    return _reload(path, command, args)


def _uninstall(path: Path, args: Namespace) -> ExitCode:
    if not placing.holds_block(path):
        diagnostics.note("The line is in no config of tmux's, so there is nothing to take out.")
        return ExitCode.OK
    change = placing.plan_uninstall(path)
    if isinstance(change, Refusal):
        return _refused(change)
    code = _write(change, args)
    if code is not ExitCode.OK or args.dry_run:
        return code
    diagnostics.note(f"{path} is as it was before.")
    if not args.reload:
        if server.runs():
            diagnostics.note("The running server shows the line until it ends; --reload would have told it.")
        return ExitCode.OK
    if wrong := server.forget():
        diagnostics.error(
            f"The running server could not be told ({wrong[0]}): it shows the line until it ends."
        )
        return ExitCode.FAILED
    return ExitCode.OK


def _write(change: placing.Change, args: Namespace) -> ExitCode:
    for line in change.diff.splitlines():
        output.line(shown(line))
    if args.dry_run:
        return ExitCode.OK
    refusal = change.write()
    return ExitCode.OK if refusal is None else _refused(refusal)


def _reload(path: Path, command: str, args: Namespace) -> ExitCode:
    """Only when asked."""
    if args.dry_run:
        return ExitCode.OK
    if not args.reload:
        if server.runs():
            diagnostics.note(f"A running server shows it after `tmux source-file {path}`, or with --reload.")
        return ExitCode.OK
    if (said := server.learn(body_for(command))) is not None:
        diagnostics.error(f"The running server did not take the lines: {shown(said)}.")
        return ExitCode.FAILED
    return ExitCode.OK


def _refused(refusal: Refusal) -> ExitCode:
    diagnostics.error(shown(refusal.sentence))
    return ExitCode.REFUSED


def _doctor(*, as_json: bool) -> ExitCode:
    from quotaboard.cli.tmux.checking import Findings, examine

    found: Findings = examine(opening.home(), os.environ)
    if as_json:
        output.document(
            {
                "schema": SCHEMA,
                "ok": not found.wrong,
                "problems": [{"what": one.what, "fix": one.fix} for one in found.wrong],
                "advice": [{"what": one.what, "fix": one.fix} for one in found.better],
                "tmux": found.facts,
            }
        )
    else:
        for line in _lines(found.wrong, found.better, found.facts):
            output.line(line)
    return ExitCode.FAILED if found.wrong else ExitCode.OK


def _lines(wrong: tuple[Wrong, ...], better: tuple[Wrong, ...], facts: dict[str, object]) -> Iterator[str]:
    yield "Nothing is in the way." if not wrong else f"{len(wrong)} in the way:"
    for one in wrong:
        yield from _told(one)
    if better:
        yield ""
        yield "What would help:"
    for one in better:
        yield from _told(one)
    yield ""
    width = max(map(len, facts))
    for name, value in facts.items():
        yield f"  {name.replace('_', ' '):<{width}}  {_word(value)}"


def _word(value: object) -> str:
    if value is None or value == "":
        return "-"
    return ("yes" if value else "no") if isinstance(value, bool) else shown(str(value))


def _told(one: Wrong) -> Iterator[str]:
    yield f"  {shown(one.what)}"
    if one.fix:
        yield f"    try: {shown(one.fix)}"
