"""What can be looked at: each credential once, whether the config knows it, and what a look would cost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from quotaboard.config.rules import base_url_trouble, name_trouble, plain_http_trouble, source_trouble
from quotaboard.config.values import Config, CredentialEntry
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import PLAIN, PLAIN_SHAPE, TOOLS_SHAPE, Credential
from quotaboard.poll.cadence import PACED_SHARE
from quotaboard.poll.means import Means
from quotaboard.poll.place import Place
from quotaboard.poll.plan import Tier
from quotaboard.poll.view import ROUNDS_A_DAY
from quotaboard.poll.watching import UNKNOWN_PROVIDER, Roster, Watched
from quotaboard.sources.base import Found, Lack
from quotaboard.sources.catalog import find_all
from quotaboard.sources.naming import unique


@dataclass(frozen=True, slots=True)
class Offer:
    """One credential, and what the config says of it or would say."""

    watched: Watched
    configured: bool
    """The config names it already."""
    obstacle: str | None = None
    """What the config would have against it, as a sentence."""

    @property
    def name(self) -> str:
        return self.watched.name

    @property
    def credential(self) -> Credential:
        return self.watched.credential

    @property
    def trouble(self) -> str | None:
        """Why it cannot be used now, as a sentence."""
        return self.watched.trouble or self.obstacle

    @property
    def usable(self) -> bool:
        """Whether there is anything to ask the person about it."""
        return self.trouble is None

    @property
    def supported(self) -> bool:
        """Whether its provider can be asked at all."""
        return self.watched.reason != UNKNOWN_PROVIDER

    @property
    def belongs(self) -> bool:
        """Whether the config is to name it. An expired login does: its owner will renew it."""
        return self.usable or (self.obstacle is None and self.watched.reason == Lack.EXPIRED)

    @property
    def models(self) -> Sequence[str]:
        """Those that would be looked at."""
        return tuple(dict.fromkeys(lane.model for lane in self.watched.lanes))


@dataclass(frozen=True, slots=True)
class Prices:
    """What each kind of look costs, at the most."""

    free: tuple[Tier, ...]
    """Readings that cost nothing."""
    plain: Cost
    """One look that tells how full the windows are."""
    tools: Cost
    """One look that tells whether requests with tools are served."""
    day: Cost
    """A day of looking, were every lane to serve."""
    budget: int
    """Tokens a day."""


def offers(config: Config, place: Place, now: datetime) -> list[Offer]:
    """Every credential of the config, then every other one that can be found. Nothing is sent."""
    named = {entry.name for entry in config.credentials}
    known = asyncio.run(Roster(config, place, lambda: now).watched()) if named else []
    known = [watched for watched in known if watched.name in named]  # not what only an agent uses
    fresh = _unknown_to([(one.credential, one.entry) for one in known], place, now)
    entries = tuple(_entry(found.credential) for found in fresh)
    given = replace(place, given={found.credential.name: found for found in fresh})
    # Without the lanes of agents, which are not asked because of the config.
    there = Roster(replace(config, credentials=entries), given, lambda: now).look_around() if entries else []
    described = [watched for watched, _ in there]
    return [
        *(Offer(one, configured=True) for one in known),
        *(Offer(one, configured=False, obstacle=_obstacle(one.entry)) for one in described),
    ]


def prices(offer: Offer, config: Config, place: Place, now: datetime) -> Prices | None:
    """What looking at it would cost; None when nobody can ask its provider."""
    watched, provider = offer.watched, offer.watched.provider
    if provider is None:
        return None
    means = Means(config, place)
    budget = config.budget_of(watched.entry)
    # A lane that serves the heavier shape vouches for the plain one.
    lanes = [lane for lane in watched.lanes if lane.shape != PLAIN] or watched.lanes
    return Prices(
        free=tuple(means.free_tiers(watched, {}, now)),
        plain=_dearest(provider.probe_cost(model, PLAIN_SHAPE) for model in offer.models),
        tools=_dearest(provider.probe_cost(model, TOOLS_SHAPE) for model in offer.models),
        day=_a_day([means.expected(watched, lane) for lane in lanes], budget),
        budget=budget,
    )


def _unknown_to(
    known: Iterable[tuple[Credential, CredentialEntry]], place: Place, now: datetime
) -> list[Found]:
    """What can be found and the config does not name, with names that are free there."""
    fingerprints, sources, taken = set(), set(), set()
    for credential, entry in known:
        fingerprints.add(credential.fingerprint or entry.name)
        sources.add(entry.source)
        taken.add(entry.name)
    fresh = []
    for found in find_all(place.environment, place.home, now, place.state_dir):
        credential = found.credential
        if credential.fingerprint in fingerprints or credential.source in sources:
            continue
        name = unique(credential.name, credential.source.partition(":")[0], taken)
        taken.add(name)
        fresh.append(replace(found, credential=replace(credential, name=name)))
    return fresh


def _entry(credential: Credential) -> CredentialEntry:
    return CredentialEntry(
        credential.name, credential.source, credential.provider, base_url=credential.base_url
    )


def _obstacle(entry: CredentialEntry) -> str | None:
    troubles = {"name": name_trouble(entry.name), "source": source_trouble(entry.source)}
    if entry.base_url is not None:
        troubles["base_url"] = base_url_trouble(entry.base_url) or plain_http_trouble(entry.base_url)
    return next((f"Its {key} {trouble}" for key, trouble in troubles.items() if trouble), None)


def _dearest(costs: Iterable[Cost]) -> Cost:
    return max(costs, key=lambda cost: cost.tokens, default=Cost(0, 0))


def _a_day(costs: Sequence[Cost], budget: int) -> Cost:
    """As the planner paces itself: so many rounds, and no more than its share of the budget."""
    tokens = sum(cost.tokens for cost in costs)
    rounds = min(ROUNDS_A_DAY, budget * PACED_SHARE / tokens) if tokens else 0.0
    dollars = [cost.usd for cost in costs if cost.usd is not None]
    return Cost(
        int(sum(cost.input_tokens for cost in costs) * rounds),
        int(sum(cost.output_tokens for cost in costs) * rounds),
        sum(dollars, Decimal()) * Decimal(str(round(rounds, 2))) if dollars else None,
    )
