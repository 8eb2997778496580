"""Questions that the rules of the OpenAI dialect ask of an answer, and details that they read out of it."""

from __future__ import annotations

import re
from datetime import datetime

from quotaboard.domain.answer import Answer, Endpoint, Fault
from quotaboard.domain.reading import Window
from quotaboard.domain.rules import Context, Detail, Test
from quotaboard.domain.verdict import Scope
from quotaboard.domain.windows import blocking, holds_back, is_cap, is_near
from quotaboard.providers.moments import moment

_UPSTREAM = re.compile(
    r"error from provider\b(?!\s*\(\d{3}\))|provider returned error|upstream[_ ]request failed|upstream_error"
    r"|limit_source upstream|openrouter_upstream|上游负载",
    re.IGNORECASE,
)
_TOLD = ("around", "limit_source", "error_type", "grpc_status", "reason", "quotas", "scode")
"""Details that are words too."""


def words(answer: Answer) -> str:
    """Everything that the error says, as one text to search in: codes and types before the sentences."""
    error = answer.error
    if error is None:
        return ""
    told = [
        f"code {error.code}" if error.code else "",
        f"type {error.type}" if error.type else "",
        error.message,
    ]
    told += [f"{name} {error.details[name]}" for name in _TOLD if error.details.get(name)]
    return " | ".join(part for part in told if part)


def refused(answer: Answer) -> bool:
    """The answer carries an error, whatever its HTTP status."""
    return answer.error is not None


def status(answer: Answer) -> int | None:
    """The status that counts: HTTP's, or the code inside a body that came with 200 or in a text."""
    if answer.status is not None and answer.status >= 400:
        return answer.status
    code = answer.error.code if answer.error else None
    return int(code) if code is not None and re.fullmatch(r"[45]\d\d", code) else None


def untold(answer: Answer, _context: Context) -> bool:
    """An error whose status nobody told, such as one in a log line."""
    return refused(answer) and status(answer) is None


def says(*patterns: str) -> Test:
    """The error's words hold one of the patterns, in any case."""
    search = re.compile("|".join(patterns), re.IGNORECASE).search
    return lambda answer, _context: refused(answer) and search(words(answer)) is not None


def coded(*codes: str) -> Test:
    """The error's code or type is one of these."""
    known = frozenset(codes)
    return lambda answer, _context: (
        answer.error is not None and (answer.error.code in known or answer.error.type in known)
    )


def with_status(*statuses: int) -> Test:
    return lambda answer, _context: refused(answer) and status(answer) in statuses


def either(*tests: Test) -> Test:
    return lambda answer, context: any(test(answer, context) for test in tests)


def both(*tests: Test) -> Test:
    return lambda answer, context: all(test(answer, context) for test in tests)


def without(test: Test) -> Test:
    return lambda answer, context: not test(answer, context)


def from_upstream(answer: Answer, _context: Context) -> bool:
    """It is about the gateway's own account with its supplier, not about ours."""
    if answer.error is None:
        return False
    return bool(answer.error.details.get("upstream")) or _UPSTREAM.search(words(answer)) is not None


def asked_usage(answer: Answer, _context: Context) -> bool:
    return answer.asked.endpoint is Endpoint.USAGE


def is_page(answer: Answer, _context: Context) -> bool:
    return answer.fault is Fault.NOT_JSON


def headers_full(answer: Answer, _context: Context) -> bool:
    """Refused with a plan window full in the answer's own headers."""
    return refused(answer) and answer.status == 429 and _full(answer) is not None


def window_detail(answer: Answer, _context: Context) -> Detail:
    """Which window is used up, until when, and whom that hits: headers first, then fields, then words."""
    full = _full(answer)
    if full is not None:
        scope = Scope.MODEL if full.model else Scope.CREDENTIAL
        return Detail(reason=full.name, until=full.resets_at or told_until(answer), scope=scope)
    details = answer.error.details if answer.error else {}
    name = details.get("window")
    return Detail(reason=str(name) if name else None, until=told_until(answer))


def told_until(answer: Answer) -> datetime | None:
    """When the refusal ends, as the body tells."""
    return moment(answer.error.details.get("until")) if answer.error else None


def ends_told(answer: Answer, _context: Context) -> Detail:
    return Detail(until=told_until(answer))


def ends_soon(answer: Answer, _context: Context) -> Detail:
    """For a throttle: `Retry-After` before the words, for it is exact; then the empty bucket's reset."""
    bucket = blocking([window for window in answer.windows if not holds_back(window)])
    return Detail(until=answer.retry_at or told_until(answer) or (bucket.resets_at if bucket else None))


def meter_full(answer: Answer, _context: Context) -> bool:
    """A reading with a full window of the account, and nothing paid behind it."""
    return _is_reading(answer) and not _can_pay(answer) and _full(answer, scoped=False) is not None


def meter_paid(answer: Answer, _context: Context) -> bool:
    """A reading with a full window, and a paid pool that serves in its place."""
    return _is_reading(answer) and _can_pay(answer) and _full(answer, scoped=False) is not None


def meter_capped(answer: Answer, _context: Context) -> bool:
    return _is_reading(answer) and _cap(answer) is not None


def meter_unfunded(answer: Answer, _context: Context) -> bool:
    return _is_reading(answer) and answer.balance is not None and answer.balance.available is False


def cap_detail(answer: Answer, _context: Context) -> Detail:
    cap = _cap(answer)
    return Detail(until=cap.resets_at if cap else None)


def full_detail(answer: Answer, _context: Context) -> Detail:
    full = _full(answer, scoped=False)
    return Detail(reason=full.name if full else None, until=full.resets_at if full else None)


def full_until(answer: Answer, context: Context) -> Detail:
    """When the full window ends, for a refusal that has a reason of its own."""
    return Detail(until=full_detail(answer, context).until)


def near_window(answer: Answer, _context: Context) -> bool:
    return answer.allowed and _near(answer) is not None


def near_detail(answer: Answer, _context: Context) -> Detail:
    near = _near(answer)
    return Detail(reason=near.name if near else None)


def served_paid(answer: Answer, _context: Context) -> bool:
    """Served although the plan is used up: from the paid pool."""
    pool = answer.overage
    return answer.allowed and pool is not None and (pool.in_use is True)


def _is_reading(answer: Answer) -> bool:
    return (
        answer.asked.endpoint is Endpoint.USAGE
        and answer.error is None
        and answer.fault is None
        and (answer.status is None or answer.status < 300)
    )


def _can_pay(answer: Answer) -> bool:
    return answer.overage is not None and answer.overage.can_serve


def _full(answer: Answer, *, scoped: bool = True) -> Window | None:
    plan = [window for window in answer.windows if holds_back(window) and not window.has_reset(answer.at)]
    account = blocking([window for window in plan if window.model is None])
    return account or (blocking(plan) if scoped else None)


def _cap(answer: Answer) -> Window | None:
    return blocking(
        [window for window in answer.windows if is_cap(window) and not window.has_reset(answer.at)]
    )


def _near(answer: Answer) -> Window | None:
    return next(
        (
            window
            for window in answer.windows
            if holds_back(window) and is_near(window) and window.governs(answer.asked.model)
        ),
        None,
    )


def models_listed(answer: Answer, _context: Context) -> bool:
    """A list of models came back, and nothing else was said."""
    return _is_reading(answer) and LISTED in answer.notes


LISTED = "Models are listed."
"""The note of an answer that lists models."""
