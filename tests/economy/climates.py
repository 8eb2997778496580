"""Other weather than that in which the planner was tuned: what is promised has to hold there too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Climate:
    """How often things befall the accounts, and for how long."""

    gates_apart: timedelta = 0.7 * DAY
    """On average, on each plan."""
    gate_lasts: tuple[timedelta, timedelta] = (45 * MINUTE, 10 * HOUR)
    outages_apart: timedelta = DAY
    outage_lasts: tuple[timedelta, timedelta] = (4 * MINUTE, 25 * MINUTE)
    offline_apart: timedelta = 2.5 * DAY
    windows: float = 1.0
    """The size of every window, against the usual one."""
    hiccups: float = 0.0
    """The share of an agent's requests that fail by themselves, while the next one is served."""


USUAL = Climate()

CLIMATES: Mapping[str, Climate] = {
    "as tuned": USUAL,
    "rare gates": Climate(gates_apart=3 * DAY),
    "short gates": Climate(gates_apart=0.35 * DAY, gate_lasts=(5 * MINUTE, HOUR)),
    "small windows": Climate(windows=0.4),
    "many outages": Climate(
        outages_apart=6 * HOUR, outage_lasts=(2 * MINUTE, 60 * MINUTE), offline_apart=DAY
    ),
    "hiccups": Climate(hiccups=0.03),
}
