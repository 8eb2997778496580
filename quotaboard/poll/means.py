"""By which means a credential can be read, cheapest first, and what each costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.config.values import Config
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import Client, Kind, Lane
from quotaboard.poll.place import Place
from quotaboard.poll.plan import USAGE_AT_MOST_EVERY, Tier
from quotaboard.poll.watching import Watched
from quotaboard.providers.base import Provider
from quotaboard.sources.base import Lack
from quotaboard.store.schedule import Slot

FREE = (Tier.CACHED, Tier.USAGE, Tier.CLIENT)
"""Readings that cost no tokens."""

CACHED_EVERY = timedelta(seconds=60)
"""Claude Code itself reads usage at most once a minute; reading its file costs nothing."""

OWN_CLIENT = "claude-code"
"""The source whose login belongs to the official client."""

PLAN_CLIENT = "codex"
"""The source whose login belongs to Codex, which writes down what each turn is told of the plan."""

NO_SUCH_METER = (403, 404, 405, 501)
"""Statuses of a usage endpoint that is not there, or not for this credential."""

SUBSCRIPTIONS = (Kind.OAUTH, Kind.SETUP_TOKEN)


class Means:
    """What can be read here, for one config and one place."""

    def __init__(self, config: Config, place: Place) -> None:
        self._config = config
        self.place = place
        self._clients: dict[str, Path | None] = {}
        self._expected: dict[tuple[str, str, str, Client], Cost] = {}
        """By provider, model, shape and client, of which a thousand lanes have a handful."""

    def every(self, tier: Tier) -> timedelta:
        """The shortest time between two readings of this kind."""
        if tier is Tier.CACHED:
            return CACHED_EVERY
        return max(self._config.poll.usage_every, USAGE_AT_MOST_EVERY)

    def expected(self, watched: Watched, lane: Lane) -> Cost:
        """What one look at a lane costs at the most."""
        provider = watched.provider
        if provider is None:
            return Cost(0, 0)
        key = (provider.name, lane.model, lane.shape, lane.client)
        expected = self._expected.get(key)
        if expected is None:
            expected = self._expected[key] = self._worked_out(provider, lane)
        return expected

    def _worked_out(self, provider: Provider, lane: Lane) -> Cost:
        if lane.client is Client.OFFICIAL:
            from quotaboard.providers.anthropic.official import (
                control_cost,
            )  # only who asks for it pays for it

            return control_cost(lane.model)
        return provider.probe_cost(lane.model, self._config.shape(lane.shape))

    def free_tiers(
        self, watched: Watched, slots: Mapping[str, Slot], now: datetime
    ) -> dict[Tier, datetime | None]:
        """The readings without tokens that the credential can have, and from when on each may be taken."""
        usable = watched.trouble is None
        own_login = has_own_client(watched)
        renewable = own_login and watched.reason == Lack.EXPIRED
        tiers: dict[Tier, datetime | None] = {}
        if own_login and (usable or renewable):
            tiers[Tier.CACHED] = _from(slots.get(f"{Tier.CACHED}/{watched.name}"), now)
        by_usage = slots.get(f"{Tier.USAGE}/{watched.name}")
        reads_usage = watched.provider is not None and bool(
            watched.provider.usages(watched.credential, watched.base_url)
        )
        if usable and reads_usage:
            tiers[Tier.USAGE] = _from(by_usage, now)
        refused = usable and by_usage is not None and by_usage.failures > 0
        if own_login and (renewable or refused) and self.client_of(watched) is not None:
            tiers[Tier.CLIENT] = _from(slots.get(f"{Tier.CLIENT}/{watched.name}"), now)
        return tiers

    def client(self) -> Path | None:
        """Anthropic's own client, if it is installed; sought once a run."""
        if OWN_CLIENT not in self._clients:
            from quotaboard.providers.anthropic.official import (
                find_client,
            )  # only who asks for it pays for it

            self._clients[OWN_CLIENT] = find_client(self.place.environment)
        return self._clients[OWN_CLIENT]

    def client_of(self, watched: Watched) -> Path | None:
        """The client that the login belongs to, if it is installed."""
        if watched.entry.source != PLAN_CLIENT:
            return self.client()
        if PLAN_CLIENT not in self._clients:
            from quotaboard.providers.codex.app_server import find_codex

            self._clients[PLAN_CLIENT] = find_codex(self.place.environment)
        return self._clients[PLAN_CLIENT]

    def client_address(self, watched: Watched) -> str | None:
        """The address that the official client is told; None for its own."""
        public = watched.provider is not None and watched.base_url == watched.provider.base_url({})
        return None if public else watched.base_url

    def client_environment(self) -> dict[str, str]:
        """The environment with the home that sources see."""
        return {**self.place.environment, "HOME": str(self.place.home)}


def has_own_client(watched: Watched) -> bool:
    """Whether the login belongs to a client that writes down what it is told of the plan, and renews it."""
    source = watched.entry.source
    return source == OWN_CLIENT or (source == PLAN_CLIENT and watched.credential.kind is Kind.OAUTH)


def _from(slot: Slot | None, now: datetime) -> datetime | None:
    """A slot that was taken at a time that has not come says nothing: the clock was put back."""
    return None if slot is None or (slot.last_at is not None and slot.last_at > now) else slot.next_at
