"""`quotaboard alerts [list|test|mute|unmute]`: what you were alerted of, and whether alerts reach you."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from quotaboard.cli import diagnostics, opening, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.store.trouble import StoreTrouble

if TYPE_CHECKING:
    from quotaboard.cli.trying import Tried
    from quotaboard.config.values import Config
    from quotaboard.store.store import Store

SCHEMA = "quotaboard.alerts/1"
KINDS = ("blocked", "open", "paid", "mark", "runs_out", "expires")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        default="list",
        choices=("list", "test", "mute", "unmute"),
        metavar="list|test|mute|unmute",
        help="what was said (the default); try every way that is on; hold alerts back, or let them go",
    )
    parser.add_argument(
        "--kind", choices=KINDS, default="open", help="with test: of which kind (default open)"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: Namespace) -> ExitCode:
    opened = opening.open_for_writing(args.config)
    if isinstance(opened, ExitCode):
        return opened
    store, config = opened
    with store:
        try:
            match args.action:
                case "test":
                    return _test(args, config)
                case "list":
                    return _list(store, config, as_json=args.json)
                case _:
                    return _mute(store, muted=args.action == "mute")
        except StoreTrouble as trouble:
            diagnostics.error(trouble.sentence)
            return ExitCode.FAILED


def _list(store: Store, config: Config, *, as_json: bool) -> ExitCode:
    alerts, muted, hours = store.alerts.log(), store.alerts.muted, config.alerts.quiet_hours
    quiet = hours is not None and hours.covers(opening.now())
    if as_json:
        keys = ("at", "kind", "title", "text")
        rows = [{key: alert.document()[key] for key in keys} for alert in alerts]
        output.document({"schema": SCHEMA, "muted": muted, "quiet": quiet, "alerts": rows})
        return ExitCode.OK
    from quotaboard.tui.draw.figures import moment
    from quotaboard.tui.draw.foreign import shown

    now = opening.now()
    for alert in alerts:
        kind = alert.kind.replace("_", " ")
        output.line(f"{moment(alert.at, now):<10}  {kind:<9} {shown(alert.title)}")
        if alert.text:
            output.line(f"{'':10}  {'':9} {shown(alert.text)}")
    if not alerts:
        diagnostics.note("Nothing was worth an alert yet. `quotaboard alerts test` tries them.")
    if muted:
        diagnostics.note("Alerts are muted: `quotaboard alerts unmute` lets them go.")
    elif quiet and hours is not None:
        diagnostics.note(f"It is quiet until {hours.end:%H:%M}; what still holds then is said then.")
    return ExitCode.OK


def _mute(store: Store, *, muted: bool) -> ExitCode:
    store.alerts.mute(muted=muted)
    if store.in_memory:
        diagnostics.error(store.notice or "The store cannot be written, so this is not remembered.")
        return ExitCode.FAILED
    if muted:
        diagnostics.note("Alerts are muted in every pane until `quotaboard alerts unmute`.")
    else:
        diagnostics.note("Alerts are on. What changed meanwhile and still holds is said now.")
    return ExitCode.OK


def _test(args: Namespace, config: Config) -> ExitCode:
    import asyncio

    from quotaboard.cli.trying import try_alert
    from quotaboard.domain.alert import AlertKind
    from quotaboard.domain.alert_words import example

    alert = example(AlertKind(args.kind), opening.now())
    tried = asyncio.run(try_alert(alert, config.alerts))
    failed = any(one.worked is False for one in tried)
    if args.json:
        output.document({"schema": SCHEMA, "alert": alert.document(), "ways": [_facts(one) for one in tried]})
    else:
        for line in _lines(tried):
            output.line(line)
    return ExitCode.FAILED if failed else ExitCode.OK


def _facts(one: Tried) -> dict[str, Any]:
    return {"way": one.way, "worked": one.worked, "sentence": one.sentence}


def _lines(tried: list[Tried]) -> Iterator[str]:
    for one in tried:
        word = {True: "ok", False: "failed", None: "-"}[one.worked]
        yield f"{one.way:<9} {word:<7} {one.sentence}"
