"""The routes that a home could be put on, each as the `model` block that puts it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes import pool
from quotaboard.agents.hermes.catalog import canonical, native_of, ours
from quotaboard.agents.hermes.endpoints import endpoints
from quotaboard.agents.hermes.leaks import leak_of
from quotaboard.agents.hermes.places import NAME
from quotaboard.agents.hermes.runtime import Runtime, resolve
from quotaboard.agents.hermes.world import World, named, with_model
from quotaboard.agents.reading import mapping, text_of
from quotaboard.domain.agent import GivenProfile, Origin, Profile, Refusal, RefusalKind, Route
from quotaboard.domain.lane import Credential

Block = Mapping[str, Any]
"""`provider`, `default`, and where needed `base_url` and `api_mode`."""


@dataclass(frozen=True, slots=True)
class Option:
    """A profile, and the block that makes it the active one."""

    profile: Profile
    block: Block | None
    """None for the active route, when nothing but itself could bring it back."""
    refusal: RefusalKind = RefusalKind.LACKING
    """What kind of trouble the profile has, if any."""


def options(world: World, around: Surroundings) -> list[Option]:
    """Given ones first, then the config's own, its fallbacks, and what its credentials allow."""
    found: list[Option] = []
    for option in (
        *_given(world, around),
        *_own(world),
        *_fallbacks(world),
        *_by_credential(world),
    ):
        if not any(_same(option.profile.route, other.profile.route) for other in found):
            found.append(replace(option, profile=replace(option.profile, name=_unique(option, found))))
    return _with_active(found, world)


def _given(world: World, around: Surroundings) -> Iterable[Option]:
    for profile in around.profiles_for(NAME):
        credential = around.credential(profile.credential) if profile.credential else None
        if profile.credential and credential is None:
            sentence = (
                f'There is no credential "{profile.credential}": `quotaboard init` finds those that are.'
            )
            route = Route(profile.provider, profile.model)
            yield Option(Profile(profile.name, route, Origin.GIVEN, trouble=sentence), {})
            continue
        block = _block_of(profile, credential, world)
        option = _option(profile.name, block, Origin.GIVEN, world)
        yield _checked(option, credential, profile)


def _block_of(profile: GivenProfile, credential: Credential | None, world: World) -> Block:
    wanted = named(profile.provider).removeprefix("custom:")
    address = (credential.base_url or "").rstrip("/") if credential else ""
    for endpoint in endpoints(world):
        by_name = wanted in (endpoint.name, *endpoint.aliases) and not canonical(wanted)
        if by_name or (address and endpoint.url == address):
            return {"provider": f"custom:{endpoint.name}", "default": profile.model}
    native = native_of(profile.provider) or profile.provider
    block: dict[str, Any] = {"provider": native, "default": profile.model}
    return {**block, "base_url": address} if address else block


def _checked(option: Option, credential: Credential | None, given: GivenProfile) -> Option:
    """Whether Hermes would send the credential that the profile names, to where it belongs."""
    profile = option.profile
    if credential is None or profile.trouble:
        return option
    key, trouble = profile.route.key, None
    address = (credential.base_url or "").rstrip("/")
    if address and address != (profile.route.base_url or "").rstrip("/"):
        trouble = (
            f"Hermes would not send {given.provider} requests to {address}: "
            "describe that endpoint under `providers:` in its config, with its key's variable as key_env."
        )
    elif credential.fingerprint and key and key.fingerprint != credential.fingerprint:
        trouble = (
            f"Hermes would send {key.place}, not {credential.name}: "
            f"`hermes auth list {profile.route.native}` shows what it has, and in which order."
        )
    return replace(option, profile=replace(profile, trouble=trouble)) if trouble else option


def _own(world: World) -> Iterable[Option]:
    for endpoint in endpoints(world):
        block: Block = {"provider": f"custom:{endpoint.name}", "default": endpoint.model}
        if not endpoint.enabled:
            continue
        if endpoint.model:
            yield _option(endpoint.name, block, Origin.OWN, world)
        else:
            sentence = f"{endpoint.name} names no model: add default_model to it in Hermes's config."
            route = Route(
                endpoint.name, None, endpoint.url, endpoint.api_mode, endpoint.key, f"custom:{endpoint.name}"
            )
            yield Option(Profile(endpoint.name, route, Origin.OWN, trouble=sentence), {})


def _fallbacks(world: World) -> Iterable[Option]:
    listed = world.settings.get("fallback_providers")
    entries = [*(listed if isinstance(listed, list) else [])]
    single = world.settings.get("fallback_model")
    entries += single if isinstance(single, list) else [single]
    for entry in map(mapping, entries):
        provider, model = text_of(entry.get("provider")), text_of(entry.get("model"))
        if not provider or not model:
            continue
        block = {"provider": provider, "default": model}
        for key in ("base_url", "api_mode"):
            if text_of(entry.get(key)):
                block[key] = text_of(entry[key])
        name = _named_after(provider)
        option = _option(name, block, Origin.FALLBACK, world)
        if any(text_of(entry.get(key)) for key in ("api_key", "key_env", "api_key_env")):
            sentence = f"The fallback {name} has a key of its own: describe it under `providers:` instead."
            option = replace(option, profile=replace(option.profile, trouble=sentence))
        yield option


def _by_credential(world: World) -> Iterable[Option]:
    """A model that the config knows, at each provider of it that the home has a credential for."""
    for native, translate in (("anthropic", _at_anthropic), ("openrouter", _at_openrouter)):
        model = next((there for model in _models(world) if (there := translate(model))), None)
        if model and pool.rows(native, world):
            yield _option(native, {"provider": native, "default": model}, Origin.CREDENTIAL, world)


def _models(world: World) -> list[str]:
    """The model in use, then those to fall back to."""
    listed = world.settings.get("fallback_providers")
    fallbacks = [mapping(entry).get("model") for entry in listed] if isinstance(listed, list) else []
    return [text_of(world.model.get("default")), *map(text_of, fallbacks)]


def _at_openrouter(model: str) -> str | None:
    """`claude-sonnet-4-6` is called `anthropic/claude-sonnet-4.6` there."""
    found = re.fullmatch(r"(claude-[a-z]+-\d+)-(\d)", model)
    if found:
        return f"anthropic/{found[1]}.{found[2]}"
    return model if model.startswith("anthropic/claude-") else None


def _at_anthropic(model: str) -> str | None:
    bare = model.removeprefix("anthropic/")
    return bare.replace(".", "-") if bare.startswith("claude-") else None


def _option(name: str, block: Block, origin: Origin, world: World) -> Option:
    runtime = resolve(with_model(world, block))
    if isinstance(runtime, Refusal):
        route = Route(
            ours(text_of(block["provider"])), text_of(block["default"]), native=text_of(block["provider"])
        )
        return Option(Profile(name, route, origin, trouble=runtime.sentence), block)
    lack, leak = lacking_key(runtime), leak_of(runtime, world)
    kind = RefusalKind.LACKING if lack else RefusalKind.LEAK
    return Option(Profile(name, runtime.sent, origin, trouble=lack or leak), block, kind)


def lacking_key(runtime: Runtime) -> str | None:
    """What is missing, ending in the command that mends it."""
    key = runtime.sent.key
    native = runtime.sent.native
    if key is None or not key.missing or "own" in key.place.split():
        return None
    if key.variable and native.startswith("custom:"):
        return f"{key.variable} is not set: put it into the file that `hermes config env-path` names."
    return f"Hermes has no credential for {native}: run `hermes auth add {native}`."


def _with_active(found: list[Option], world: World) -> list[Option]:
    runtime = resolve(world)
    if isinstance(runtime, Refusal):
        return found
    now = runtime.sent
    if any(_same(option.profile.route, now) for option in found):
        return [
            replace(option, profile=replace(option.profile, active=_same(option.profile.route, now)))
            for option in found
        ]
    active = Option(Profile(_named_after(now.native or now.provider), now, Origin.ACTIVE, active=True), None)
    return [replace(active, profile=replace(active.profile, name=_unique(active, found))), *found]


def _same(one: Route, other: Route) -> bool:
    return one.same_as(other) and canonical(one.native) == canonical(other.native)


def _unique(option: Option, others: Iterable[Option]) -> str:
    taken = {other.profile.name for other in others}
    name, model = option.profile.name, (option.profile.route.model or "").rpartition("/")[2]
    candidates = [name, f"{name}-{model}", *(f"{name}-{number}" for number in range(2, 100))]
    return next(candidate for candidate in candidates if candidate not in taken)


def _named_after(provider: str) -> str:
    return named(provider).removeprefix("custom:") or "active"
