"""The routes that Claude Code could be put on: its login, and the profiles of our config."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from quotaboard.agents.base import Surroundings
from quotaboard.agents.claude_code.route import LOGIN, Sent, is_safe, provider_at, sent
from quotaboard.agents.claude_code.settings import API_KEY, AUTH_TOKEN, BASE_URL, MODEL, OAUTH_TOKEN, Settings
from quotaboard.agents.hosts import owner_of_host, owner_of_key
from quotaboard.agents.reading import text_of
from quotaboard.domain.agent import GivenProfile, Key, Origin, Profile, Route
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret

NAME = "claude-code"

_ANTHROPIC_LIKE = {"openrouter": "https://openrouter.ai/api"}
"""Addresses at which other providers speak Anthropic's protocol."""

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """A profile, and the variables that make it the active one; None where nothing of ours does."""

    profile: Profile
    values: Values | None = field(repr=False)


def options(settings: Settings, around: Surroundings) -> list[Option]:
    """The login first, then the given ones."""
    found = [_login(settings, around), *(_given(profile, around) for profile in around.profiles_for(NAME))]
    now = sent(settings)
    marked = [
        replace(option, profile=replace(option.profile, active=_is(option.profile, now))) for option in found
    ]
    if any(option.profile.active for option in marked):
        return marked
    taken = {option.profile.name for option in found}
    name = now.route.provider if now.route.provider not in taken else f"{now.route.provider}-now"
    return [Option(Profile(name, now.route, Origin.ACTIVE, active=True), None), *marked]


def _is(profile: Profile, now: Sent) -> bool:
    route = profile.route if profile.route.model else replace(profile.route, model=now.route.model)
    return route.same_as(now.route) and not now.also


def _login(settings: Settings, around: Surroundings) -> Option:
    token = text_of(settings.login.get("accessToken"))
    known = next((one for one in around.credentials if one.source == "claude-code"), None)
    key = Key(LOGIN, Secret(token).fingerprint if token else None, Kind.OAUTH)
    trouble = None if token else "Claude Code is not signed in: open it and sign in with /login."
    route = Route("anthropic", None, None, key=key, native="claude-code")
    profile = Profile(known.name if known else "login", route, Origin.CREDENTIAL, trouble=trouble)
    return Option(profile, {BASE_URL: "", AUTH_TOKEN: "", API_KEY: "", MODEL: ""})


def _given(given: GivenProfile, around: Surroundings) -> Option:
    credential = around.credential(given.credential) if given.credential else None
    if credential is None:
        what = (
            f'There is no credential "{given.credential}"' if given.credential else "It names no credential"
        )
        sentence = f"{what}: give the profile one in the config; `quotaboard init` finds those that are."
        route = Route(given.provider, given.model, native=NAME)
        return Option(Profile(given.name, route, Origin.GIVEN, trouble=sentence), None)
    url = (credential.base_url or _ANTHROPIC_LIKE.get(given.provider) or "").rstrip("/")
    variable = _variable(credential, given.provider)
    secret = around.secrets.get(credential.name)
    key = Key(credential.source, credential.fingerprint, credential.kind, variable)
    route = Route(
        provider_at(url or None) if url else given.provider, given.model, url or None, key=key, native=NAME
    )
    trouble = _trouble(given, credential, url, secret)
    values = dict.fromkeys((BASE_URL, AUTH_TOKEN, API_KEY, MODEL), "")
    values |= {BASE_URL: url, MODEL: given.model}
    if credential.kind is Kind.NONE:
        # Without any key Claude Code would send its own login there.
        values[AUTH_TOKEN] = "none"
    elif variable and secret:
        values[variable] = secret.reveal()
    return Option(Profile(given.name, route, Origin.GIVEN, trouble=trouble), None if trouble else values)


def _variable(credential: Credential, provider: str) -> str | None:
    match credential.kind:
        case Kind.OAUTH:
            return None
        case Kind.SETUP_TOKEN:
            return OAUTH_TOKEN
        case Kind.API_KEY if provider == "anthropic":
            return API_KEY
        case _:
            return AUTH_TOKEN


def _trouble(given: GivenProfile, credential: Credential, url: str, secret: Secret | None) -> str | None:
    name = credential.name
    if credential.kind is Kind.OAUTH and not (credential.source == "claude-code" and not url):
        return f"{name} is a login, and Claude Code holds its own: open it and sign in with /login."
    if credential.kind is Kind.SETUP_TOKEN and url:
        return (
            f"{name} is a subscription's token, which must not go to {url}: choose a credential of that host."
        )
    receiver = owner_of_host(url) if url else given.provider
    owner = _owner(credential, secret)
    if owner and receiver and owner != receiver:
        return f"{name} is a key of {owner}, which must not go to {receiver}: choose one of {receiver}."
    if given.provider != "anthropic" and not url:
        return (
            f"Claude Code needs an address at which {given.provider} speaks Anthropic's protocol: "
            f"set base_url for {name} in the config."
        )
    if url and not is_safe(url):
        return f"{url} is reached without encryption, where a key could be read on the way: use https."
    if credential.kind not in (Kind.OAUTH, Kind.NONE) and secret is None:
        return f"{name} cannot be read now: `quotaboard status` says why."
    return None


def _owner(credential: Credential, secret: Secret | None) -> str | None:
    """Whose the key is: by its looks, else by what our config calls its provider; an address tells more."""
    if credential.kind is Kind.NONE:
        return None
    looks = owner_of_key(secret.reveal()) if secret else None
    return looks or (None if credential.base_url else credential.provider)


def secrets_in(values: Iterable[Values | None]) -> list[str]:
    """What must not be shown of these."""
    names = (AUTH_TOKEN, API_KEY, OAUTH_TOKEN)
    return [
        each[name] for each in values if each for name in names if each.get(name, "none") not in ("", "none")
    ]
