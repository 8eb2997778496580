"""Who is watched: the config's credentials, or what can be found, with their lanes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from quotaboard.config.values import Config, CredentialEntry
from quotaboard.domain.lane import PLAIN, Client, Credential, Kind, Lane
from quotaboard.domain.secret import Secret
from quotaboard.poll.place import Place
from quotaboard.providers import registry
from quotaboard.sources.base import Found, Lack
from quotaboard.sources.catalog import find_all, resolve

_FOR_THE_SESSION = ("keyring",)
"""Sources that may ask the person, so they are read once and not at every look."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One credential, how it may be asked, and its lanes."""

    entry: CredentialEntry
    credential: Credential
    lanes: tuple[Lane, ...]
    base_url: str
    trouble: str | None = None
    lack: Lack | None = None
    configured: bool = True
    """The config names it; one that was only found is asked nothing that costs tokens without consent."""


class Roster:
    """The watched credentials, and the way to their secrets."""

    def __init__(self, config: Config, place: Place, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._place = place
        self._clock = clock
        self._kept: dict[str, Found] = {}

    def watched(self) -> list[Watched]:
        """Every credential to watch, facts read now; a local server needs no secret."""
        if self._config.credentials:
            return [self._configured(entry) for entry in self._config.credentials]
        found = find_all(self._place.environment, self._place.home, self._clock(), self._place.state_dir)
        return [self._found(one) for one in found if one.credential.provider in registry.names()]

    def read(self, watched: Watched) -> Found:
        """The credential as it is right now. Its secret is for the next request and is not kept."""
        name = watched.entry.name
        if name in self._place.given:
            return self._place.given[name]
        if name in self._kept:
            return self._kept[name]
        found = resolve(
            watched.entry.source,
            name=name,
            provider=watched.entry.provider,
            environment=self._place.environment,
            home=self._place.home,
            now=self._clock(),
            state_dir=self._place.state_dir,
        )
        if watched.entry.source.partition(":")[0] in _FOR_THE_SESSION and found.secret is not None:
            self._kept[name] = found
        return found

    def secret(self, watched: Watched) -> Secret | None:
        return self.read(watched).secret

    def _configured(self, entry: CredentialEntry) -> Watched:
        placeholder = Watched(entry, Credential(entry.name, entry.provider, Kind.NONE, entry.source), (), "")
        found = self.read(placeholder)
        return self._watched(entry, found, configured=True)

    def _found(self, found: Found) -> Watched:
        credential = found.credential
        entry = CredentialEntry(
            name=credential.name,
            source=credential.source,
            provider=credential.provider,
            base_url=credential.base_url,
        )
        return self._watched(entry, found, configured=False)

    def _watched(self, entry: CredentialEntry, found: Found, *, configured: bool) -> Watched:
        provider = registry.provider(entry.provider)
        models = entry.models or tuple(provider.default_models)
        lanes = tuple(
            Lane(entry.name, entry.provider, model, shape, client)
            for model in models
            for client in entry.clients
            for shape in (entry.shapes if client is Client.DIRECT else (PLAIN,))
        )
        base_url = (entry.base_url or provider.base_url(self._place.environment)).rstrip("/")
        credential = replace(found.credential, name=entry.name, base_url=entry.base_url)
        return Watched(entry, credential, lanes, base_url, found.trouble, found.lack, configured)
