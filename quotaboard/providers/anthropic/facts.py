"""Questions that the rules ask of an answer and its context, and details that they read out of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from quotaboard.domain.answer import Answer, Endpoint
from quotaboard.domain.reading import Window
from quotaboard.domain.rules import Context, Detail, Test
from quotaboard.domain.verdict import Scope
from quotaboard.domain.windows import ACCOUNT_WINDOWS, blocking, is_near
from quotaboard.providers.anthropic.limits import (
    UNKNOWN_CLAIM,
    claimed,
    has_unified,
    limiter_reset,
    limiter_status,
    named_window,
)
from quotaboard.providers.bodies import names_a_field
from quotaboard.providers.moments import clock_time, moment, span

BARE_WORDS = ("", "error")
_OPENING = 200
"""Characters before a sentence that decides: a wrapper's prefix, not somebody's story."""
_UNTIL = re.compile(r"until (\d{4}-\d\d-\d\dT[\d:.]+Z?)")
CONSOLE_BARE = re.compile(r"not your usage limit\)\s*[·∙-]\s*Error\b")
_DATE = re.compile(r"regain access on (\d{4}-\d\d-\d\d)(?: at (\d\d:\d\d) UTC)?")
_PIPE = re.compile(r"\|(\d{9,13})")
_AFTER = re.compile(r"reset (?:after|in) ([\w .]+)", re.IGNORECASE)
_FAMILIES = r"(opus|sonnet|fable|haiku|mythos)"
_SPOKEN = (
    (
        re.compile(rf"\b{_FAMILIES}\b[^.·∙|]{{0,30}}\blimit|\b(?:weekly|7-day) {_FAMILIES}\b", re.IGNORECASE),
        None,
    ),
    (re.compile(r"5[- ]?hour|five[- ]hour|session limit|current session", re.IGNORECASE), "5h"),
    (re.compile(r"\bweek|7[- ]?day|seven[- ]day", re.IGNORECASE), "7d"),
    (re.compile(r"\bdaily (?:\w+ )?limit|limit per day", re.IGNORECASE), "1d"),
    (re.compile(r"\bmonthly (?:usage )?limit", re.IGNORECASE), "month"),
)
_SLUGS = {"fable": "oi"}


def account_window(context: Context) -> Window | None:
    """The full window that holds the whole account back, if there is one."""
    return blocking([window for window in context.windows if window.model is None and window.seconds != 60])


def limits_rejected(answer: Answer, context: Context) -> bool:
    """The limiter spoke, and what it rejected is a plan window."""
    if not has_unified(answer):
        return False
    if _deciding(answer, context) is not None:
        return True
    return (
        limiter_status(answer) == "rejected" and _names_a_window(claimed(answer)) and not _has_expired(answer)
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
    full = _deciding(answer, context)
    if full is None:
        name = claimed(answer) or "window_unknown"
        full = named_window(name) if _names_a_window(name) else None
        until = moment(limiter_reset(answer))
    else:
        name = full.name
        until = full.resets_at or (moment(limiter_reset(answer)) if claimed(answer) in (name, None) else None)
    scope = Scope.MODEL if full is not None and full.model is not None else Scope.CREDENTIAL
    return Detail(reason=name, until=until or answer.retry_at, scope=scope)


def _deciding(answer: Answer, context: Context) -> Window | None:
    """The full window that decided; one that is called rejected comes before one that is only full."""
    told = [window for window in context.windows if _told_by(answer, window) and window.seconds != 60]
    rejected = [window for window in told if window.status == "rejected"]
    candidates = rejected or [window for window in told if window.is_full()]
    return blocking([window for window in candidates if window.model is None]) or blocking(candidates)


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
    """A 429 that says nothing: no limits, no time, no reason."""
    if CONSOLE_BARE.search(answer.message):
        return True
    if answer.status != 429 or answer.asked.endpoint is Endpoint.USAGE:
        return (
            (answer.status is None or answer.status < 300)
            and answer.error is not None
            and answer.error.type == "rate_limit_error"
            and answer.message.lower() == "error"
        )
    return (
        not any("ratelimit" in name for name in answer.headers)
        and (answer.retry_at is None or answer.retry_at <= answer.at)
        and answer.message.strip(" .").lower() in BARE_WORDS
        and answer.fault is None
    )


def is_bare_with_control(answer: Answer, context: Context) -> bool:
    """A key is never judged by its client, so only a login can be gated so."""
    return is_bare(answer, context) and context.control is not None and not by_key(answer, context)


def is_repeated(_answer: Answer, context: Context) -> bool:
    return context.repeated


def is_paid(answer: Answer, _context: Context) -> bool:
    """Served and billed: the pool is in use or claimed, or it stood in for a window that is rejected."""
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
        if window.seconds != 60
        and is_near(window)
        and (window.governs(model) or (model is None and _told_by(answer, window)))
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


def usage_is_refused(answer: Answer, context: Context) -> bool:
    """The usage endpoint was asked too often, whether or not its status was kept."""
    told = answer.error is not None and answer.error.type == "rate_limit_error"
    return asked_usage(answer, context) and (answer.status == 429 or told)


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


def is_told(pattern: re.Pattern[str]) -> Test:
    """The provider itself says so, and does not quote somebody who does."""

    def told(answer: Answer, _context: Context) -> bool:
        found = pattern.search(answer.message)
        if found is None or names_a_field(answer.message):
            return False
        before = answer.message[: found.start()]
        return (
            len(before) <= _OPENING and before.count('"') % 2 == 0 and "“" not in before and "`" not in before
        )

    return told


def is_gate(pattern: re.Pattern[str]) -> Test:
    """The provider says so, and its headers tell of no window that would explain it."""
    told = is_told(pattern)
    return lambda answer, context: told(answer, context) and not limits_rejected(answer, context)


def is_refused_for_limits(answer: Answer, _context: Context) -> bool:
    """A 429, or a text that does not tell its status."""
    return answer.status in (None, 429)


def about_a_field(answer: Answer, _context: Context) -> bool:
    return names_a_field(answer.message)


def is_guarded(answer: Answer, _context: Context) -> bool:
    """A proxy in between speaks in the provider's form, under a type of its own."""
    return answer.error is not None and (answer.error.type or "").endswith("_guard")


def guarded_until(answer: Answer, _context: Context) -> Detail:
    found = _UNTIL.search(answer.message)
    return Detail(until=moment(found[1]) if found else None)


def without_limits(answer: Answer, _context: Context) -> bool:
    return not has_unified(answer)


def by_key(answer: Answer, _context: Context) -> bool:
    return answer.asked.auth == "api_key"


def both(*tests: Test) -> Test:
    return lambda answer, context: all(test(answer, context) for test in tests)


def _names_a_window(claim: str | None) -> bool:
    return claim is not None and claim not in ("overage", UNKNOWN_CLAIM)


def _told_by(answer: Answer, window: Window) -> bool:
    return any(told.name == window.name for told in answer.windows)


def _has_expired(answer: Answer) -> bool:
    """The rejection itself is over: its window has reset before the answer was received."""
    reset = moment(limiter_reset(answer))
    return reset is not None and reset <= answer.at
