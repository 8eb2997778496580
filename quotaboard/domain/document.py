"""Values as plain data for JSON: the keys are an interface (design: `status --json`, `explain --json`)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from quotaboard.domain.board import Cost, Forecast
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Window

Document = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """UTC, ISO 8601, to the second, with `Z`."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def window(
    value: Window,
    *,
    observed_at: datetime | None,
    origin: Origin | None,
    stale: bool,
    forecast: Forecast | None = None,
) -> Document:
    return {
        "name": value.name,
        "model": value.model,
        "seconds": value.seconds,
        "utilization": value.utilization,
        "status": value.status,
        "resets_at": moment(value.resets_at),
        "observed_at": moment(observed_at),
        "origin": origin.value if origin else None,
        "stale": stale,
        "forecast": None
        if forecast is None
        else {"empty_at": moment(forecast.empty_at), "lasts_until_reset": forecast.lasts_until_reset},
    }


def overage(value: Overage | None) -> Document | None:
    if value is None:
        return None
    return {
        "status": value.status,
        "reason": value.reason,
        "in_use": value.in_use,
        "utilization": value.utilization,
        "resets_at": moment(value.resets_at),
        "used": money(value.used),
        "limit": money(value.limit),
    }


def balance(value: Balance | None) -> Document | None:
    if value is None:
        return None
    return {"remaining": money(value.remaining), "limit": money(value.limit), "period": value.period}


def money(value: Money | None) -> Document | None:
    return None if value is None else {"amount": float(value.amount), "currency": value.currency}


def cost(value: Cost | None) -> Document | None:
    if value is None:
        return None
    return {
        "input_tokens": value.input_tokens,
        "output_tokens": value.output_tokens,
        "usd": dollars(value.usd),
    }


def dollars(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def verdict(value: Judgement) -> Document:
    """The part of a judgement that lanes and explained answers share."""
    return {
        "verdict": value.verdict.value,
        "reason": value.reason,
        "blocked": value.blocked,
        "retry": value.retry.value if value.retry else None,
        "until": moment(value.until),
        "summary": value.summary,
        "options": list(value.options),
        "rule": value.rule,
        "confirmed": value.confirmed,
    }
