"""A provider in memory for some days: its accounts, what is true of them, and the wire to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import httpx

from quotaboard.domain.lane import TOOLS, Lane
from quotaboard.domain.lane import Client as Sender
from quotaboard.providers import prices
from quotaboard.simulator.answers import Answer
from quotaboard.simulator.facts import RequestFacts
from quotaboard.simulator.limit_headers import claimed_window
from quotaboard.simulator.scenario import Client, Reply, Scenario, Shape
from quotaboard.simulator.service import Service
from quotaboard.simulator.state import AccountState

TOOLS_PREAMBLE = 346
"""Tokens of its own that Anthropic puts before tools; the embedded provider counts only what it was sent."""

OVER = timedelta(days=10_000)
"""Longer than any run: a rule that comes once."""

SERVES, PAID, SPENT, GATED, UNFUNDED, DOWN = "serves", "paid", "spent", "gated", "unfunded", "down"
SHUT = (SPENT, GATED, UNFUNDED)
GATES = (Reply.OUT_OF_EXTRA_USAGE, Reply.THIRD_PARTY_APPS, Reply.BARE_429)
TRUTHS = {
    **dict.fromkeys(GATES, GATED),
    Reply.OVERLOADED: DOWN,
    Reply.CREDIT_BALANCE: UNFUNDED,
}


@dataclass(slots=True)
class Bill:
    """What one policy asked for."""

    tokens: int = 0
    requests: int = 0
    usd: Decimal = Decimal(0)
    too_often: int = 0
    """Requests against a limit that the provider had told, or that its usage endpoint refused."""

    def add(self, model: str, input_tokens: int, output_tokens: int) -> None:
        cost = prices.cost("anthropic", model, input_tokens, output_tokens)
        self.tokens += cost.tokens
        self.usd += cost.usd or Decimal(0)


@dataclass(slots=True)
class World:
    """The provider, its accounts, and the wire to it."""

    scenario: Scenario
    started_at: datetime
    offline: tuple[tuple[datetime, datetime], ...]
    """When nothing goes out of this machine."""
    hiccups: float = 0.0
    """The share of agents' requests that fail by themselves."""
    bill: Bill = field(default_factory=Bill)
    _waits: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _spells: dict[Lane, list[tuple[datetime, datetime, Reply]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._service = Service(self.scenario, self.started_at)
        self._states: dict[str, AccountState] = {
            state.account.name: state for state in self._service._states.values()
        }

    _service: Service = field(init=False)
    _states: dict[str, AccountState] = field(init=False)

    def state(self, account: str) -> AccountState:
        return self._states[account]

    def changes(self) -> list[datetime]:
        """When something begins or ends by itself, resets apart."""
        edges = {edge for span in self.offline for edge in span}
        for account in self.scenario.accounts:
            for rule in account.rules:
                edges.add(self.started_at + rule.after)
                edges.add(self.started_at + rule.after + (rule.lasts or OVER))
        return sorted(edges)

    def is_offline(self, now: datetime) -> bool:
        return any(begin <= now < end for begin, end in self.offline)

    def truth(self, lane: Lane, now: datetime) -> str:
        """What is to be told of the lane. What is shut stays so, whatever else comes before it for a while.

        Bursts are left out: the next request meets none.
        """
        replies = self._replies(lane, now)
        beyond = self._beyond(lane, [reply for reply in replies if reply is not Reply.OVERLOADED], now)
        is_down = self.is_offline(now) or Reply.OVERLOADED in replies
        return DOWN if is_down and beyond not in SHUT else beyond

    def meets(self, lane: Lane, now: datetime) -> str:
        """What a request on the lane would meet now."""
        return DOWN if self.is_offline(now) else self._beyond(lane, self._replies(lane, now), now)

    def _beyond(self, lane: Lane, replies: Sequence[Reply], now: datetime) -> str:
        state = self._states[lane.credential]
        claimed = claimed_window(state.windows(now, lane.model))
        spent = claimed is not None and claimed.status == "rejected"
        if not replies:
            return SERVES if not spent else PAID if state.overage().pays else SPENT
        if replies[0] is Reply.EXTRA_USAGE:
            return PAID if state.overage().pays else GATED
        # A gate before a window that is used up shuts nothing that was open.
        return SPENT if spent and replies[0] in GATES else TRUTHS[replies[0]]

    def _replies(self, lane: Lane, now: datetime) -> list[Reply]:
        """What the lane meets instead of an answer; the first counts."""
        return [reply for begin, end, reply in self._befalls(lane) if begin <= now < end]

    def _befalls(self, lane: Lane) -> list[tuple[datetime, datetime, Reply]]:
        """From when until when the lane meets which reply; the first that holds counts."""
        known = self._spells.get(lane)
        if known is None:
            shape = Shape.TOOLS if lane.shape == TOOLS else Shape.PLAIN
            client = Client.OFFICIAL if lane.client is Sender.OFFICIAL else Client.THIRD_PARTY
            known = self._spells[lane] = [
                (begin, begin + (rule.lasts or OVER), rule.reply)
                for rule in self._states[lane.credential].account.rules
                if rule.first is None and rule.fits(shape, client, lane.model, 0)
                for begin in (self.started_at + rule.after,)
            ]
        return known

    def agent_asks(self, lane: Lane, tokens: int, now: datetime) -> str:
        """An agent's own request, counted against the plan if it is served."""
        met = self.meets(lane, now)
        if met == SERVES:
            self._states[lane.credential].use_plan(lane.model, tokens, now)
        return met

    def answer(self, request: httpx.Request, now: datetime) -> httpx.Response:
        """One request of a board, on the wire."""
        self.bill.requests += 1
        if self.is_offline(now):
            raise httpx.ConnectError("Network is unreachable", request=request)
        facts = RequestFacts(request.method, request.url.path, {}, dict(request.headers), request.content)
        handled = self._service.handle(facts, now)
        body = handled.answer.body
        if facts.path == "/v1/messages":
            body = self._message(handled.account or "", json.loads(request.content), handled.answer, now)
        elif handled.answer.status == 429:
            self.bill.too_often += 1
        return httpx.Response(
            handled.answer.status, headers=handled.answer.headers, stream=httpx.ByteStream(body)
        )

    def _message(self, account: str, asked: dict[str, object], answer: Answer, now: datetime) -> bytes:
        model = str(asked["model"])
        if now < self._waits.get((account, model), now):
            self.bill.too_often += 1
        if answer.status != 200:
            if wait := answer.headers.get("retry-after"):
                self._waits[account, model] = now + timedelta(seconds=int(wait))
            return answer.body
        told = json.loads(answer.body)
        usage = told["usage"]
        usage["input_tokens"] += TOOLS_PREAMBLE if asked.get("tools") else 0
        self.bill.add(model, usage["input_tokens"], usage["output_tokens"])
        return json.dumps(told).encode()
