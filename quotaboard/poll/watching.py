"""Who is watched: the config's credentials, or what can be found, with their lanes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from quotaboard.agents.base import Surroundings
from quotaboard.config.values import Config, CredentialEntry
from quotaboard.domain.board import AgentView
from quotaboard.domain.lane import PLAIN, Client, Credential, Kind, Lane
from quotaboard.domain.loopback import is_loopback
from quotaboard.domain.secret import Secret
from quotaboard.plugins import Broken
from quotaboard.poll.addresses import objection
from quotaboard.poll.place import Place
from quotaboard.providers import prices, registry
from quotaboard.providers.base import Provider
from quotaboard.providers.openai.addresses import ANTHROPIC, address_of
from quotaboard.sources.base import Found, Lack
from quotaboard.sources.catalog import find_all, resolve

FOR_THE_SESSION = ("keyring",)
"""Sources that may ask the person, so they are read once and not at every look."""

BAD_ADDRESS = "bad_address"
WRONG_HOST = "wrong_host"
UNKNOWN_PROVIDER = "unknown_provider"
BROKEN_PROVIDER = "broken_provider"
"""A third party's, which is installed and cannot be loaded."""

WITH_OWN_CLIENT = ("anthropic",)
"""Providers whose own client can be asked as a control."""

_LOGINS = (Kind.OAUTH, Kind.SETUP_TOKEN)
_INSTEAD_OF_A_LOGIN = ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY")


@dataclass(frozen=True, slots=True)
class Watched:
    """One credential, how it may be asked, and its lanes."""

    entry: CredentialEntry
    credential: Credential
    lanes: tuple[Lane, ...]
    base_url: str
    provider: Provider | None
    """None when the config names one that is not known here, or that cannot be loaded."""
    trouble: str | None = None
    """One sentence when nothing may be asked with it."""
    reason: str | None = None
    """The stable word for that trouble."""
    hint: str | None = None
    """One sentence on what to put right, although it works as it is."""
    used: frozenset[str] = frozenset()
    """The lanes, by id, that an agent's next request will use."""
    vouched: bool = True
    """False where only an agent's file names its address. It may have come with a stranger's project, so that
    nothing is sent there, be it free, before the person agrees."""
    spare: frozenset[str] = frozenset()
    """The lanes that are asked only when somebody wishes it, or to isolate a refusal."""

    @property
    def name(self) -> str:
        return self.entry.name


class Roster:
    """The watched credentials, and the way to their secrets."""

    def __init__(self, config: Config, place: Place, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._place = place
        self._clock = clock
        self._kept: dict[str, Found] = {}
        self.agents: list[AgentView] = []
        """The agents as they were read with the credentials, unjudged."""
        registry.declare(config.providers)
        prices.use(config.prices)

    @property
    def place(self) -> Place:
        return self._place

    def around(self, now: datetime) -> Surroundings:
        """What agents may look at, without the credentials."""
        from quotaboard.poll.agents import surroundings

        return surroundings(self._config, self._place, now, [])

    async def watched(self) -> list[Watched]:
        """Every credential to watch, facts read now. In a thread: files may be slow, a keyring may wait."""
        return await asyncio.to_thread(self._watched)

    async def secret(self, watched: Watched) -> Secret | None:
        """The secret as it is right now, for the next request; it is not kept."""
        if watched.entry.source.partition(":")[0] in FOR_THE_SESSION and watched.name not in self._kept:
            return (await asyncio.to_thread(self.read, watched.entry)).secret
        return self.read(watched.entry).secret

    def again(self, watched: Watched) -> Watched:
        """The same credential, with what keeps it from being used as it is now."""
        now = self.described(watched.entry, self.read(watched.entry))
        return replace(watched, trouble=now.trouble, reason=now.reason)

    def read(self, entry: CredentialEntry) -> Found:
        """The credential as it is right now."""
        if entry.name in self._place.given:
            return self._place.given[entry.name]
        if entry.name in self._kept:
            return self._kept[entry.name]
        found = resolve(
            entry.source,
            name=entry.name,
            provider=entry.provider,
            environment=self._place.environment,
            home=self._place.home,
            now=self._clock(),
            state_dir=self._place.state_dir,
        )
        if entry.source.partition(":")[0] in FOR_THE_SESSION and found.secret is not None:
            self._kept[entry.name] = found
        return found

    def look_around(self) -> list[tuple[Watched, Found]]:
        """Every credential that is found or configured, without the lanes of agents."""
        if self._config.credentials:
            entries = [(entry, self.read(entry)) for entry in self._config.credentials]
        else:
            place = self._place
            entries = [
                (entry_of(one), one)
                for one in find_all(place.environment, place.home, self._clock(), place.state_dir)
                if registry.canonical(one.credential.provider) is not None
            ]
        return [(self.described(entry, one), one) for entry, one in entries]

    def _watched(self) -> list[Watched]:
        found = self.look_around()
        from quotaboard.poll.agents import with_agents  # it knows this module

        routed = with_agents(self, self._config, found, self._clock())
        self.agents = routed.agents
        return routed.watched

    def described(self, entry: CredentialEntry, found: Found) -> Watched:
        """How the credential of this entry may be asked."""
        named = registry.canonical(entry.provider)
        sought = registry.find(entry.provider)
        provider = None if isinstance(sought, Broken) else sought
        base_url, hint = _plain_address(self._base_url(entry, found, provider).rstrip("/"), named)
        reason, trouble = (
            (BROKEN_PROVIDER, sought.sentence)
            if isinstance(sought, Broken)
            else _trouble(entry, found, base_url, provider)
        )
        models = entry.models or tuple(provider.default_models if provider else ())
        return Watched(
            entry=entry,
            credential=replace(
                found.credential, name=entry.name, base_url=entry.base_url or found.credential.base_url
            ),
            lanes=tuple(
                Lane(entry.name, named or entry.provider, model, shape, client)
                for model in models
                for client in entry.clients
                if client is Client.DIRECT or named in WITH_OWN_CLIENT
                for shape in (entry.shapes if client is Client.DIRECT else (PLAIN,))
            ),
            base_url=base_url,
            provider=provider,
            trouble=trouble,
            reason=reason,
            hint=hint,
        )

    def _base_url(self, entry: CredentialEntry, found: Found, provider: Provider | None) -> str:
        """The config's address, else the one that was found beside the secret, else the provider's."""
        own = entry.base_url or found.credential.base_url
        if own or provider is None:
            return own or ""
        told = provider.base_url(self._place.environment)
        if found.credential.kind in _LOGINS and self._is_of_a_gateway(told, found):
            return provider.base_url({})
        return told

    def _is_of_a_gateway(self, address: str, found: Found) -> bool:
        """Whoever sets a gateway's token or key sets its address beside it; a plan's login must not go there.

        Claude Code too sends one of these instead of its login.
        """
        told = (self._place.environment.get(name, "").strip() for name in _INSTEAD_OF_A_LOGIN)
        others = [Secret(one) for one in told if one]
        if not others or found.secret in others:
            return False
        try:
            return not is_loopback(urlsplit(address).hostname)
        except ValueError:
            return True


def entry_of(found: Found) -> CredentialEntry:
    """What the config would say of a credential that was only found: nothing that costs, without consent."""
    credential = found.credential
    return CredentialEntry(name=credential.name, source=credential.source, provider=credential.provider)


def _plain_address(base_url: str, provider: str | None) -> tuple[str, str | None]:
    """The base URL behind an address that was pasted whole, and what to say of it."""
    address = address_of(base_url)
    if address.advice is None:
        return base_url, None
    if provider == "anthropic":
        root = address.root.removesuffix("/v1")
        return root, address.advice.replace(address.root, root)
    # A relay is asked in the dialect that its address tells.
    return (base_url if address.dialect == ANTHROPIC else address.root), address.advice


def _trouble(
    entry: CredentialEntry, found: Found, base_url: str, provider: Provider | None
) -> tuple[str | None, str | None]:
    """Why nothing may be asked: a word and a sentence."""
    if provider is None:
        known = ", ".join(registry.names())
        sentence = f"quotaboard does not know the provider {entry.provider} yet: it knows {known}."
        return UNKNOWN_PROVIDER, sentence
    if found.trouble is not None:
        return (found.lack or Lack.MISSING).value, found.trouble
    if not base_url:
        sentence = f"{provider.title} has no address of its own: set base_url in the config."
        return BAD_ADDRESS, sentence
    if objected := objection(base_url, has_secret=found.secret is not None):
        return BAD_ADDRESS, objected
    host = urlsplit(base_url).hostname
    is_public = base_url == provider.base_url({}).rstrip("/") and not is_loopback(host)
    if is_public and found.secret is not None and not provider.secret_fits(found.secret):
        sentence = (
            f"This does not look like a key of {provider.title}, so it is not sent to {host}: "
            "set base_url to the server that it belongs to, or put the right key there."
        )
        return WRONG_HOST, sentence
    return None, None
