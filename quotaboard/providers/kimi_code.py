"""Kimi Code: three shapes of usage, all still around. Ratios are fractions used; counts may be text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quotaboard.domain.reading import Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import (
    DAY,
    FIVE_HOURS,
    HOUR,
    WEEK,
    Meters,
    from_amounts,
    from_amounts_left,
    from_share,
    length_name,
    mapping,
    number,
    objects,
)
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

_UNITS = {"SECOND": 1, "MINUTE": 60, "HOUR": HOUR, "DAY": DAY, "WEEK": WEEK}
_NAMED = {
    "limit_5h": ("5h", FIVE_HOURS, None),
    "limit_7d": ("7d", WEEK, None),
    "limit_week": ("7d", WEEK, None),
    "limit_month_total": ("30d", None, None),
    "limit_month_code": ("30d", None, "Kimi Code share"),
}
"""The names of the new shape: window, length, what it is limited to."""
_RATIOS = {"ratelimitCode5h": ("5h", FIVE_HOURS), "ratelimitCode7d": ("7d", WEEK)}


def usage_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """Ratios count before counts; a window that both tell is shown once."""
    usages = body.get("usages")
    found: dict[tuple[str, str | None], Window] = {}
    parts: list[Iterator[Window]] = [_web_ratios(body)]
    if isinstance(usages, Mapping):
        parts.append(_named_ratios(usages))
    for account in (body, *objects(usages)):
        parts += [_counted(account.get("limits")), _weekly(account.get("usage", account.get("detail")))]
    for part in parts:
        for shown in part:
            found.setdefault((shown.name, shown.model), shown)
    return Meters(windows=tuple(found.values())) if found else None


def _named_ratios(usages: Mapping[str, Any]) -> Iterator[Window]:
    for name, told in usages.items():
        used = from_share(mapping(told).get("used_ratio"))
        if name in _NAMED and used is not None:
            title, seconds, scope = _NAMED[name]
            yield Window(title, used, moment(mapping(told).get("reset_time")), model=scope, seconds=seconds)


def _web_ratios(body: Mapping[str, Any]) -> Iterator[Window]:
    for name, (title, seconds) in _RATIOS.items():
        told = mapping(body.get(name))
        used = from_share(told.get("ratio"))
        if used is not None and told.get("enabled") is not False:
            yield Window(title, used, moment(told.get("resetTime")), seconds=seconds)


def _counted(limits: object) -> Iterator[Window]:
    for limit in objects(limits):
        length, detail = mapping(limit.get("window")), mapping(limit.get("detail"))
        unit = _UNITS.get(str(length.get("timeUnit", "")).removeprefix("TIME_UNIT_"))
        count, used = number(length.get("duration")), _share(detail)
        if unit is not None and count and used is not None:
            seconds = unit * count
            yield Window(length_name(seconds), used, moment(detail.get("resetTime")), seconds=round(seconds))


def _weekly(detail: object) -> Iterator[Window]:
    """The account's own count: a week, which the body does not say."""
    told = mapping(detail)
    used = _share(told)
    if used is not None:
        yield Window("7d", used, moment(told.get("resetTime")), seconds=WEEK)


def _share(detail: Mapping[str, Any]) -> float | None:
    used = from_amounts(detail.get("used"), detail.get("limit"))
    return used if used is not None else from_amounts_left(detail.get("remaining"), detail.get("limit"))


PROVIDER = Speaker(
    name="kimi-code",
    title="Kimi Code",
    host="https://api.kimi.com/coding/v1",
    variable="KIMI_BASE_URL",
    reading=Reading("kimi-code", usage_meters),
    default_models=("kimi-for-coding",),
    usage_urls=("usages",),
    key_starts=("sk-", "eyJ"),
)
