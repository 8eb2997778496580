"""`quotaboard demo`: the board on the embedded provider. It reads and writes nothing of the user's."""

from __future__ import annotations

import math
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from quotaboard.cli import diagnostics, masking, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.suggestions import nearest

if TYPE_CHECKING:
    from quotaboard.config.values import CredentialEntry
    from quotaboard.poll.live import Live
    from quotaboard.simulator import Account, Other, Scenario, SimulatedProvider
    from quotaboard.sources.base import Found

DEFAULT = "fleet"
NOWHERE = Path("/nonexistent")
"""The home of a demo: there is nothing in it to read, and nothing can be written."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--scenario",
        default=DEFAULT,
        metavar="NAME",
        help=f"what the provider does: one of --list, or a file of your own (default {DEFAULT})",
    )
    parser.add_argument("--list", action="store_true", help="list the scenarios, and stop")
    parser.add_argument(
        "--speed", type=_speed, default=1.0, metavar="X", help="let time run X times as fast, up to 3600"
    )


def run(args: Namespace) -> int:
    if args.list:
        return _list()
    return show(args.scenario, args, args.speed)


def show(name: str, args: Namespace, speed: float = 1.0) -> int:
    """The board on this scenario until it is left."""
    scenario = _scenario(name)
    if scenario is None:
        return ExitCode.USAGE
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        diagnostics.error("The demo is a board, and needs a terminal. `quotaboard demo --list` does not.")
        return ExitCode.USAGE
    from quotaboard.cli.look import demo_options
    from quotaboard.cli.standby import keep_quiet
    from quotaboard.simulator import SimulatedClock, serve
    from quotaboard.tui.start import run_board

    keep_quiet()
    with serve(scenario, clock=SimulatedClock(speed=speed)) as server, demo_session(server) as session:
        return run_board(
            masking.session(session),
            clock=server.clock.now,
            options=demo_options(args),
            mouse=args.mouse is not False,
        )


@contextmanager
def demo_session(server: SimulatedProvider) -> Iterator[Live]:
    """A live session whose every credential is an account of that server, over a store in memory.

    Also what screenshots are made from.
    """
    from quotaboard.config.values import Config
    from quotaboard.poll.live import Live
    from quotaboard.poll.place import Place
    from quotaboard.store.opening import open_memory

    accounts = server.scenario.accounts
    others = server.scenario.others
    config = Config(
        credentials=(
            *(_entry(account, server.base_url) for account in accounts),
            *(_other_entry(other, server.base_url) for other in others),
        )
    )
    given = {account.name: _given(account) for account in accounts}
    given |= {other.name: _other_given(other) for other in others}
    place = Place({}, NOWHERE, NOWHERE, given)
    with open_memory() as store:
        yield Live(store, config, place, server.clock.now)


def _entry(account: Account, base_url: str) -> CredentialEntry:
    from quotaboard.config.values import CredentialEntry

    return CredentialEntry(
        account.name,
        "none",
        probe=True,
        models=tuple(account.models),
        shapes=tuple(account.shapes),
        base_url=base_url,
    )


def _given(account: Account) -> Found:
    from quotaboard.domain.lane import Credential, Kind
    from quotaboard.domain.secret import Secret
    from quotaboard.sources.base import Found

    secret = Secret(account.token)
    credential = Credential(
        account.name,
        "anthropic",
        Kind(account.kind),
        "demo",
        found_in=(account.source,),
        plan=account.plan,
        fingerprint=secret.fingerprint,
        reads_usage=Kind(account.kind) is Kind.OAUTH,
    )
    return Found(credential, secret)


def _other_entry(other: Other, base_url: str) -> CredentialEntry:
    from quotaboard.config.values import CredentialEntry

    return CredentialEntry(
        other.name,
        "none",
        other.provider,
        probe=True,
        models=other.models,
        shapes=other.shapes,
        base_url=base_url + other.base,
    )


def _other_given(other: Other) -> Found:
    from quotaboard.domain.lane import Credential, Kind
    from quotaboard.domain.secret import Secret
    from quotaboard.sources.base import Found

    secret = Secret(other.token) if other.token else None
    credential = Credential(
        other.name,
        other.provider,
        Kind(other.kind),
        "demo",
        found_in=(other.source,),
        plan=other.plan,
        fingerprint=secret.fingerprint if secret else None,
        account=other.account,
    )
    return Found(credential, secret)


def _scenario(name: str) -> Scenario | None:
    """The scenario of that name or file; None once it has been said why there is none."""
    from quotaboard.simulator import ScenarioError, load_scenario, scenario_names

    if name not in scenario_names() and not name.endswith(".toml"):
        near = nearest(name, scenario_names())
        diagnostics.error(f'There is no scenario "{name}".{near} `quotaboard demo --list` names them all.')
        return None
    try:
        return load_scenario(name)
    except ScenarioError as error:
        diagnostics.error(str(error))
        return None


def _list() -> ExitCode:
    from quotaboard.simulator import load_scenario, scenario_names

    names = scenario_names()
    width = max(map(len, names))
    for name in names:
        output.line(f"{name:<{width}}  {load_scenario(name).about}")
    return ExitCode.OK


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 < speed <= 3600:
        raise ArgumentTypeError("must be a number above 0 and up to 3600. 60 lets a minute pass in a second.")
    return speed
