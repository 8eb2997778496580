"""`quotaboard serve`: metrics, JSON and the board in a browser, on this machine alone."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from quotaboard.cli import opening, output
from quotaboard.cli.diagnostics import ExitCode

DEFAULT_PORT = 8793
SHIPPED = {"alerts": "alerts.yml", "dashboard": "dashboard.json"}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"the port on 127.0.0.1; 0 for any that is free (default {DEFAULT_PORT})",
    )
    parser.add_argument(
        "--web", action="store_true", help="the board in a browser too, for whoever shows the token"
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="also ask the providers when it is time, as `watch` does; else only what is stored is told",
    )
    parser.add_argument(
        "--print",
        choices=sorted(SHIPPED),
        dest="shipped",
        help="print the alert rules for Prometheus or the dashboard for Grafana, and stop",
    )


def run(args: Namespace) -> int:
    if args.shipped:
        return _print(SHIPPED[args.shipped])
    store = opening.open_for_reading(args.config)  # tells what is wrong with the config
    if isinstance(store, ExitCode):
        return store
    store.close()
    from quotaboard.cli.serving import serve

    return serve(args)


def _print(name: str) -> ExitCode:
    from importlib.resources import files

    text = files("quotaboard.observability").joinpath(name).read_text(encoding="utf-8")
    output.line(text.rstrip("\n"))
    return ExitCode.OK


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise ArgumentTypeError("must be a number from 0 to 65535.")
    return int(text)
