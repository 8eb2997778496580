"""One look at the whole fleet: its series, and the machines that have fallen silent."""

from __future__ import annotations

from datetime import datetime

from quotaboard.domain.board import Board
from quotaboard.poll.fleet.machines import FACTS, MISSED, STATES, Told, board_of_fleet, host_of, machines_of
from quotaboard.poll.fleet.prometheus import Prometheus, Trouble


async def machines_now(server: Prometheus) -> list[Told] | Trouble:
    """What every machine exports at this moment."""
    found = []
    for query in (FACTS, STATES):
        series = await server.now(query)
        if isinstance(series, Trouble):
            return series
        found += series
    return machines_of(found)


async def fleet_now(server: Prometheus, now: datetime) -> Board | Trouble:
    """The board of all machines; of those that are silent it says so."""
    machines = await machines_now(server)
    if isinstance(machines, Trouble):
        return machines
    missed = await server.now(MISSED)
    silent = set() if isinstance(missed, Trouble) else {host_of(one.labels) for one in missed}
    heard = {machine.host for machine in machines}
    return board_of_fleet(machines, now, _silence(sorted(silent - heard), server, heard=bool(heard)))


def _silence(hosts: list[str], server: Prometheus, *, heard: bool) -> str | None:
    if not hosts:
        return None if heard else f"Prometheus at {server.address} scrapes no `quotaboard serve` yet."
    names = " and ".join([", ".join(hosts[:-1]), hosts[-1]] if len(hosts) > 1 else hosts)
    return f"Nothing is heard of {names} any more: is `quotaboard serve` running there?"
