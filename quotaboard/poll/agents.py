"""The agents of this machine and the lanes that they use, read from their own files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from quotaboard.agents import registry as agents
from quotaboard.agents.base import Surroundings
from quotaboard.agents.finding import find_agents
from quotaboard.config.values import Config, CredentialEntry
from quotaboard.domain.agent import Route
from quotaboard.domain.loopback import is_loopback
from quotaboard.domain.secret import Secret
from quotaboard.poll.place import Place
from quotaboard.poll.routing import Finders, Routed, route_agents
from quotaboard.poll.watching import Roster, Watched, entry_of
from quotaboard.providers import registry
from quotaboard.sources.base import Found
from quotaboard.sources.catalog import find_all


def surroundings(
    config: Config, place: Place, now: datetime, found: Sequence[tuple[Watched, Found]]
) -> Surroundings:
    """What agents may look at, the credentials that are watched included."""
    secrets: Mapping[str, Secret] = {
        watched.name: one.secret for watched, one in found if one.secret is not None
    }
    return Surroundings(
        environment=place.environment,
        home=place.home,
        now=now,
        state_dir=place.state_dir,
        cwd=place.cwd,
        root=place.root,
        own_profiles=config.profiles,
        credentials=tuple(watched.credential for watched, _ in found),
        secrets=secrets,
    )


def with_agents(
    roster: Roster, config: Config, found: Sequence[tuple[Watched, Found]], now: datetime
) -> Routed:
    """Everybody who is watched, with the lanes that agents use; and the agents."""
    place = roster.place
    states = find_agents(surroundings(config, place, now, found))
    if not states:
        return Routed([watched for watched, _ in found])
    titles = {name: agent.TITLE for name in agents.names() if (agent := agents.agent(name)) is not None}
    return route_agents(
        states, titles, [watched for watched, _ in found], _finders(roster, found, now), _followed(config)
    )


def _finders(roster: Roster, found: Sequence[tuple[Watched, Found]], now: datetime) -> Finders:
    place = roster.place
    taken = {watched.name for watched, _ in found}

    @cache
    def all_there_are() -> list[Found]:
        return find_all(place.environment, place.home, now, place.state_dir)

    def of_key(route: Route) -> Watched | None:
        wanted = route.key.fingerprint if route.key else None
        if wanted is None:
            return None
        one = next((one for one in all_there_are() if one.credential.fingerprint == wanted), None)
        named = registry.canonical(one.credential.provider or route.provider) if one else None
        if one is None or named is None:
            return None
        entry = replace(entry_of(one), name=_free(one.credential.name, taken), provider=named)
        return _without_lanes(roster.described(entry, one))

    def elsewhere(holder: Watched, address: str) -> Watched | None:
        try:
            parts = urlsplit(address)
            host, place_name = parts.hostname, parts.netloc.rpartition("@")[2]
        except ValueError:
            return None
        # Consent to look at one server is none for another, but this machine's own may be asked.
        vouched = is_loopback(host)
        entry: CredentialEntry = replace(
            holder.entry,
            name=_free(f"{holder.name}@{place_name}", taken),
            base_url=address,
            probe=holder.entry.probe and vouched,
        )
        return replace(_without_lanes(roster.described(entry, roster.read(entry))), vouched=vouched)

    return Finders(of_key, elsewhere)


def _followed(config: Config) -> Callable[[str, str], bool]:
    """Profiles that our config names: their lanes are watched like those of its credentials."""
    named = {(one.agent, one.name) for one in config.profiles}
    named |= {(agent, name) for agent in config.auto_switch.agents for name in config.auto_switch.profiles}

    def is_followed(agent: str, profile: str) -> bool:
        return (agent, profile) in named or (agent.partition(":")[0], profile) in named

    return is_followed


def _without_lanes(watched: Watched) -> Watched:
    return replace(watched, lanes=())


def _free(name: str, taken: set[str]) -> str:
    """The name, or the next one that nobody has."""
    free = next(one for one in (name, *(f"{name}-{n}" for n in range(2, 1000))) if one not in taken)
    taken.add(free)
    return free
