"""Which lane each route of an agent stands on: whose key it sends, to where, for which model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from quotaboard.domain.agent import Activity, AgentState, Origin, Profile, Route
from quotaboard.domain.board import AgentView, Price, ProfileView
from quotaboard.domain.lane import PLAIN, Client, Credential, Kind, Lane
from quotaboard.domain.loopback import is_loopback
from quotaboard.poll.watching import WITH_OWN_CLIENT, Watched

OFFICIAL_AGENTS: Mapping[str, str] = {"claude-code": "anthropic"}
"""Agents that are their provider's own client, and the provider that takes them for that."""

LOGINS = (Kind.OAUTH, Kind.SETUP_TOKEN)
USUAL_MODEL = "default"
"""What the official client calls the model that an account gets when none is chosen."""


@dataclass(frozen=True, slots=True)
class Finders:
    """How credentials are found that nobody watches yet. Both give one without lanes, or None."""

    of_key: Callable[[Route], Watched | None]
    """The credential that is the route's key."""
    elsewhere: Callable[[Watched, str], Watched | None]
    """The same credential at another address, under a name of its own."""


@dataclass(slots=True)
class Routed:
    """Who is watched once the agents' lanes have joined, and the agents as the board shows them."""

    watched: list[Watched] = field(default_factory=list)
    agents: list[AgentView] = field(default_factory=list)


def route_agents(
    states: Iterable[AgentState],
    titles: Mapping[str, str],
    watched: Sequence[Watched],
    finders: Finders,
    is_followed: Callable[[str, str], bool],
) -> Routed:
    """The agents, and everybody who is watched, their lanes included.

    The lane of what an agent will really send is used. Those of its other profiles are there by name, and
    asked when somebody wishes it; always when they are followed (by the agent's id and the profile's name).
    """
    routed = Routed(list(watched))
    for state in states:
        agent = state.home.agent
        sends = state.sends or state.configured
        now = None
        if sends is not None:
            now = _placed(Profile("", sends, Origin.ACTIVE, active=True), state, routed, finders)
            _join(routed, now.lane, used=True)
        profiles = []
        for profile in state.profiles:
            view = _placed(profile, state, routed, finders)
            _join(routed, view.lane, used=False, followed=is_followed(state.home.id, profile.name))
            profiles.append(view)
        routed.agents.append(_agent(state, titles.get(agent, agent), now, tuple(profiles)))
    return routed


def same_address(one: str | None, other: str | None) -> bool:
    """Whether two base URLs lead to one place. Of a public host the paths of its dialects do not matter."""
    if not one or not other:
        return True  # the usual one
    try:
        ours, theirs = urlsplit(one), urlsplit(other)
        same_host = (ours.hostname, ours.port) == (theirs.hostname, theirs.port)
    except ValueError:
        return False
    if not same_host or not is_loopback(ours.hostname):
        return same_host
    return _plain_path(ours.path) == _plain_path(theirs.path)


def price_of(credential: Credential | None, route: Route) -> Price:
    """What a request costs, by the kind of its key."""
    kind = credential.kind if credential else route.key.kind if route.key else None
    match kind:
        case Kind.NONE:
            return Price.FREE
        case Kind.OAUTH | Kind.SETUP_TOKEN:
            return Price.PLAN
        case Kind.API_KEY:
            return Price.PLAN if credential is not None and credential.plan else Price.METERED
        case _:
            return Price.UNKNOWN


def _placed(profile: Profile, state: AgentState, routed: Routed, finders: Finders) -> ProfileView:
    route = profile.route
    holder = _holder(route, routed, finders)
    return ProfileView(
        name=profile.name,
        lane=_lane(route, state, holder) if holder else None,
        active=profile.active,
        model=route.model,
        provider=route.provider,
        host=route.host,
        price=price_of(holder.credential if holder else None, route),
        origin=profile.origin.value,
        trouble=profile.trouble,
    )


def _holder(route: Route, routed: Routed, finders: Finders) -> Watched | None:
    """Who holds the route's key, at the address that it is sent to."""
    holders = [one for one in routed.watched if _holds(one, route)]
    at_address = next((one for one in holders if same_address(route.base_url, one.base_url)), None)
    if at_address is not None:
        return at_address
    found = finders.of_key(route) if not holders else None
    if found is not None and not same_address(route.base_url, found.base_url):
        holders, found = [found], None
    if holders and route.base_url:
        found = finders.elsewhere(holders[0], route.base_url)
    if found is not None:
        routed.watched.append(found)
    return found


def _holds(one: Watched, route: Route) -> bool:
    key = route.key
    if key is None:
        return False
    if key.fingerprint is not None:
        return one.credential.fingerprint == key.fingerprint
    if key.kind is not Kind.NONE or one.credential.kind is not Kind.NONE:
        return False
    return bool(route.base_url) and same_address(route.base_url, one.base_url)


def _lane(route: Route, state: AgentState, holder: Watched) -> Lane | None:
    provider = holder.provider.name if holder.provider else holder.entry.provider
    is_official = OFFICIAL_AGENTS.get(state.home.agent) == provider and provider in WITH_OWN_CLIENT
    if is_official and holder.credential.kind in LOGINS:
        return Lane(holder.name, provider, route.model or USUAL_MODEL, PLAIN, Client.OFFICIAL)
    if route.model is not None:
        return Lane(holder.name, provider, route.model, state.shape)
    models = holder.provider.default_models if holder.provider else ()
    return Lane(holder.name, provider, models[-1], state.shape) if models else None


def _join(routed: Routed, lane: Lane | None, *, used: bool, followed: bool = False) -> None:
    """Let the lane be one of its credential's; beside one with tools a plain one isolates a refusal."""
    if lane is None:
        return
    place = next(place for place, one in enumerate(routed.watched) if one.name == lane.credential)
    one = routed.watched[place]
    # The official client is a heavy program: it runs when somebody wishes it, or the config says so.
    pinned = (used or followed) and lane.client is Client.DIRECT
    wanted = [lane, replace(lane, shape=PLAIN)] if pinned and lane.shape != PLAIN else [lane]
    known = {other.id for other in one.lanes}
    new = [each for each in wanted if each.id not in known]
    spare = one.spare | {each.id for each in new}
    routed.watched[place] = replace(
        one,
        lanes=(*one.lanes, *new),
        used=one.used | {lane.id} if used else one.used,
        spare=spare - {lane.id} if pinned else spare,
    )


def _agent(
    state: AgentState, title: str, now: ProfileView | None, profiles: tuple[ProfileView, ...]
) -> AgentView:
    activity = state.running.activity
    return AgentView(
        id=state.home.id,
        title=title,
        home=state.home.path,
        running=None if activity is Activity.UNKNOWN else activity is Activity.RUNNING,
        now=now,
        profiles=profiles,
        version=state.version,
        sends_several=bool(state.also_sends),
        warnings=state.warnings,
        trouble=state.trouble.sentence if state.trouble else None,
        locked=state.locked.sentence if state.locked else None,
    )


def _plain_path(path: str) -> str:
    return path.rstrip("/").removesuffix("/v1").rstrip("/")
