"""The LiteLLM proxy.

It hides its supplier's windows on most routes and puts the supplier's errors into its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quotaboard.domain.answer import Answer
from quotaboard.domain.reading import Balance, Money, Window
from quotaboard.domain.rules import Context, Detail, Rule
from quotaboard.domain.verdict import Verdict
from quotaboard.providers.anthropic.limits import overage_in, windows_in
from quotaboard.providers.base import Received
from quotaboard.providers.meters import Meters, from_amounts, mapping, money, number
from quotaboard.providers.moments import moment, span
from quotaboard.providers.openai.meanings import ASK_OPERATOR, OTHER_LANE, row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import asked_usage, both, ends_soon, says, with_status, words

_CURRENCY = "USD"
_LIBRARY = re.compile(r"\b[A-Z]\w*Exception\b")


def _suppliers(answer: Answer, _context: Context) -> bool:
    """The words carry the name of the supplier's library: `AnthropicException - {…}`."""
    return _LIBRARY.search(words(answer)) is not None


def _says_nothing(answer: Answer, _context: Context) -> bool:
    return answer.message.strip(" .").lower() == "error"


def _beside_a_lighter_one(answer: Answer, context: Context) -> bool:
    """Something lighter was served on the same model: another one may be another supplier's."""
    return context.control is not None and context.control.model == answer.asked.model


def _gated(answer: Answer, context: Context, _detail: Detail) -> str:
    sure = "" if context.repeated else " It may still be a burst: one more look will tell."
    return (
        f"The supplier behind the proxy answers {answer.asked.model} with a bare 429, "
        f"while a lighter request is served: the request is refused, not the quota.{sure}"
    )


_BARE = both(with_status(429), _suppliers, _says_nothing)

OWN_RULES = (
    # Before a 429 of a meter is taken for a meter that was asked too often.
    row("litellm.unfunded.budget", "spend_limit", both(asked_usage, says(r"budget has been exceeded"))),
    row(
        "litellm.unauthorized.supplier",
        "upstream_key",
        both(
            with_status(401, 403),
            _suppliers,
            says(r"authentication", r"api[- ]key", r"x-api-key", r"expired|revoked"),
        ),
        proof=("ll-chat-lane-badkey", "ll-messages-lane-badkey"),
    ),
    Rule(
        id="litellm.gated.bare",
        verdict=Verdict.GATED,
        reason="bare_429",
        when=both(_BARE, _beside_a_lighter_one),
        confirmed=lambda _answer, context: context.repeated,
        summary=_gated,
        options=(OTHER_LANE, ASK_OPERATOR),
    ),
    row(
        "litellm.throttled.bare",
        "bare_throttle",
        _BARE,
        detail=ends_soon,
        proof=("ll-chat-lane-bare429",),
    ),
)


def key_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`/key/info`: the key's budget. No budget is no cap; an empty list of models is all of them."""
    info = mapping(body.get("info"))
    if "spend" not in info and "max_budget" not in info:
        return None
    return _budget(info.get("spend"), info.get("max_budget"), info)


def header_meters(headers: Mapping[str, str], _at: datetime) -> Meters:
    """The key's budget from any answer, and the supplier's windows where they pass through."""
    spend, budget = headers.get("x-litellm-key-spend"), headers.get("x-litellm-key-max-budget")
    told = _budget(spend, budget, {}) if number(spend) is not None else Meters()
    windows = windows_in(headers)
    return Meters(windows=(*told.windows, *windows), overage=overage_in(headers), balance=told.balance)


def _budget(spend: object, budget: object, info: Mapping[str, Any]) -> Meters:
    share = from_amounts(spend, budget)
    period = info.get("budget_duration")
    length = span(period) if isinstance(period, str) else None
    spent, limit = money(spend, _CURRENCY), money(budget, _CURRENCY)
    left = None if spent is None or limit is None else Money(limit.amount - spent.amount, _CURRENCY)
    window = Window(
        "key-cap",
        share,
        moment(info.get("budget_reset_at")),
        seconds=round(length.total_seconds()) if length is not None else None,
    )
    balance = Balance(
        remaining=left, limit=limit, used=spent, period=period if isinstance(period, str) else None
    )
    return Meters(windows=() if share is None else (window,), balance=balance)


PROVIDER = Speaker(
    name="litellm",
    title="LiteLLM proxy",
    host="http://127.0.0.1:4000/v1",
    variable="LITELLM_PROXY_API_BASE",
    reading=Reading("litellm", key_meters, header_meters),
    rules=(*OWN_RULES, *RULES),
    usage_urls=("/key/info", "models"),
    key_starts=("sk-",),
    hides="Windows are not visible through this gateway.",
)
