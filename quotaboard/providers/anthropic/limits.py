"""The rate-limit headers of the Messages API, as windows and overage.

Subscription traffic carries the `unified` family, undocumented and read generically; API keys carry classic
per-minute buckets. Utilization is a fraction here, never a percentage.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from quotaboard.domain.answer import Answer
from quotaboard.domain.reading import Overage, Window
from quotaboard.providers.moments import moment

UNIFIED = "anthropic-ratelimit-unified-"

_WINDOW = re.compile(
    r"^(?P<slug>(?:\d+[mhdw]|month)(?:_[a-z0-9_]+)?)-(?P<field>utilization|reset|status|surpassed-threshold)$"
)
_BUCKET = re.compile(
    r"^anthropic-(?P<family>ratelimit|priority|fast)-(?P<slug>requests|tokens|input-tokens|output-tokens)-(?P<field>limit|remaining|reset)$"
)
_CLAIM = re.compile(
    r"^(?P<count>[a-z]+|\d+)_?(?P<unit>minute|hour|day|week|month)s?(?:_(?P<slug>[a-z0-9_]+))?$"
)
_COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
    "fourteen": 14,
    "twenty_four": 24,
    "thirty": 30,
}
_LENGTH = re.compile(r"^(\d+)([mhdw])")
_UNIT_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_MOST = 10.0
"""A greater share is some other unit, such as a percentage; which one is not guessed."""
_OFF = ("false", "0", "no", "")

FAMILY_OF_SLUG = {"oi": "Fable"}
"""Slugs that are not the name of the model family that they limit."""

CLAIMS = {
    "five_hour": "5h",
    "seven_day": "7d",
    "seven_day_sonnet": "7d_sonnet",
    "seven_day_opus": "7d_opus",
    "seven_day_overage_included": "7d_oi",
    "overage": "overage",
}
"""`representative-claim` → the window it names."""

UNKNOWN_CLAIM = "?"
"""A claim that names something which is not known: neither a window nor the paid pool."""


def windows_in(headers: Mapping[str, str]) -> tuple[Window, ...]:
    """Every window that the headers speak of, in a stable order."""
    return (*_unified_windows(headers), *_bucket_windows(headers))


def overage_in(headers: Mapping[str, str]) -> Overage | None:
    """The paid pool, when the headers speak of it."""
    told = {
        name.removeprefix(UNIFIED + "overage-"): value
        for name, value in headers.items()
        if name.startswith(UNIFIED + "overage-")
    }
    if not told:
        return None
    in_use = told.get("in-use")
    return Overage(
        status=_word(told.get("status")),
        reason=_word(told.get("disabled-reason")),
        in_use=in_use.lower() not in _OFF if in_use is not None else False,
        utilization=share(told.get("utilization")),
        resets_at=moment(told.get("reset")),
    )


def claimed(answer: Answer) -> str | None:
    """The window that decided on the request, by the provider's own word."""
    claim = answer.headers.get(UNIFIED + "representative-claim", "").strip().lower()
    return CLAIMS.get(claim) or (window_name(claim) or UNKNOWN_CLAIM if claim else None)


def limiter_status(answer: Answer) -> str | None:
    """The limiter's verdict on this request; None when it did not run."""
    return _word(answer.headers.get(UNIFIED + "status"))


def limiter_reset(answer: Answer) -> object:
    """The reset of the window that decided."""
    return answer.headers.get(UNIFIED + "reset")


def has_unified(answer: Answer) -> bool:
    """Whether the limiter of subscriptions spoke at all."""
    return any(name.startswith(UNIFIED) for name in answer.headers)


def window_name(claim: str) -> str | None:
    """`seven_day_opus` → `7d_opus`, `thirty_day` → `30d`; None for a claim of another form."""
    if claim in CLAIMS and claim != "overage":
        return CLAIMS[claim]
    found = _CLAIM.match(claim)
    if found is None:
        return None
    count = _COUNTS.get(found["count"]) or (int(found["count"]) if found["count"].isdigit() else None)
    if count is None:
        return None
    length = f"{count}{found['unit'][0]}"
    if found["unit"] == "month":
        length = "month" if count == 1 else f"{count}month"
    return f"{length}_{found['slug']}" if found["slug"] else length


def named_window(name: str) -> Window:
    """A window of which only the name is known: its length and model family are read from it."""
    length = _LENGTH.match(name)
    slug = name.partition("_")[2]
    family = (FAMILY_OF_SLUG.get(slug) or slug.replace("_", " ").title()) if slug else None
    seconds = int(length[1]) * _UNIT_SECONDS[length[2]] if length else None
    return Window(name=name, model=family, seconds=seconds)


def share(value: str | None) -> float | None:
    """A utilization fraction; None when absent, not a number, or no share of anything."""
    number = amount(value)
    return number if number is not None and number <= _MOST else None


def amount(value: str | None) -> float | None:
    """A number that counts something; None when absent or not one."""
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _unified_windows(headers: Mapping[str, str]) -> tuple[Window, ...]:
    told: dict[str, dict[str, str]] = {}
    for name, value in headers.items():
        if name.startswith(UNIFIED) and (found := _WINDOW.match(name.removeprefix(UNIFIED))):
            told.setdefault(found["slug"], {})[found["field"]] = value
    return tuple(
        replace(
            named_window(slug),
            utilization=share(fields.get("utilization")),
            resets_at=moment(fields.get("reset")),
            status=_word(fields.get("status")),
            threshold_passed=fields.get("surpassed-threshold", "").strip().lower() not in _OFF,
        )
        for slug, fields in told.items()
    )


def _bucket_windows(headers: Mapping[str, str]) -> tuple[Window, ...]:
    told: dict[tuple[str, str], dict[str, str]] = {}
    for name, value in headers.items():
        if found := _BUCKET.match(name):
            told.setdefault((found["family"], found["slug"]), {})[found["field"]] = value
    windows = []
    for (family, slug), fields in told.items():
        limit, remaining = amount(fields.get("limit")), amount(fields.get("remaining"))
        if not limit:
            continue
        prefix = "" if family == "ratelimit" else f"{family}_"
        windows.append(
            Window(
                name=f"1m_{prefix}{slug.replace('-', '_')}",
                utilization=None if remaining is None else round(1 - remaining / limit, 6),
                resets_at=moment(fields.get("reset")),
                seconds=60,
            )
        )
    return tuple(windows)


def _word(value: str | None) -> str | None:
    return value.strip().lower() or None if value is not None else None
