"""`python -m quotaboard.simulator tools-gated`: a scenario for people, and for real clients."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence

from quotaboard.simulator import SimulatedClock, load_scenario, scenario_names, serve
from quotaboard.simulator.chaos import Chaos
from quotaboard.simulator.scenario import CredentialKind, Scenario
from quotaboard.simulator.tables import ScenarioError


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted. Exit code 0 after a stop, 1 if the port is taken, 2 for a wrong scenario."""
    options = _parser().parse_args(arguments)
    try:
        scenario = load_scenario(options.scenario)
    except ScenarioError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 2
    stop = {signal.SIGINT, signal.SIGTERM}
    # Before the server's thread starts, so that it inherits the mask and the signal waits for us.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    try:
        clock, chaos = SimulatedClock(speed=options.speed), _chaos(options.chaos)
        with serve(scenario, clock=clock, port=options.port, chaos=chaos) as server:
            sys.stdout.write(f"{instructions(scenario, server.base_url)}\n")
            sys.stdout.flush()
            signal.sigwait(stop)
    except OSError as trouble:
        sys.stderr.write(f"Port {options.port} cannot be used: {trouble.strerror}. Choose another.\n")
        return 1
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return 0


def instructions(scenario: Scenario, base_url: str) -> str:
    """What is served, and the commands that try it."""
    account = scenario.accounts[0]
    model = next(iter(account.models), "claude-haiku-4-5")
    if account.kind is CredentialKind.API_KEY:
        variable, credential = "ANTHROPIC_API_KEY", f"-H 'x-api-key: {account.token}'"
    else:
        variable = "CLAUDE_CODE_OAUTH_TOKEN"
        credential = f"-H 'authorization: Bearer {account.token}' -H 'anthropic-beta: oauth-2025-04-20'"
    body = {"model": model, "max_tokens": 1, "messages": [{"role": "user", "content": "."}]}
    return "\n".join(
        [
            f"{scenario.title}: {scenario.about}",
            "",
            f"Listening on {base_url}; stop it with Ctrl+C.",
            "",
            *(f"  {each.name:<10} {each.token}" for each in scenario.accounts),
            "",
            "Try it:",
            f"  curl -i {base_url}/v1/messages {credential} \\",
            f"    -H 'anthropic-version: 2023-06-01' -d '{json.dumps(body)}'",
            f"  ANTHROPIC_BASE_URL={base_url} {variable}={account.token} claude -p hello",
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m quotaboard.simulator",
        description="A pretend provider on this machine that answers like the real one.",
    )
    parser.add_argument("scenario", help=f"a TOML file, or one of {', '.join(scenario_names())}")
    parser.add_argument("--port", type=_port, default=0, help="0, the default, takes a free one")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds per second")
    parser.add_argument(
        "--chaos",
        type=int,
        metavar="SEED",
        help="misbehave on the wire now and then, the same for the same seed",
    )
    return parser


def _chaos(seed: int | None) -> Chaos | None:
    return None if seed is None else Chaos(seed)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to 65535, got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
