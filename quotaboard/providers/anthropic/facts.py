"""Questions that the rules ask of an answer and its context, and details that they read out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from quotaboard.domain.answer import Answer, Endpoint
from quotaboard.domain.reading import Window
from quotaboard.domain.rules import Context, Detail
from quotaboard.domain.verdict import Scope
from quotaboard.domain.windows import ACCOUNT_WINDOWS, blocking, is_near
from quotaboard.providers.anthropic.limits import (
    CLAIMS,
    claimed,
    has_unified,
    limiter_reset,
    limiter_status,
    named_window,
)
from quotaboard.providers.moments import clock_time, moment, span

BARE_WORDS = ("", "error")
CONSOLE_BARE = re.compile(r"not your usage limit\)\s*[·∙-]\s*Error\b")
_DATE = re.compile(r"regain access on (\d{4}-\d\d-\d\d)(?: at (\d\d:\d\d) UTC)?")
_PIPE = re.compile(r"\|(\d{9,13})")
_AFTER = re.compile(r"reset (?:after|in) ([\w .]+)", re.IGNORECASE)
_SPOKEN = (
    (
        re.compile(
            r"\b(opus|sonnet|fable|haiku)\b.{0,20}\blimit|weekly (opus|sonnet|fable|haiku)", re.IGNORECASE
        ),
        None,
    ),
    (re.compile(r"5[- ]?hour|five[- ]hour|session limit|current session", re.IGNORECASE), "5h"),
    (re.compile(r"week|7[- ]?day|seven[- ]day", re.IGNORECASE), "7d"),
)
_SLUGS = {"fable": "oi"}


def account_window(context: Context) -> Window | None:
    """The full five-hour or weekly window that holds the whole account back, if there is one."""
    return blocking([window for window in context.windows if window.name in ACCOUNT_WINDOWS])


def limits_rejected(answer: Answer, context: Context) -> bool:
    """The limiter spoke, and what it rejected is a plan window."""
    if not has_unified(answer):
        return False
    if any(window.is_full() for window in context.windows if _told_by(answer, window)):
        return True
    return (
        limiter_status(answer) == "rejected"
        and claimed(answer) in _plan_claims()
        and not _has_expired(answer)
    )


def rejection_is_over(answer: Answer, context: Context) -> bool:
    """A plan window had rejected this request, and has reset since."""
    over = any(
        window.is_full() and window.has_reset(context.now)
        for window in answer.windows
        if window.seconds != 60
    )
    return over or (limiter_status(answer) == "rejected" and _has_expired(answer))


def paid_pool_rejected(answer: Answer, context: Context) -> bool:
    """The limiter rejected, and spoke of the paid pool alone."""
    if not has_unified(answer) or any(
        window.is_full() for window in context.windows if _told_by(answer, window)
    ):
        return False
    if limiter_status(answer) not in ("rejected", None):
        return False
    only_pool = not any(window.name in ACCOUNT_WINDOWS for window in answer.windows)
    told = answer.overage is not None and (answer.overage.status == "rejected" or bool(answer.overage.reason))
    return told and only_pool and claimed(answer) in ("overage", None)


def rejected_window(answer: Answer, context: Context) -> Detail:
    """Which window is spent, until when, and whom that hits."""
    told = [window for window in context.windows if _told_by(answer, window)]
    full = blocking([window for window in told if window.model is None]) or blocking(told)
    if full is None:
        name = claimed(answer) or "window_unknown"
        full = named_window(name) if name in _plan_claims() else None
        until = moment(limiter_reset(answer))
    else:
        name = full.name
        until = full.resets_at or (moment(limiter_reset(answer)) if claimed(answer) == name else None)
    scope = Scope.MODEL if full is not None and full.model is not None else Scope.CREDENTIAL
    return Detail(reason=name, until=until or answer.retry_at, scope=scope)


def full_account_window(_answer: Answer, context: Context) -> Detail:
    window = account_window(context)
    return Detail(
        reason=window.name if window else None,
        until=window.resets_at if window else None,
        scope=Scope.CREDENTIAL,
    )


def pool_detail(answer: Answer, _context: Context) -> Detail:
    overage = answer.overage
    until = moment(limiter_reset(answer)) or (overage.resets_at if overage else None)
    return Detail(reason=(overage.reason if overage else None) or "extra_usage", until=until)


def is_bare(answer: Answer, _context: Context) -> bool:
    """A 429 that says nothing: no limits, no time, no reason. A status seen only in a log has no headers to miss."""
    if CONSOLE_BARE.search(answer.message):
        return True
    if answer.status != 429 or answer.asked.endpoint is Endpoint.USAGE:
        return (
            answer.status is None
            and answer.error is not None
            and answer.error.type == "rate_limit_error"
            and answer.message.lower() == "error"
        )
    return (
        not has_unified(answer)
        and answer.retry_at is None
        and answer.message.strip().lower() in BARE_WORDS
        and answer.fault is None
    )


def is_bare_with_control(answer: Answer, context: Context) -> bool:
    return is_bare(answer, context) and context.control is not None


def is_repeated(_answer: Answer, context: Context) -> bool:
    return context.repeated


def is_paid(answer: Answer, _context: Context) -> bool:
    """Served and billed: the pool is in use or claimed, or the plan's window is rejected and the pool stood in for it."""
    if not answer.allowed:
        return False
    overage = answer.overage
    if overage is not None and overage.in_use:
        return True
    if claimed(answer) == "overage":
        return True
    stands_in = overage is not None and overage.can_serve
    return stands_in and (
        limiter_status(answer) == "rejected"
        or any(window.status == "rejected" and window.model is None for window in answer.windows)
    )


def is_near_limit(answer: Answer, context: Context) -> bool:
    return answer.allowed and near_window(answer, context) is not None


def near_window(answer: Answer, context: Context) -> Window | None:
    """The fullest window past its mark, among those that govern what was asked."""
    model = answer.asked.model
    near = [
        window
        for window in context.windows
        if window.seconds != 60 and is_near(window) and (_told_by(answer, window) or window.governs(model))
    ]
    return max(near, key=lambda window: window.utilization or 0.0, default=None)


def near_detail(answer: Answer, context: Context) -> Detail:
    window = near_window(answer, context)
    return Detail(reason=window.name if window else None)


def meter_is_full(answer: Answer, context: Context) -> bool:
    """A usage endpoint shows a full window of the account, and nothing paid stands behind it."""
    paid = answer.overage is not None and answer.overage.can_serve
    return (
        asked_usage(answer, context)
        and answer.error is None
        and not paid
        and account_window(context) is not None
    )


def asked_usage(answer: Answer, _context: Context) -> bool:
    return answer.asked.endpoint is Endpoint.USAGE


def is_allowed(answer: Answer, _context: Context) -> bool:
    return answer.allowed


def dated_detail(answer: Answer, _context: Context) -> Detail:
    """The date when access returns, as the message names it."""
    found = _DATE.search(answer.message)
    if found is None:
        return Detail()
    return Detail(until=datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}").replace(tzinfo=UTC))


def spoken_window(answer: Answer, context: Context) -> Detail:
    """Window and reset from a console text of the official client."""
    message = answer.message
    epoch = _PIPE.search(message)
    until = moment(epoch[1]) if epoch else clock_time(message, context.now)
    reason = "window_unknown"
    for pattern, name in _SPOKEN:
        if found := pattern.search(message):
            family = next((group for group in found.groups() if group), "").lower() if name is None else ""
            reason = name or f"7d_{_SLUGS.get(family, family)}"
            break
    scope = Scope.MODEL if "_" in reason and reason != "window_unknown" else Scope.CREDENTIAL
    return Detail(reason=reason, until=until, scope=scope)


def spoken_pause(answer: Answer, _context: Context) -> Detail:
    """`Quota will reset after 4m57s`."""
    found = _AFTER.search(answer.message)
    length = span(found[1]) if found else None
    return Detail(until=answer.at + length if length else None)


def bucket_empty(answer: Answer, _context: Context) -> bool:
    return any(window.seconds == 60 and window.is_full() for window in answer.windows)


def bucket_reset(answer: Answer, _context: Context) -> Detail:
    window = blocking([window for window in answer.windows if window.seconds == 60])
    return Detail(until=answer.retry_at or (window.resets_at if window else None))


def without_limits(answer: Answer, _context: Context) -> bool:
    return not has_unified(answer)


def by_key(answer: Answer, _context: Context) -> bool:
    return answer.asked.auth == "api_key"


def healthy_limits(answer: Answer, _context: Context) -> bool:
    return has_unified(answer)


def both(*tests: Callable[[Answer, Context], bool]) -> Callable[[Answer, Context], bool]:
    return lambda answer, context: all(test(answer, context) for test in tests)


def _plan_claims() -> frozenset[str]:
    return frozenset(CLAIMS.values()) - {"overage"}


def _told_by(answer: Answer, window: Window) -> bool:
    return any(told.name == window.name for told in answer.windows)


def _has_expired(answer: Answer) -> bool:
    """The rejection itself is over: its window has reset before the answer was received."""
    reset = moment(limiter_reset(answer))
    return reset is not None and reset <= answer.at
