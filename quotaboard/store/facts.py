"""Domain values as JSON and back, exactly: moments to the microsecond, money as text, nothing for None."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quotaboard.domain.board import Cost
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Client
from quotaboard.domain.reading import Balance, Money, Overage, Window
from quotaboard.domain.verdict import Retry, Scope, Verdict
from quotaboard.store import clean

if TYPE_CHECKING:
    from quotaboard.domain.answer import Answer, ErrorFacts

Facts = dict[str, Any]


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)


def dumps(facts: object) -> str:
    """Compact JSON in ASCII."""
    return _ENCODER.encode(facts)


def answer_facts(answer: Answer) -> Facts:
    """An answer, with long or secret-looking text cut."""
    asked, error = answer.asked, answer.error
    return _told(
        provider=answer.provider,
        at=_moment(answer.at),
        asked=_told(
            model=asked.model,
            shape=asked.shape,
            tools=asked.tools,
            auth=asked.auth,
            client=asked.client.value,
            endpoint=asked.endpoint.value,
        ),
        status=answer.status,
        headers=clean.headers(answer.headers) or None,
        error=_error_facts(error) if error else None,
        fault=answer.fault,
        windows=[window_facts(window) for window in answer.windows] or None,
        overage=overage_facts(answer.overage),
        balance=balance_facts(answer.balance),
        plan=clean.maybe_text(answer.plan),
        notes=[clean.text(note) for note in answer.notes] or None,
        request_id=clean.maybe_text(answer.request_id),
        latency_ms=answer.latency_ms,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        retry_at=_maybe_moment(answer.retry_at),
        passive=answer.passive or None,
    )


def answer_of(facts: Facts) -> Answer:
    """The answer again."""
    # 6 ms, and whoever only shows verdicts reads no answer.
    from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts, Fault

    asked: Facts = facts["asked"]
    error: Facts | None = facts.get("error")
    return Answer(
        provider=facts["provider"],
        at=_moment_of(facts["at"]),
        asked=Asked(
            model=asked.get("model"),
            shape=asked.get("shape"),
            tools=asked.get("tools"),
            auth=asked.get("auth"),
            client=Client(asked["client"]),
            endpoint=Endpoint(asked["endpoint"]),
        ),
        status=facts.get("status"),
        headers=facts.get("headers", {}),
        error=ErrorFacts(**error) if error is not None else None,
        fault=Fault(facts["fault"]) if "fault" in facts else None,
        windows=tuple(window_of(window) for window in facts.get("windows", ())),
        overage=overage_of(facts.get("overage")),
        balance=balance_of(facts.get("balance")),
        plan=facts.get("plan"),
        notes=tuple(facts.get("notes", ())),
        request_id=facts.get("request_id"),
        latency_ms=facts.get("latency_ms"),
        input_tokens=facts.get("input_tokens"),
        output_tokens=facts.get("output_tokens"),
        retry_at=_maybe_moment_of(facts.get("retry_at")),
        passive=facts.get("passive", False),
    )


def window_facts(window: Window) -> Facts:
    """A window."""
    return _told(
        name=window.name,
        utilization=window.utilization,
        resets_at=_maybe_moment(window.resets_at),
        status=window.status,
        model=window.model,
        seconds=window.seconds,
        threshold_passed=window.threshold_passed or None,
    )


def window_of(facts: Facts) -> Window:
    """The window again."""
    return Window(**{**facts, "resets_at": _maybe_moment_of(facts.get("resets_at"))})


def overage_facts(overage: Overage | None) -> Facts | None:
    """The paid pool."""
    if overage is None:
        return None
    return _told(
        status=overage.status,
        reason=overage.reason,
        in_use=overage.in_use,
        utilization=overage.utilization,
        resets_at=_maybe_moment(overage.resets_at),
        used=_money_facts(overage.used),
        limit=_money_facts(overage.limit),
    )


def overage_of(facts: Facts | None) -> Overage | None:
    """The paid pool again."""
    if facts is None:
        return None
    return Overage(
        status=facts.get("status"),
        reason=facts.get("reason"),
        in_use=facts.get("in_use"),
        utilization=facts.get("utilization"),
        resets_at=_maybe_moment_of(facts.get("resets_at")),
        used=_money_of(facts.get("used")),
        limit=_money_of(facts.get("limit")),
    )


def balance_facts(balance: Balance | None) -> Facts | None:
    """A balance."""
    if balance is None:
        return None
    return _told(
        remaining=_money_facts(balance.remaining),
        limit=_money_facts(balance.limit),
        period=balance.period,
        used=_money_facts(balance.used),
        available=balance.available,
    )


def balance_of(facts: Facts | None) -> Balance | None:
    """The balance again."""
    if facts is None:
        return None
    return Balance(
        remaining=_money_of(facts.get("remaining")),
        limit=_money_of(facts.get("limit")),
        period=facts.get("period"),
        used=_money_of(facts.get("used")),
        available=facts.get("available"),
    )


def cost_facts(cost: Cost | None) -> list[object] | None:
    """Input tokens, output tokens, dollars."""
    if cost is None:
        return None
    return [cost.input_tokens, cost.output_tokens, None if cost.usd is None else str(cost.usd)]


def cost_of(facts: list[Any] | None) -> Cost | None:
    """The cost again."""
    if facts is None:
        return None
    input_tokens, output_tokens, usd = facts
    return Cost(input_tokens, output_tokens, None if usd is None else Decimal(usd))


def judgement_facts(judgement: Judgement) -> Facts:
    """A judgement without the parts that have columns of their own."""
    evidence = judgement.evidence
    return _told(
        rule=judgement.rule,
        retry=judgement.retry,
        scope=judgement.scope,
        until=_maybe_moment(judgement.until),
        summary=clean.text(judgement.summary, 2 * clean.MESSAGE_LIMIT) or None,
        options=[clean.text(option, clean.MESSAGE_LIMIT) for option in judgement.options] or None,
        evidence=_told(
            status=evidence.status,
            error_type=clean.maybe_text(evidence.error_type),
            message=clean.message(evidence.message) or None,
            request_id=clean.maybe_text(evidence.request_id),
            headers=list(clean.headers(dict(evidence.headers)).items()) or None,
        )
        or None,
        observed_at=_maybe_moment(judgement.observed_at),
        inferred_from=judgement.inferred_from,
        stale=judgement.stale or None,
        was=judgement.was,
        told_by=clean.maybe_text(judgement.told_by),
    )


def judgement_of(facts: Facts, verdict: str, reason: str | None, *, confirmed: bool) -> Judgement:
    """The verdict, its reason and `confirmed` have columns of their own."""
    evidence: Facts = facts.get("evidence", {})
    return Judgement(
        verdict=Verdict(verdict),
        rule=facts["rule"],
        reason=reason,
        retry=Retry(facts["retry"]) if "retry" in facts else None,
        until=_maybe_moment_of(facts.get("until")),
        scope=Scope(facts["scope"]),
        confirmed=confirmed,
        summary=facts.get("summary", ""),
        options=tuple(facts.get("options", ())),
        evidence=Evidence(
            status=evidence.get("status"),
            error_type=evidence.get("error_type"),
            message=evidence.get("message", ""),
            request_id=evidence.get("request_id"),
            headers=tuple((name, value) for name, value in evidence.get("headers", ())),
        ),
        observed_at=_maybe_moment_of(facts.get("observed_at")),
        inferred_from=facts.get("inferred_from"),
        stale=facts.get("stale", False),
        was=Verdict(facts["was"]) if "was" in facts else None,
        told_by=facts.get("told_by"),
    )


def _error_facts(error: ErrorFacts) -> Facts:
    return _told(
        type=clean.maybe_text(error.type),
        code=clean.maybe_text(error.code),
        message=clean.message(error.message) or None,
        details=clean.details(error.details) or None,
    )


def _money_facts(money: Money | None) -> list[str] | None:
    return None if money is None else [str(money.amount), money.currency]


def _money_of(facts: list[str] | None) -> Money | None:
    return None if facts is None else Money(Decimal(facts[0]), facts[1])


def _told(**facts: object) -> Facts:
    return {name: value for name, value in facts.items() if value is not None}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _maybe_moment(moment: datetime | None) -> str | None:
    return None if moment is None else _moment(moment)


def _moment_of(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def _maybe_moment_of(written: str | None) -> datetime | None:
    return None if written is None else _moment_of(written)
