"""`quotaboard demo`: the board on the embedded provider. Nothing of the user's is read, nothing is written."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotaboard.cli import diagnostics
from quotaboard.cli.diagnostics import ExitCode

if TYPE_CHECKING:
    from quotaboard.poll.live import Live
    from quotaboard.simulator import SimulatedProvider

DEFAULT = "fleet"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--scenario", default=DEFAULT, metavar="NAME", help=f"what the provider does (default {DEFAULT}; `--list` names all)"
    )
    parser.add_argument("--list", action="store_true", help="list the scenarios and stop")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="let time run X times as fast")


def run(args: Namespace) -> ExitCode:
    import sys

    from quotaboard.simulator import ScenarioError, load_scenario, scenario_names

    if getattr(args, "list", False):
        from quotaboard.cli import output

        for name in scenario_names():
            output.line(f"{name:<14} {load_scenario(name).about}")
        return ExitCode.OK
    try:
        scenario = load_scenario(args.scenario)
    except ScenarioError as error:
        diagnostics.error(str(error))
        return ExitCode.USAGE
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        diagnostics.error("The demo needs a terminal.")
        return ExitCode.USAGE
    from quotaboard.cli.look import demo_options
    from quotaboard.simulator import SimulatedClock, serve
    from quotaboard.tui.app import run_board

    with serve(scenario, clock=SimulatedClock(speed=getattr(args, "speed", 1.0))) as server, demo_session(server) as demo:
        code = run_board(
            demo.session, clock=server.clock.now, options=demo_options(args), mouse=args.mouse is not False
        )
    return code  # type: ignore[return-value]  # 128 + n after a signal


@dataclass(frozen=True, slots=True)
class Demo:
    """A session whose every credential lives on the embedded provider."""

    session: Live


@contextmanager
def demo_session(server: SimulatedProvider) -> Iterator[Demo]:
    """A live session on a server of ours, over a store in memory. Also what screenshots are made from."""
    from pathlib import Path

    from quotaboard.config.values import Config, CredentialEntry
    from quotaboard.domain.lane import Credential, Kind
    from quotaboard.domain.secret import Secret
    from quotaboard.poll.live import Live
    from quotaboard.poll.place import Place
    from quotaboard.sources.base import Found
    from quotaboard.store.opening import open_memory

    entries, given = [], {}
    for account in server.scenario.accounts:
        entries.append(
            CredentialEntry(
                account.name,
                "none",
                probe=True,
                models=tuple(account.models),
                shapes=tuple(account.shapes),
                base_url=server.base_url,
            )
        )
        secret = Secret(account.token)
        given[account.name] = Found(
            Credential(
                account.name,
                "anthropic",
                Kind(account.kind),
                "demo",
                found_in=(account.source,),
                plan=account.plan,
                fingerprint=secret.fingerprint,
                reads_usage=Kind(account.kind) is Kind.OAUTH,
            ),
            secret,
        )
    nowhere = Path("/nonexistent")
    with open_memory() as store:
        place = Place({}, nowhere, nowhere, given)
        yield Demo(Live(store, Config(credentials=tuple(entries)), place, server.clock.now))
