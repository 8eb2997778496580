"""`quotaboard watch`: asks without a screen, and prints a line for each verdict that becomes another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from quotaboard.cli import diagnostics, masking, opening
from quotaboard.cli.diagnostics import ExitCode


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--once", action="store_true", help="ask what is due now, print what changed, and stop"
    )
    parser.add_argument(
        "--auto-switch",
        action="store_true",
        help="put an agent on another profile when its lane is refused for certain, as [auto_switch] allows",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="with --auto-switch: print what would be decided, and do nothing",
    )


def run(args: Namespace) -> int:
    if trouble := _trouble(args):
        diagnostics.error(trouble)
        return ExitCode.USAGE
    if args.auto_switch and args.readonly and not args.dry_run:
        diagnostics.error(
            "No agent is switched, because of --readonly. --dry-run tells what would be decided."
        )
        return ExitCode.REFUSED
    opened = opening.open_for_writing(args.config)
    if isinstance(opened, ExitCode):
        return opened
    import asyncio

    from quotaboard.cli.agents import refuse, tell_interrupted
    from quotaboard.cli.refreshing import refresh
    from quotaboard.cli.ringing import Ringer, tell_once
    from quotaboard.cli.watching import Changes, watch
    from quotaboard.poll.live import Live

    store, config = opened
    with store:
        live = Live(store, config, opening.place(), opening.now)
        tell_interrupted(live.switching(), readonly=args.readonly or args.dry_run)
        deciding = None
        if args.auto_switch:
            from quotaboard.cli.deciding import Deciding

            deciding = Deciding(live, config.auto_switch, dry_run=args.dry_run)
            if (refused := deciding.check()) is not None:
                return refuse(refused)
        ringer = Ringer(config.alerts)
        if not args.once:
            return asyncio.run(watch(live, ringer, deciding))
        changes = Changes(masking.masked(live.board(opening.now())))
        known = refresh(store, config, opening.place())
        asked = live if known is store else Live(known, config, opening.place(), opening.now)
        changes.tell(masking.masked(asked.board(opening.now())))
        asyncio.run(tell_once(asked, known, config.alerts, ringer))
        if deciding is not None:
            asyncio.run(deciding.decide(live))
    return ExitCode.OK


def _trouble(args: Namespace) -> str | None:
    """Words that do not go together."""
    return "--dry-run goes with --auto-switch." if args.dry_run and not args.auto_switch else None
