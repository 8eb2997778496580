"""A rule says which answers mean what; a provider's rules are a table of them, tried in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from quotaboard.domain.answer import Answer
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Client
from quotaboard.domain.reading import Overage, Window
from quotaboard.domain.verdict import DEFAULT_RETRY, Retry, Scope, Verdict
from quotaboard.domain.windows import current


@dataclass(frozen=True, slots=True)
class Control:
    """A less demanding request of the same credential that was served at about the same time."""

    model: str | None
    shape: str | None
    client: Client
    at: datetime


@dataclass(frozen=True, slots=True)
class Context:
    """What else is known about the credential when one of its answers is judged."""

    now: datetime
    windows: tuple[Window, ...] = ()
    """What the windows are now; those that have reset are unknown."""
    overage: Overage | None = None
    control: Control | None = None
    repeated: bool = False
    """The same refusal was seen before, far enough apart to rule out a burst."""
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """What a rule reads out of the answer itself."""

    reason: str | None = None
    until: datetime | None = None
    scope: Scope | None = None
    retry: Retry | None = None


Test = Callable[[Answer, Context], bool]
Summary = Callable[[Answer, Context, Detail], str]
"""The sentence for the person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. Every condition that is given must hold."""

    id: str
    verdict: Verdict
    summary: Summary
    reason: str | None = None
    scope: Scope = Scope.SHAPE
    statuses: frozenset[int] = frozenset()
    """Empty: any. An answer without a status, such as a pasted text, passes if `says` or `types` decides."""
    types: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    says: re.Pattern[str] | None = None
    """Searched in the message, white space folded and apostrophes straightened."""
    when: Test | None = None
    detail: Callable[[Answer, Context], Detail] | None = None
    options: tuple[str, ...] = ()
    confirmed: Callable[[Answer, Context], bool] | None = None
    """None for a refusal that is the same each time."""
    proof: tuple[str, ...] = field(default=())
    """Ids of the recorded answers that prove it."""

    def matches(self, answer: Answer, context: Context) -> bool:
        error = answer.error
        error_type = error.type if error else None
        if self.codes and error is not None and error.code in self.codes:
            return self.when is None or self.when(answer, context)
        if self.codes and self.says is None:
            return False
        if self.statuses and answer.status not in self.statuses:
            decided = self.says is not None or (error_type is not None and error_type in self.types)
            # An error inside an answer that began well has no status of its own.
            untold = answer.status is None or (error is not None and answer.status < 300)
            if not untold or not decided:
                return False
        # A wrapper may have dropped the type; the wording must then decide.
        mistyped = self.types and error_type not in self.types
        if mistyped and (error_type is not None or self.says is None):
            return False
        if self.says is not None and not self.says.search(answer.message):
            return False
        return self.when is None or self.when(answer, context)

    def apply(self, answer: Answer, context: Context) -> Judgement:
        detail = self.detail(answer, context) if self.detail else Detail()
        until = detail.until or answer.retry_at
        retry = detail.retry or DEFAULT_RETRY[self.verdict]
        if self.verdict is Verdict.UNFUNDED and until is not None:
            retry = Retry.AFTER
        return Judgement(
            verdict=self.verdict,
            rule=self.id,
            reason=detail.reason or self.reason,
            retry=retry,
            until=None if retry in (None, Retry.NO) else until,
            scope=detail.scope or self.scope,
            confirmed=self.confirmed(answer, context) if self.confirmed else True,
            summary=self.summary(answer, context, detail),
            options=self.options,
            evidence=evidence_of(answer),
            observed_at=answer.at,
        )


def judge(answer: Answer, rules: Sequence[Rule], context: Context | None = None) -> Judgement:
    """The judgement on one answer: the first rule that matches. A table's last rule must match everything."""
    seen = context or alone(answer)
    for rule in rules:
        if rule.matches(answer, seen):
            return rule.apply(answer, seen)
    raise LookupError(
        f"no rule for an answer of {answer.provider}: its table must end in a rule that always matches"
    )


def alone(answer: Answer) -> Context:
    """The context of an answer that stands by itself."""
    return Context(
        now=answer.at,
        windows=tuple(current(window, answer.at) for window in answer.windows),
        overage=answer.overage,
    )


def evidence_of(answer: Answer) -> Evidence:
    """What may be shown and stored of an answer."""
    return Evidence(
        status=answer.status,
        error_type=answer.error.type if answer.error else None,
        message=answer.message,
        request_id=answer.request_id,
        headers=tuple(sorted(answer.headers.items())),
    )
