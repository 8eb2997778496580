"""`quotaboard demo`: the board on the embedded provider. It reads and writes nothing of the user's."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from quotaboard.cli import diagnostics, masking, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.suggestions import nearest

if TYPE_CHECKING:
    from quotaboard.simulator import Scenario

DEFAULT = "fleet"


def add_arguments(parser: ArgumentParser) -> None:
    from quotaboard.cli.look import add_line_mode
    from quotaboard.simulator import scenario_names

    scenario = parser.add_argument(
        "--scenario",
        default=DEFAULT,
        metavar="NAME",
        help=f"what the provider does: one of --list, or a file of your own (default {DEFAULT})",
    )
    # What a shell completes; a file is as good.
    scenario.offers = scenario_names()  # type: ignore[attr-defined]
    parser.add_argument("--list", action="store_true", help="list the scenarios, and stop")
    parser.add_argument(
        "--speed",
        type=_speed,
        metavar="X",
        help="let time run X times as fast, up to 3600 (a recording plays for about a minute otherwise)",
    )
    parser.add_argument(
        "--replay", metavar="FILE", type=Path, help="play what `quotaboard record` kept instead"
    )
    add_line_mode(parser)


def run(args: Namespace) -> int:
    if args.list:
        return _list()
    if args.replay is not None:
        return _replay(args.replay.expanduser(), args)
    return show(args.scenario, args, args.speed or 1.0)


def show(name: str, args: Namespace, speed: float = 1.0) -> int:
    """The board on this scenario until it is left."""
    scenario = _scenario(name)
    if scenario is None:
        return ExitCode.USAGE
    if not _can_be_drawn():
        return ExitCode.USAGE
    from quotaboard.cli.look import demo_options
    from quotaboard.cli.rehearsal import demo_session
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


def _replay(path: Path, args: Namespace) -> int:
    from quotaboard.cli.replayed import load, play

    recording = load(path)
    if isinstance(recording, ExitCode):
        return recording
    return play(recording, args) if _can_be_drawn() else ExitCode.USAGE


def _can_be_drawn() -> bool:
    if output.holds_a_board():
        return True
    diagnostics.error(
        "The demo is a board, and needs a terminal that can move its cursor. "
        "`quotaboard demo --list` does not."
    )
    return False


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
