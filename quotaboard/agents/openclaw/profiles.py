"""The routes that OpenClaw could be put on, and the names that they go by."""

from __future__ import annotations

from collections.abc import Iterator

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hosts import owner_of_host
from quotaboard.agents.openclaw.places import NAME
from quotaboard.agents.openclaw.routes import (
    World,
    chain,
    login_with,
    logins_of,
    model_path,
    models,
    route_of,
)
from quotaboard.domain.agent import GivenProfile, Origin, Profile, Route

_NATIVE = {"gemini": "google", "kimi": "kimi-coding"}


def own_profiles(world: World) -> Iterator[Profile]:
    """Each model once, where it was found first."""
    listed = chain(world.config, model_path(world.config, world.agent))
    active = listed[0] if listed else None
    seen: set[str] = set()
    sources = [(Origin.ACTIVE, listed[:1]), (Origin.FALLBACK, listed[1:]), (Origin.OWN, models(world.config))]
    for origin, names in sources:
        for model in names:
            if model not in seen:
                seen.add(model)
                yield from _of_model(model, origin, world, active=model == active)


def given(world: World, around: Surroundings) -> Iterator[Profile]:
    """The profiles of our config, under their own names."""
    for each in around.profiles_for(NAME):
        yield _given(each, world, around)


def _given(given: GivenProfile, world: World, around: Surroundings) -> Profile:
    own = world.config.table("models", "providers")
    native = given.provider if given.provider in own else _NATIVE.get(given.provider, given.provider)
    model = reference_of(Route(given.provider, given.model, native=native))
    held = route_of(model, world)
    credential = around.credential(given.credential) if given.credential else None
    wanted = credential.fingerprint if credential else None
    if wanted and held.route.key and held.route.key.fingerprint != wanted:
        login = login_with(wanted, model, world)
        if login is None:
            trouble = (
                f"OpenClaw does not have the key of {given.credential}: "
                f"run `openclaw models auth paste-api-key --provider {native}`."
            )
            return Profile(given.name, held.route, Origin.GIVEN, trouble=trouble)
        held = route_of(model, world, login)
    return Profile(given.name, held.route, Origin.GIVEN, trouble=_trouble(held.route, world))


def _of_model(model: str, origin: Origin, world: World, *, active: bool) -> Iterator[Profile]:
    native, _, name = model.partition("/")
    held = route_of(model, world)
    yield Profile(model, held.route, origin, active, trouble=_trouble(held.route, world))
    for login in logins_of(native, name, world):
        if login != held.login:
            other = route_of(model, world, login)
            trouble = _trouble(other.route, world)
            yield Profile(f"{model}@{login}", other.route, Origin.CREDENTIAL, trouble=trouble)


def native_of(route: Route) -> str:
    """OpenClaw's word for the route's provider."""
    return route.native or _NATIVE.get(route.provider, route.provider)


def reference_of(route: Route) -> str:
    """`provider/model`, as OpenClaw's config has it."""
    native, model = native_of(route), route.model or ""
    return model if native == "openrouter" and model.startswith("openrouter/") else f"{native}/{model}"


def order_command(native: str, first: str, order: list[str]) -> str:
    """OpenClaw's own command to try this login first."""
    rest = [name for name in order if name != first]
    return " ".join(["openclaw models auth order set --provider", native, first, *rest])


def _trouble(route: Route, world: World) -> str | None:
    native, key = route.native, route.key
    entry = world.config.table("models", "providers", native)
    # A reference names the variable itself; a key that is written out is another one.
    beaten = key and key.variable and "apiKey" in entry and key.variable not in str(entry["apiKey"])
    if key and beaten and route.base_url and not owner_of_host(route.base_url):
        return (
            f"{key.variable} beats the key that is written beside {route.base_url}, and would go there: "
            "unset it where OpenClaw starts, or give that endpoint a name of its own."
        )
    if key is None or not key.missing or key.place.startswith("a secret kept elsewhere"):
        return None
    if key.variable:
        return f"{key.variable} is not set here: set it where OpenClaw starts."
    return f"OpenClaw has no key of {native}: run `openclaw models auth paste-api-key --provider {native}`."
