"""`quotaboard statusline`: Claude Code's status line as a free reading of the plan's windows."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from quotaboard.agents.base import Surroundings
    from quotaboard.cli.diagnostics import ExitCode
    from quotaboard.domain.agent import Refusal

THEN = "--then"
INSTALLED = (
    "Claude Code's status line now tells quotaboard what it is told of the plan, and looks as before. "
    "`quotaboard statusline uninstall` takes it out again."
)


def quick(words: Sequence[str]) -> int | None:
    """Everything that Claude Code itself runs; installing is left to the parser."""
    if sys.stdin is None or sys.stdin.isatty():
        return None
    if not words or (len(words) == 2 and words[0] == THEN):
        from quotaboard.cli.bridge import bridge

        return bridge(words[1] if words else None)
    if list(words) == ["hook"]:
        from quotaboard.cli.bridge import hear_failure

        hear_failure(sys.stdin.buffer.read())
        return 0
    return None


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("install", "uninstall", "hook"),
        metavar="install|uninstall",
        nargs="?",
        help="put the bridge into Claude Code's settings around your own status line, or take it out; "
        "without one it is the bridge, and reads what Claude Code tells on stdin",
    )
    parser.add_argument(THEN, metavar="COMMAND", help="your own status-line command, which is run as before")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be changed, and change nothing"
    )


def run(args: Namespace) -> int:
    from quotaboard.cli import diagnostics
    from quotaboard.cli.diagnostics import ExitCode

    if args.action not in ("install", "uninstall"):
        diagnostics.error("This is run by Claude Code. `quotaboard statusline install` puts it there.")
        return ExitCode.USAGE
    if args.readonly and not args.dry_run:
        diagnostics.error("Claude Code's settings were not changed, because of --readonly.")
        return ExitCode.REFUSED
    around = _around()
    return _install(around, args) if args.action == "install" else _uninstall(around, args)


def _install(around: Surroundings, args: Namespace) -> ExitCode:
    from quotaboard.agents.claude_code.bridging import plan_install
    from quotaboard.agents.switching.engine import apply
    from quotaboard.cli import diagnostics, opening, output
    from quotaboard.cli.diagnostics import ExitCode
    from quotaboard.config.paths import state_dir
    from quotaboard.domain.agent import Refusal

    plan = plan_install(_program(), around)
    if isinstance(plan, Refusal):
        return _refused(plan)
    if not plan.edits:
        diagnostics.note("The bridge is there already.")
        return ExitCode.OK
    output.line(plan.diff.rstrip("\n"))
    if args.dry_run:
        return ExitCode.OK
    done = apply(plan, state_dir(), opening.now())
    if isinstance(done, Refusal):
        return _refused(done)
    diagnostics.note(INSTALLED)
    return ExitCode.OK


def _uninstall(around: Surroundings, args: Namespace) -> ExitCode:
    """As an undo, which keeps what others wrote meanwhile; else by putting the old command back."""
    from quotaboard.agents.claude_code.bridging import home_of, is_installed, plan_uninstall
    from quotaboard.agents.switching.engine import apply, undo
    from quotaboard.cli import diagnostics, opening, output
    from quotaboard.cli.diagnostics import ExitCode
    from quotaboard.config.paths import state_dir
    from quotaboard.domain.agent import Refusal

    plan = plan_uninstall(around)
    if isinstance(plan, Refusal):
        return _refused(plan)
    if args.dry_run:
        output.line(plan.diff.rstrip("\n"))
        return ExitCode.OK
    undo(home_of(around), state_dir(), opening.now())
    if is_installed(around):
        plan = plan_uninstall(around)
        done = plan if isinstance(plan, Refusal) else apply(plan, state_dir(), opening.now())
        if isinstance(done, Refusal):
            return _refused(done)
    diagnostics.note("Claude Code's status line is as it was before quotaboard.")
    return ExitCode.OK


def _refused(refusal: Refusal) -> ExitCode:
    from quotaboard.cli import diagnostics
    from quotaboard.cli.diagnostics import ExitCode
    from quotaboard.domain.agent import RefusalKind

    if refusal.kind is RefusalKind.NOTHING:
        diagnostics.note(refusal.sentence)
        return ExitCode.OK
    diagnostics.error(refusal.sentence)
    return ExitCode.REFUSED


def _around() -> Surroundings:
    import os
    from pathlib import Path

    from quotaboard.agents.base import Surroundings
    from quotaboard.cli import opening
    from quotaboard.config.paths import state_dir

    return Surroundings(
        environment=os.environ, home=opening.home(), now=opening.now(), state_dir=state_dir(), cwd=Path.cwd()
    )


def _program() -> str:
    """How a shell starts this program, wherever it is started from."""
    import shlex
    import shutil

    found = shutil.which("quotaboard")
    return shlex.quote(found) if found else f"{shlex.quote(sys.executable)} -m quotaboard"
