"""OpenRouter: dollars, a cap on the key, and an account balance that a normal key cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quotaboard.domain.lane import Credential, Shape
from quotaboard.domain.reading import Balance, Window
from quotaboard.providers.base import Received, Request
from quotaboard.providers.meters import Meters, from_amounts_left, mapping, money, next_start, number, word
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import both, says, with_status

_CURRENCY = "USD"
_ZEROS = "These credits are zeros, because only a management key can see them."

_ERROR_TYPES = {
    "payment_required": "credit_exhausted",
    "provider_overloaded": "overloaded",
    "provider_unavailable": "upstream_throttle",
    "permission_denied": "refused",
}
"""`metadata.error_type` of an answer whose words say nothing."""

OWN_RULES = (
    row(
        "openrouter.unknown.credits",
        "misleading_reading",
        lambda answer, _context: _ZEROS in answer.notes,
        sentence="A normal key sees zeros here whatever the account holds: this is not an empty account",
        proof=("or-k03",),
    ),
    row(
        "openrouter.throttled.free",
        "per_minute_limit",
        says(r"free-models-per-min"),
    ),
    row(
        "openrouter.bad_request.moderation",
        "moderation",
        both(with_status(403), says(r"moderation")),
    ),
)
TYPE_RULES = tuple(
    row(f"openrouter.type.{error_type}", meaning, says(rf"error_type {error_type}\b"))
    for error_type, meaning in _ERROR_TYPES.items()
)


def key_meters(body: Mapping[str, Any], received: Received) -> Meters | None:
    """`/key` and `/credits`.

    What is left of a cap counts, not `limit - usage`: a cap resets, usage is for ever.
    """
    data = mapping(body.get("data"))
    if "total_credits" in data:
        return _credits(data)
    if "limit" not in data and "limit_remaining" not in data and "is_free_tier" not in data:
        return None
    limit, left, period = data.get("limit"), data.get("limit_remaining"), word(data.get("limit_reset"))
    used_now = data.get(f"usage_{period}") if period else data.get("usage")
    plan = "free tier" if data.get("is_free_tier") is True else None
    if limit is None:
        note = ("This key has no cap; the account's balance is not visible to it.",)
        return Meters(balance=Balance(used=money(data.get("usage"), _CURRENCY)), plan=plan, notes=note)
    share = from_amounts_left(left, limit)
    balance = Balance(
        remaining=money(left, _CURRENCY),
        limit=money(limit, _CURRENCY),
        period=period,
        used=money(used_now, _CURRENCY),
    )
    windows = () if share is None else (Window("key-cap", share, next_start(period, received.at)),)
    return Meters(windows=windows, balance=balance, plan=plan)


def _credits(data: Mapping[str, Any]) -> Meters:
    bought, used = number(data.get("total_credits")), number(data.get("total_usage"))
    if not bought and not used:
        return Meters(notes=(_ZEROS,))
    left = None if bought is None or used is None else round(bought - used, 10)
    return Meters(
        balance=Balance(
            remaining=money(left, _CURRENCY),
            limit=money(bought, _CURRENCY),
            used=money(used, _CURRENCY),
            available=None if left is None else left > 0,
        )
    )


@dataclass(frozen=True, slots=True)
class OpenRouter(Speaker):
    """Free models are not probed: failures count against their fifty requests a day."""

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        if model.endswith(":free"):
            return self.usages(credential, base_url)[0]
        return super(OpenRouter, self).probe(credential, model, shape, base_url)


PROVIDER = OpenRouter(
    name="openrouter",
    title="OpenRouter",
    host="https://openrouter.ai/api/v1",
    variable="OPENROUTER_BASE_URL",
    reading=Reading("openrouter", key_meters),
    rules=(*OWN_RULES, *RULES[:-1], *TYPE_RULES, RULES[-1]),
    default_models=("anthropic/claude-haiku-4.5", "anthropic/claude-sonnet-4.6"),
    usage_urls=("key",),
    key_starts=("sk-or-",),
    hides="The account's balance is not visible to a normal key; a small probe passes where an "
    "agent's request is refused.",
)
