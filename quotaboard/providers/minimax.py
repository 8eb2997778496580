"""MiniMax's token plan: percent that remains, and counts called used that mean what remains."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quotaboard.domain.reading import Balance, Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import (
    WEEK,
    Meters,
    from_amounts_left,
    from_percent_left,
    length_name,
    mapping,
    money,
    number,
    objects,
    word,
)
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import coded, either, says, window_detail

_EXHAUSTED, _NOT_IN_PLAN = 2, 3
_TEXT_MODELS = ("general", "minimax-m")


def _number(*numbers: int) -> Any:
    """The status code, or the number in brackets at the end of the message."""
    codes = [str(one) for one in numbers]
    return either(coded(*codes), says(rf"\((?:{'|'.join(codes)})\)"))


OWN_RULES = (
    row("minimax.unfunded.balance", "credit_exhausted", _number(1008), proof=("mm-e02",)),
    row(
        "minimax.spent.window",
        "plan_window_exhausted",
        _number(2056),
        detail=window_detail,
        proof=("mm-e01",),
    ),
    row("minimax.throttled.requests", "per_minute_limit", _number(1002, 1039)),
    row(
        "minimax.unauthorized.login",
        "invalid_key",
        _number(1004, 2049),
        sentence="The key is not accepted, or it has no active plan",
        proof=("mm-u06",),
    ),
    row("minimax.unavailable.server", "server_error", _number(1000, 1013, 1024, 1033)),
    row("minimax.bad_request.parameters", "bad_request", _number(2013)),
)


def plan_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`/v1/token_plan/remains` and its older path; numbers may be text, and lie one level deeper."""
    base = mapping(body.get("base_resp"))
    if number(base.get("status_code")):
        return None
    inner = mapping(body.get("data")) or body
    if not isinstance(inner.get("model_remains"), list):
        return None
    rows = list(objects(inner["model_remains"]))
    text = [one for one in rows if str(one.get("model_name", "")).lower().startswith(_TEXT_MODELS)] or rows
    windows = tuple(shown for one in text for shown in (_interval(one), _weekly(one)) if shown is not None)
    points = money(inner.get("points_balance"), "points")
    return Meters(
        windows=windows,
        balance=Balance(remaining=points) if points is not None else None,
        plan=word(inner.get("current_subscribe_title")),
    )


def _interval(one: Mapping[str, Any]) -> Window | None:
    used = _used(one, "current_interval")
    starts, ends = moment(one.get("start_time")), moment(one.get("end_time"))
    if used is None or number(one.get("current_interval_status")) == _NOT_IN_PLAN:
        return None
    if starts is None or ends is None or ends <= starts:
        return Window("interval", used)
    seconds = (ends - starts).total_seconds()
    return Window(length_name(seconds), used, ends, seconds=round(seconds))


def _weekly(one: Mapping[str, Any]) -> Window | None:
    used = _used(one, "current_weekly")
    if used is None or number(one.get("current_weekly_status")) == _NOT_IN_PLAN:
        return None
    ends: datetime | None = moment(one.get("weekly_end_time"))
    return Window("7d", used, ends, seconds=WEEK)


def _used(one: Mapping[str, Any], which: str) -> float | None:
    share = from_percent_left(one.get(f"{which}_remaining_percent"))
    if share is not None:
        return share
    if number(one.get(f"{which}_status")) == _EXHAUSTED:
        return 1.0
    return from_amounts_left(one.get(f"{which}_usage_count"), one.get(f"{which}_total_count"))


PROVIDER = Speaker(
    name="minimax",
    title="MiniMax",
    host="https://api.minimax.io/v1",
    variable="MINIMAX_BASE_URL",
    reading=Reading("minimax", plan_meters),
    rules=(*OWN_RULES, *RULES),
    default_models=("MiniMax-M2",),
    usage_urls=("token_plan/remains", "/v1/api/openplatform/coding_plan/remains"),
)
