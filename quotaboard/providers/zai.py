"""Z.ai's GLM coding plan: lengths from `unit` and `number`, percent used, milliseconds.

Match its errors by number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotaboard.domain.reading import Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import (
    DAY,
    HOUR,
    WEEK,
    Meters,
    from_percent,
    mapping,
    number,
    objects,
    window,
    word,
)
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import coded, either, says, window_detail

_UNITS = {3: HOUR, 4: DAY, 5: 30 * DAY, 6: WEEK}
_TOOLS = "tool calls (MCP)"
_WRONG_ADDRESS = (
    "The balance is empty, or this is not the address of the coding plan: "
    "a paid plan is refused here with the same words"
)


def _number(*numbers: int) -> Any:
    """The error's number, in `code`, in `type` or in brackets in the message."""
    codes = [str(one) for one in numbers]
    return either(coded(*codes), says(rf"\[(?:{'|'.join(codes)})\]"))


OWN_RULES = (
    row(
        "zai.unfunded.balance",
        "credit_exhausted",
        _number(1113),
        sentence=_WRONG_ADDRESS,
        options=(
            "check that the base URL is https://api.z.ai/api/coding/paas/v4",
            "pay into the account",
            "put the agent on a lane that is open",
        ),
        proof=("za-e03", "za-e04"),
    ),
    row(
        "zai.spent.window",
        "plan_window_exhausted",
        _number(1308, 1310, 1316, 1317, 1318, 1319, 1320, 1321),
        detail=window_detail,
        proof=("za-e01",),
    ),
    row("zai.throttled.concurrency", "concurrency_limit", _number(1302, 1303, 1305), proof=("za-e05",)),
    row("zai.gated.fair_use", "fair_use_block", _number(1313)),
    row("zai.not_entitled.model", "entitlement_model", _number(1311)),
    row("zai.not_entitled.plan", "entitlement_plan", _number(1309)),
    row("zai.not_found.model", "model_not_found", _number(1211)),
    row("zai.unavailable.overloaded", "overloaded", _number(1312)),
    row("zai.unauthorized.expired", "token_expired", _number(1003)),
    row("zai.unauthorized.missing", "missing_key", _number(1001)),
    row("zai.unauthorized.invalid", "invalid_key", _number(1000, 1002, 1004)),
)


def quota_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`/api/monitor/usage/quota/limit`. The type's word says nothing of the length."""
    data = mapping(body.get("data"))
    if not isinstance(data.get("limits"), list) or body.get("success") is False:
        return None
    windows = tuple(shown for limit in objects(data["limits"]) if (shown := _window(limit)) is not None)
    return Meters(windows=windows, plan=word(data.get("level")))


def _window(limit: Mapping[str, Any]) -> Window | None:
    unit, count = number(limit.get("unit")), number(limit.get("number"))
    used = from_percent(limit.get("percentage"))
    if unit is None or not count or int(unit) not in _UNITS or used is None:
        return None
    scope = _TOOLS if limit.get("type") == "TIME_LIMIT" else None
    return window(_UNITS[int(unit)] * count, used, moment(limit.get("nextResetTime")), scope=scope)


PROVIDER = Speaker(
    name="zai",
    title="Z.ai",
    host="https://api.z.ai/api/coding/paas/v4",
    variable="ZAI_BASE_URL",
    reading=Reading("zai", quota_meters),
    rules=(*OWN_RULES, *RULES),
    default_models=("glm-4.5-air",),
    usage_urls=("/api/monitor/usage/quota/limit",),
)
