"""A provider of a third party, any call of which may fail: that is a value here, and the board goes on.

Its own rules come after one of ours, which says of an answer that it could not make, read or judge what is
known of it: nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from quotaboard.domain.answer import Answer, Asked, Fault
from quotaboard.domain.board import Cost
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Credential, Shape
from quotaboard.domain.rules import Context, Rule, judge
from quotaboard.domain.secret import Secret
from quotaboard.domain.verdict import Scope, Verdict
from quotaboard.plugins import guarded, promised
from quotaboard.providers.base import Provider, Received, Request
from quotaboard.providers.common import FAULT_WORDS, LOOK_AGAIN

T = TypeVar("T")

UNTOLD = Cost(500, 1)
"""What one look is taken to cost when the plug-in cannot tell: as much as one with a tool, generously."""


class Plugged:
    """Speaks the protocol of `Provider` in front of one that does so, and may not."""

    def __init__(self, theirs: Provider) -> None:
        self._theirs = theirs
        self.name = promised(str, theirs.name)
        self.title = promised(str, theirs.title)
        self.default_models = tuple(promised(str, model) for model in theirs.default_models)
        self.probes = promised(bool, theirs.probes)
        self.hides = None if theirs.hides is None else promised(str, theirs.hides)
        self._table = tuple(promised(Rule, rule) for rule in theirs.rules)
        self.rules: Sequence[Rule] = (self._rule(), *self._table)

    def base_url(self, environment: Mapping[str, str]) -> str:
        return self._safely(lambda: promised(str, self._theirs.base_url(environment)), "")

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        nothing = Request("POST", base_url, failed=True)
        return self._safely(
            lambda: promised(Request, self._theirs.probe(credential, model, shape, base_url)), nothing
        )

    def probe_cost(self, model: str, shape: Shape) -> Cost:
        return self._safely(lambda: promised(Cost, self._theirs.probe_cost(model, shape)), UNTOLD)

    def cost(self, model: str, input_tokens: int, output_tokens: int) -> Cost:
        return self._safely(
            lambda: promised(Cost, self._theirs.cost(model, input_tokens, output_tokens)),
            Cost(input_tokens, output_tokens),
        )

    def usage(self, credential: Credential, base_url: str) -> Request | None:
        return next(iter(self.usages(credential, base_url)), None)

    def usages(self, credential: Credential, base_url: str) -> Sequence[Request]:
        return self._safely(
            lambda: tuple(promised(Request, one) for one in self._theirs.usages(credential, base_url)), ()
        )

    def read(self, received: Received, asked: Asked) -> Answer:
        failed = Answer(self.name, received.at, asked, fault=Fault.PLUGIN, latency_ms=received.latency_ms)
        return self._safely(lambda: promised(Answer, self._theirs.read(received, asked)), failed)

    def read_told(self, body: object, asked: Asked, at: datetime, status: int | None) -> Answer | None:
        return self._safely(lambda: _maybe(Answer, self._theirs.read_told(body, asked, at, status)), None)

    def read_client(self, items: Sequence[object], at: datetime) -> Answer | None:
        return self._safely(lambda: _maybe(Answer, self._theirs.read_client(items, at)), None)

    def demand(self, model: str | None) -> float | None:
        def told() -> float | None:
            found = self._theirs.demand(model)
            return None if found is None else float(found)

        return self._safely(told, None)

    def secret_fits(self, secret: Secret) -> bool:
        """A secret of which it cannot be told is not sent to the public host."""
        return self._safely(lambda: promised(bool, self._theirs.secret_fits(secret)), otherwise=False)

    def _safely(self, call: Callable[[], T], otherwise: T) -> T:
        return guarded(call, lambda _error: otherwise, f"provider {self.name}")

    def _rule(self) -> Rule:
        said = FAULT_WORDS[Fault.PLUGIN] + " This says nothing about your quota."
        return Rule(
            id="plugin.unavailable.failed",
            verdict=Verdict.UNAVAILABLE,
            reason=Fault.PLUGIN.value,
            scope=Scope.REQUEST,
            when=self._fails_to_judge,
            summary=lambda _answer, _context, _detail: said,
            options=(LOOK_AGAIN,),
        )

    def _fails_to_judge(self, answer: Answer, context: Context) -> bool:
        if answer.fault is Fault.PLUGIN:
            return True
        judged = self._safely(lambda: promised(Judgement, judge(answer, self._table, context)), None)
        return judged is None


def _maybe(kind: type[T], value: object) -> T | None:
    return None if value is None else promised(kind, value)
