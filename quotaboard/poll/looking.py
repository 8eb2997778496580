"""Taking one look: reserve what it may cost, read the secret afresh, ask. The desk learns from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import httpx

from quotaboard.config.values import Config
from quotaboard.domain.answer import Answer, Asked, Endpoint, Fault
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import PLAIN, Client, Credential, Kind, Lane
from quotaboard.domain.reading import Origin, Reading
from quotaboard.domain.rules import judge
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.asking import AT_ONCE, PATIENCE, NoAnswer, Patience, Refused, ask
from quotaboard.poll.means import NO_SUCH_METER, OWN_CLIENT, PLAN_CLIENT, SUBSCRIPTIONS, Means
from quotaboard.poll.meters import is_half, is_of_this_endpoint, joined, passive_reading
from quotaboard.poll.plan import Look, Tier
from quotaboard.poll.together import Together
from quotaboard.poll.watching import Roster, Watched
from quotaboard.providers.base import Provider, Received, Request
from quotaboard.store.budget import Budget, Reservation

SENT_NOTHING = (Fault.DNS, Fault.CONNECT, Fault.TLS, Fault.NO_CLIENT)
"""Faults that come before a request could cost anything."""

OF_A_MESSAGE = frozenset({"content", "usage", "choices", "model", "message", "type", "id"})
"""Keys of which a served answer has some; a page of a hotel's network has none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look brought."""

    look: Look
    answer: Answer | None = None
    """None when nothing was sent: the secret cannot be read now, or the day's budget is used up."""
    reading: Reading | None = None
    """What a passive reading said; it has no answer."""
    origin: Origin = Origin.PROBE
    cost: Cost | None = None
    reserved: Reservation | None = None
    over_budget: bool = False


@dataclass(frozen=True, slots=True)
class Looker:
    """Takes looks for one process, with its one HTTP client."""

    client: httpx.AsyncClient
    budget: Budget
    together: Together
    roster: Roster
    means: Means
    config: Config
    clock: Callable[[], datetime]
    patience: Patience = PATIENCE
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    """Requests wait here rather than in the client, whose clock would run meanwhile."""
    absent: set[tuple[str, str]] = field(default_factory=set)
    """By credential, the meters that a server turned out not to have for it."""
    other_bodies: set[tuple[str, str]] = field(default_factory=set)
    """Addresses and models that want the other name of a parameter, so that it is asked at once."""

    async def look(self, look: Look, watched: Watched) -> Seen:
        """Ask what was planned. May raise StoreTrouble before anything is sent."""
        match look.tier:
            case Tier.CACHED:
                return Seen(look, reading=self._cached(watched), origin=Origin.CACHED)
            case Tier.USAGE:
                return Seen(look, await self._usage(watched), origin=Origin.USAGE, cost=Cost(0, 0))
            case Tier.CLIENT:
                return Seen(look, await self._client_usage(watched), origin=Origin.CLIENT, cost=Cost(0, 0))
            case Tier.CONTROL | Tier.PROBE:
                return await self._paid(look, watched)

    def _cached(self, watched: Watched) -> Reading | None:
        from quotaboard.sources.base import Surroundings

        place = self.roster.place
        around = Surroundings(place.environment, place.home, self.clock(), place.state_dir)
        return passive_reading(watched.entry.source, around)

    async def _usage(self, watched: Watched) -> Answer | None:
        """The first free reading that tells something; a refusal of the account is an answer too."""
        provider = watched.provider
        if provider is None:
            return None
        answer = await self._first_usage(watched, provider, watched.credential)
        if answer is None or answer.account is None or watched.credential.account is not None:
            return answer
        # What it read is whose quota to ask for.
        named = replace(watched.credential, account=answer.account)
        quota = await self._first_usage(watched, provider, named)
        return replace(quota, plan=quota.plan or answer.plan) if quota is not None else answer

    async def _first_usage(
        self, watched: Watched, provider: Provider, credential: Credential
    ) -> Answer | None:
        limit = answer = None
        requests = provider.usages(credential, watched.base_url)
        there = [request for request in requests if (watched.name, request.url) not in self.absent]
        for request in there or requests:
            answer = await self._sent(provider, request, watched, Asked(endpoint=Endpoint.USAGE))
            if answer is None:
                break
            if answer.status in NO_SUCH_METER:
                self.absent.add((watched.name, request.url))
            if limit is not None:
                return joined(limit, answer)
            if is_half(answer):
                limit = answer
            elif not is_of_this_endpoint(answer, provider.rules):
                break
        return limit or answer

    async def _client_usage(self, watched: Watched) -> Answer | None:
        program = self.means.client_of(watched)
        if program is None:
            return None
        if watched.entry.source == PLAN_CLIENT:
            from quotaboard.providers.codex.app_server import plan_limits

            return await plan_limits(
                program,
                environment=self.means.client_environment(),
                base_url=self.means.client_address(watched),
                clock=self.clock,
            )
        from quotaboard.providers.anthropic.official import client_usage

        answer = await client_usage(
            program,
            environment=self.means.client_environment(),
            config_dir=None,
            base_url=self.means.client_address(watched),
            clock=self.clock,
        )
        asked = Asked(client=Client.OFFICIAL, endpoint=Endpoint.USAGE)
        return answer or Answer("anthropic", self.clock(), asked, fault=Fault.NO_CLIENT)

    async def _paid(self, look: Look, watched: Watched) -> Seen:
        lane, provider = look.lane, watched.provider
        if lane is None or provider is None or not provider.probes:
            return Seen(look)
        origin = Origin.CONTROL if look.tier is Tier.CONTROL else Origin.PROBE
        expected = self.means.expected(watched, lane)
        budget = self.config.budget_of(watched.entry)
        reserved = await self.together.do(
            lambda: self.budget.reserve(lane.credential, self.clock().date(), look.tokens, budget)
        )
        if reserved is None:
            return Seen(look, origin=origin, over_budget=True)
        send = self._control if look.tier is Tier.CONTROL else self._probe
        answer = await send(provider, lane, watched)
        cost = _cost(provider, answer, lane, expected) if answer else None
        return Seen(look, answer, origin=origin, cost=cost, reserved=reserved)

    async def _probe(self, provider: Provider, lane: Lane, watched: Watched) -> Answer | None:
        shape = self.config.shape(lane.shape)
        request = provider.probe(watched.credential, lane.model, shape, watched.base_url)
        auth = "api_key" if watched.credential.kind is Kind.API_KEY else "oauth"
        asked = Asked(lane.model, lane.shape, shape.tools, auth, lane.client)
        learnt = (watched.base_url, lane.model)
        if request.otherwise is not None and learnt in self.other_bodies:
            request = replace(request, json=request.otherwise, otherwise=None)
        answer = await self._sent(provider, request, watched, asked)
        if answer is None or request.otherwise is None or not _refuses_a_parameter(answer, provider):
            return answer
        again = await self._sent(
            provider, replace(request, json=request.otherwise, otherwise=None), watched, asked
        )
        if again is not None and again.allowed:
            self.other_bodies.add(learnt)
        return again or answer

    async def _control(self, provider: Provider, lane: Lane, watched: Watched) -> Answer | None:
        from quotaboard.providers.anthropic.official import control_probe

        program, own_login = self.means.client(), watched.entry.source == OWN_CLIENT
        if program is None or not (own_login or watched.credential.kind in SUBSCRIPTIONS):
            asked = Asked(lane.model, PLAIN, 0, "oauth", Client.OFFICIAL)
            return Answer(provider.name, self.clock(), asked, fault=Fault.NO_CLIENT)
        secret = None if own_login else await self.roster.secret(watched)
        if secret is None and not own_login:
            return None
        return await control_probe(
            program,
            lane.model,
            environment=self.means.client_environment(),
            secret=secret,
            config_dir=None,
            base_url=self.means.client_address(watched),
            clock=self.clock,
        )

    async def _sent(
        self, provider: Provider, request: Request, watched: Watched, asked: Asked
    ) -> Answer | None:
        if request.failed:
            return Answer(
                provider.name, self.clock(), asked, fault=Fault.PLUGIN, input_tokens=0, output_tokens=0
            )
        async with self.room:
            secret = await self.roster.secret(watched)
            if secret is None and watched.credential.kind is not Kind.NONE:
                return None
            try:
                received = await ask(self.client, request, secret, self.clock, self.patience)
            except Refused:
                return None
        if isinstance(received, NoAnswer):
            return Answer(
                provider.name, received.at, asked, fault=received.fault, latency_ms=received.latency_ms
            )
        answer = provider.read(received, asked)
        is_message = asked.endpoint is Endpoint.INFERENCE and request.json is not None
        if is_message and _is_empty_success(answer, received):
            return replace(answer, asked=asked, fault=Fault.NOT_JSON)
        return answer


def _refuses_a_parameter(answer: Answer, provider: Provider) -> bool:
    judgement = judge(answer, provider.rules)
    return judgement.verdict is Verdict.BAD_REQUEST and judgement.reason == "parameter"


def _is_empty_success(answer: Answer, received: Received) -> bool:
    """A 200 that holds no message: something answers that is not the API, and nothing was served."""
    served = 200 <= received.status < 300 and answer.error is None and answer.fault is None
    if not served or answer.windows or answer.overage is not None:
        return False
    body = received.body
    if isinstance(body, dict):
        return not OF_A_MESSAGE & body.keys()
    return not (isinstance(body, str) and body.lstrip().startswith(("event:", "data:")))


def _cost(provider: Provider, answer: Answer, lane: Lane, expected: Cost) -> Cost:
    """What it cost: what the answer says; nothing for a refusal; the estimate when nobody can tell."""
    if answer.input_tokens is not None or answer.output_tokens is not None:
        return provider.cost(lane.model, answer.input_tokens or 0, answer.output_tokens or 0)
    if answer.status is not None and not answer.allowed:
        return Cost(0, 0)
    return Cost(0, 0) if answer.fault in SENT_NOTHING else expected
