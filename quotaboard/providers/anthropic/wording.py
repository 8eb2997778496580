"""What each rule of the Messages API says to a person."""

from __future__ import annotations

from quotaboard.domain.answer import Answer
from quotaboard.domain.lane import Client
from quotaboard.domain.reading import Overage, Window
from quotaboard.domain.rules import Context, Detail, Summary
from quotaboard.domain.wording import OVERAGE_REASONS, UNTOLD, clock, overage_words, percent, plan_use

FUTILE = "Retrying, logging in again or changing the model will not help."
SHAPE_FUTILE = "Retrying or logging in again will not help."

WINDOW_WORDS = {"5h": "five-hour window", "7d": "weekly window"}


def window_words(name: str | None) -> str:
    """`five-hour window`, `weekly Sonnet window`."""
    if name is None:
        return "usage limit"
    if name in WINDOW_WORDS:
        return WINDOW_WORDS[name]
    length, _, slug = name.partition("_")
    family = {"oi": "Fable"}.get(slug, slug.replace("_", " ").title())
    return f"weekly {family} window" if length == "7d" else f"{length} {family} window".replace("  ", " ")


def request_words(answer: Answer) -> str:
    """Which requests are refused, as far as the answer shows it."""
    if answer.asked.client is Client.OFFICIAL:
        return "requests of its own client"
    if answer.asked.tools:
        return "requests that carry tools from third-party clients"
    if answer.asked.tools == 0:
        return "requests from third-party clients"
    return "requests of this kind from third-party clients"


def gated(answer: Answer, context: Context, _detail: Detail) -> str:
    used = plan_use(context.windows)
    opening = f"{used}; Anthropic" if used else "This is not about how much of your plan is used: Anthropic"
    return (
        f"{opening} refuses {request_words(answer)} on this account and would bill them as extra usage, "
        f"{_why_none_serves(context.overage)}. {FUTILE}"
    )


def _why_none_serves(overage: Overage | None) -> str:
    if overage is None or overage.status is None or overage.can_serve:
        return "and none is available to them"
    reason = OVERAGE_REASONS.get(overage.reason or "", "off")
    return "and whether that is on is not known" if reason == UNTOLD else f"which is {reason}"


def client_only(_answer: Answer, context: Context, _detail: Detail) -> str:
    used = plan_use(context.windows)
    opening = f"{used}, but this" if used else "This"
    refusal = "credential is accepted only from Anthropic's own client, not from other programs."
    return f"{opening} {refusal} {FUTILE}"


def bare_429(answer: Answer, context: Context, _detail: Detail) -> str:
    used = plan_use(context.windows)
    opening = f"{used}; " if used else ""
    model = answer.asked.model or "this model"
    control = f"while {_control(context)} is served" if context.control else "and nothing else is known yet"
    sure = "" if context.repeated else " It may still be a burst: one more look will tell."
    return (
        f"{opening}Anthropic answers {model} with a bare 429 and no limits, {control}: "
        f"the request is refused, not the quota. {SHAPE_FUTILE}{sure}"
    )


def spent(answer: Answer, context: Context, detail: Detail) -> str:
    window = _window(context, detail.reason)
    used = f" ({percent(window.utilization)} used)" if window and window.utilization is not None else ""
    until = f" It resets {clock(detail.until)}." if detail.until else " When it resets was not said."
    pool = overage_words(context.overage)
    paid = (
        f" Beyond it nothing can serve: {pool}."
        if pool and context.overage and not context.overage.can_serve
        else ""
    )
    which = window_words(detail.reason) if detail.reason != "window_unknown" else "plan limit"
    model = " Other models on this login keep working." if window and window.model else ""
    del answer
    return f"The {which} of this account is used up{used}.{until}{paid}{model}"


def paid(_answer: Answer, context: Context, _detail: Detail) -> str:
    used = context.overage.utilization if context.overage else None
    pool = f" The paid pool is {percent(used)} used." if used is not None else ""
    return f"It serves, but every request is billed as extra usage instead of drawing on the plan.{pool}"


def near(answer: Answer, context: Context, detail: Detail) -> str:
    window = _window(context, detail.reason) or _window_of(answer, detail.reason)
    used = (
        f" is {percent(window.utilization)} used"
        if window and window.utilization is not None
        else " is nearly used up"
    )
    reset = f" It resets {clock(window.resets_at)}." if window and window.resets_at else ""
    return f"It serves, but the {window_words(detail.reason)}{used}.{reset}"


def served(_answer: Answer, context: Context, _detail: Detail) -> str:
    used = plan_use(context.windows)
    pool = overage_words(context.overage)
    return f"It serves on the plan. {used}{f'; {pool}' if pool else ''}." if used else "It serves."


def dated(sentence: str) -> Summary:
    """A sentence that ends with the date when access returns, if the provider named one."""
    return lambda _answer, _context, detail: (
        f"{sentence} Access returns {clock(detail.until)}." if detail.until else sentence
    )


def _control(context: Context) -> str:
    control = context.control
    if control is None:
        return "another request"
    if control.client is Client.OFFICIAL:
        return "Anthropic's own client"
    what = control.model or "another model"
    return f"{what} with {control.shape}" if control.shape else what


def _window(context: Context, name: str | None) -> Window | None:
    return next((window for window in context.windows if window.name == name), None)


def _window_of(answer: Answer, name: str | None) -> Window | None:
    return next((window for window in answer.windows if window.name == name), None)


def pool_empty(answer: Answer, _context: Context, detail: Detail) -> str:
    pool = overage_words(answer.overage) or "the paid pool is empty"
    until = f" It returns {clock(detail.until)}." if detail.until else ""
    return f"This account is served from paid usage only, and {pool}.{until}"
