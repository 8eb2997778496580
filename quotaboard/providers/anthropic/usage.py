"""The body of the usage endpoint, old and new. Percentages here, 0 to 100, always.

The same body comes from the endpoint itself, from the official client's `get_usage`, and from its cache.
`limits[]` is preferred where it is sent; the flat keys fill what it lacks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeGuard

from quotaboard.domain.reading import Money, Overage, Window
from quotaboard.providers.anthropic.limits import FAMILY_OF_SLUG, named_window, window_name
from quotaboard.providers.moments import moment

_KINDS = {"session": "5h", "weekly_all": "7d"}
_SLUG_OF_FAMILY = {family.casefold(): slug for slug, family in FAMILY_OF_SLUG.items()}
_ALWAYS_SHOWN = ("five_hour", "seven_day")


def usage_facts(body: object) -> tuple[tuple[Window, ...], Overage | None]:
    """The windows and the paid pool of a usage body."""
    if not isinstance(body, Mapping):
        return (), None
    # The official client wraps the same body once or twice.
    for wrapper in ("rate_limits", "utilization", "response"):
        if isinstance(body.get(wrapper), Mapping):
            return usage_facts(body[wrapper])
    windows: dict[tuple[str, str | None], Window] = {}
    for window in (*_listed(body.get("limits")), *_flat(body)):
        windows.setdefault((window.name, window.model), window)
    return tuple(windows.values()), _overage(body, windows.values())


def _listed(limits: object) -> Iterator[Window]:
    for limit in limits if isinstance(limits, list) else ():
        if not isinstance(limit, Mapping):
            continue
        name = _name_of(limit)
        used = _fraction(limit.get("percent"))
        if name is None or (used is None and limit.get("resets_at") is None):
            continue
        yield replace(
            named_window(name),
            utilization=used,
            resets_at=moment(limit.get("resets_at")),
            threshold_passed=limit.get("severity") in ("warning", "critical"),
        )


def _name_of(limit: Mapping[str, object]) -> str | None:
    kind = limit.get("kind")
    scope = limit.get("scope")
    model = scope.get("model") if isinstance(scope, Mapping) else None
    family = model.get("display_name") or model.get("id") if isinstance(model, Mapping) else None
    if isinstance(family, str) and family.strip():
        words = family.casefold().split()
        # "Fable 5" and "Fable" are one family.
        slug = next((_SLUG_OF_FAMILY[word] for word in words if word in _SLUG_OF_FAMILY), None)
        return f"7d_{slug or '_'.join(word for word in words if not word[0].isdigit()) or words[0]}"
    if isinstance(scope, Mapping) and isinstance(scope.get("surface"), str):
        return f"7d_{scope['surface']}"
    return _KINDS.get(kind) if isinstance(kind, str) else None


def _flat(body: Mapping[str, object]) -> Iterator[Window]:
    for key, told in body.items():
        if not isinstance(told, Mapping) or key == "extra_usage":
            continue
        # A status line calls the same figure by another name.
        used = _fraction(told.get("utilization", told.get("used_percentage")))
        resets_at = moment(told.get("resets_at"))
        if key not in _ALWAYS_SHOWN and not used and resets_at is None:
            continue  # an idle code name says nothing to anybody
        if used is None and resets_at is None:
            continue
        name = window_name(key)
        if name is not None:
            yield replace(named_window(name), utilization=used, resets_at=resets_at)


def _overage(body: Mapping[str, object], windows: Iterable[Window]) -> Overage | None:
    spend, extra = body.get("spend"), body.get("extra_usage")
    spend = spend if isinstance(spend, Mapping) else {}
    extra = extra if isinstance(extra, Mapping) else {}
    enabled = spend.get("enabled") if isinstance(spend.get("enabled"), bool) else extra.get("is_enabled")
    if not isinstance(enabled, bool):
        return None
    used, limit = _amount(spend.get("used")), _amount(spend.get("limit"))
    if used is None:
        used = _minor(extra.get("used_credits"), extra)
    if limit is None:
        limit = _minor(extra.get("monthly_limit"), extra)
    share = _share_of(used, limit, spend, extra)
    reason = spend.get("disabled_reason") or extra.get("disabled_reason")
    exhausted = enabled and share is not None and share >= 1
    full = any(window.model is None and window.is_full() for window in windows)
    return Overage(
        status="allowed" if enabled and not exhausted else "rejected",
        reason=reason if isinstance(reason, str) and reason else ("limit_reached" if exhausted else None),
        in_use=enabled and not exhausted and full,
        utilization=share,
        used=used,
        limit=limit,
    )


def _share_of(
    used: Money | None, limit: Money | None, spend: Mapping[str, object], extra: Mapping[str, object]
) -> float | None:
    if used is not None and limit is not None and limit.amount > 0:
        return round(float(used.amount / limit.amount), 6)
    if limit is None and (extra.get("monthly_limit") is None):
        return None
    told = _fraction(spend.get("percent"))
    return told if told is not None else _fraction(extra.get("utilization"))


def _amount(told: object) -> Money | None:
    if not isinstance(told, Mapping) or not _is_number(told.get("amount_minor")):
        return None
    exponent = told.get("exponent")
    digits = (
        exponent if isinstance(exponent, int) and not isinstance(exponent, bool) and 0 <= exponent <= 6 else 2
    )
    return Money(Decimal(str(told["amount_minor"])).scaleb(-digits), str(told.get("currency") or "USD"))


def _minor(amount: object, extra: Mapping[str, object]) -> Money | None:
    """`used_credits` and `monthly_limit`: minor units."""
    if not _is_number(amount):
        return None
    digits = extra.get("decimal_places")
    places = digits if isinstance(digits, int) and not isinstance(digits, bool) and 0 <= digits <= 6 else 2
    return Money(Decimal(str(amount)).scaleb(-places), str(extra.get("currency") or "USD"))


def _fraction(percent: object) -> float | None:
    if not _is_number(percent) or percent < 0:
        return None
    return round(float(percent) / 100, 6)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
