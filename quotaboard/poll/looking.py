"""Taking one look: reserve what it may cost, read the secret afresh, ask, and settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import httpx

from quotaboard.config.values import Config
from quotaboard.domain.answer import Answer, Asked, Endpoint, Fault
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import Kind, Lane
from quotaboard.domain.reading import Origin
from quotaboard.domain.secret import Secret
from quotaboard.poll.asking import NoAnswer, Refused, ask
from quotaboard.poll.plan import Look, Tier
from quotaboard.poll.watching import Roster, Watched
from quotaboard.providers import registry
from quotaboard.providers.base import Request
from quotaboard.store.store import Store

OVER_BUDGET = "Today's budget for looking is used up; planned looks go on tomorrow (UTC)."


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look brought."""

    look: Look
    answer: Answer | None
    """None when nothing was sent: the secret cannot be read now, or the day's budget is used up."""
    origin: Origin
    cost: Cost | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Looker:
    """Takes looks for one process, with its one HTTP client."""

    client: httpx.AsyncClient
    store: Store
    roster: Roster
    config: Config
    clock: Callable[[], datetime]

    async def look(self, look: Look, watched: Watched) -> Seen:
        """Ask what was planned. Nothing but a bug raises."""
        match look.tier:
            case Tier.USAGE:
                return await self._usage(look, watched)
            case _:
                return await self._probe(look, watched)

    async def _usage(self, look: Look, watched: Watched) -> Seen:
        provider = registry.provider(watched.entry.provider)
        request = provider.usage(watched.credential, watched.base_url)
        asked = Asked(endpoint=Endpoint.USAGE)
        if request is None:
            return Seen(look, None, Origin.USAGE)
        return Seen(look, await self._sent(request, watched, asked), Origin.USAGE, Cost(0, 0))

    async def _probe(self, look: Look, watched: Watched) -> Seen:
        lane = look.lane
        if lane is None:
            return Seen(look, None, Origin.PROBE)
        provider = registry.provider(watched.entry.provider)
        shape = self.config.shape(lane.shape)
        expected = provider.probe_cost(lane.model, shape)
        reserved = self.store.budget.reserve(
            lane.credential, self.clock().date(), expected.tokens, self.config.budget_of(watched.entry)
        )
        if reserved is None:
            return Seen(look, None, Origin.PROBE, trouble=OVER_BUDGET)
        request = provider.probe(watched.credential, lane.model, shape, watched.base_url)
        asked = Asked(lane.model, lane.shape, shape.tools, _auth(watched.credential.kind), lane.client)
        answer = await self._sent(request, watched, asked)
        if answer is None:
            self.store.budget.release(reserved)
            return Seen(look, None, Origin.PROBE)
        cost = self._cost(answer, lane, expected)
        self.store.budget.settle(reserved, cost)
        return Seen(look, answer, Origin.PROBE, cost)

    async def _sent(self, request: Request, watched: Watched, asked: Asked) -> Answer | None:
        secret = self._secret(watched)
        if secret is None and watched.credential.kind is not Kind.NONE:
            return None
        provider = registry.provider(watched.entry.provider)
        try:
            received = await ask(self.client, request, secret, self.clock)
        except Refused:
            return Answer(provider.name, self.clock(), asked, fault=Fault.CONNECT)
        if isinstance(received, NoAnswer):
            return Answer(
                provider.name, received.at, asked, fault=received.fault, latency_ms=received.latency_ms
            )
        return provider.read(received, asked)

    def _secret(self, watched: Watched) -> Secret | None:
        return self.roster.secret(watched)

    def _cost(self, answer: Answer, lane: Lane, expected: Cost) -> Cost:
        """What it cost: what the answer says; nothing for a refusal; the estimate when nobody can tell."""
        provider = registry.provider(lane.provider)
        if answer.input_tokens is not None or answer.output_tokens is not None:
            return provider.cost(lane.model, answer.input_tokens or 0, answer.output_tokens or 0)
        if answer.status is not None and not answer.allowed:
            return Cost(0, 0)
        if answer.fault in (Fault.DNS, Fault.CONNECT, Fault.TLS):
            return Cost(0, 0)
        return replace(expected)


def _auth(kind: Kind) -> str:
    return "api_key" if kind is Kind.API_KEY else "oauth"
