"""A pretend provider on loopback that answers like the real one, from scenario files.

Serving one is imported on first use: an ASGI server is 100 ms that a list of scenarios does not need.
"""

from typing import TYPE_CHECKING

from quotaboard.simulator.clock import SimulatedClock
from quotaboard.simulator.loading import load_scenario, parse_scenario, scenario_names
from quotaboard.simulator.others import Other
from quotaboard.simulator.scenario import Account, Scenario
from quotaboard.simulator.tables import ScenarioError

if TYPE_CHECKING:
    from quotaboard.simulator.app import ReceivedRequest
    from quotaboard.simulator.server import SimulatedProvider, serve

__all__ = [
    "Account",
    "Other",
    "ReceivedRequest",
    "Scenario",
    "ScenarioError",
    "SimulatedClock",
    "SimulatedProvider",
    "load_scenario",
    "parse_scenario",
    "scenario_names",
    "serve",
]


def __getattr__(name: str) -> object:
    if name in {"ReceivedRequest", "SimulatedProvider", "serve"}:
        from quotaboard.simulator import server

        return getattr(server, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
