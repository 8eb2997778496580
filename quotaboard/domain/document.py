"""Values as plain data for JSON: the keys are an interface (design: `status --json`, `explain --json`)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from quotaboard.domain.board import (
    AgentView,
    Board,
    Cost,
    CredentialView,
    Event,
    Forecast,
    LaneView,
    ProfileView,
    WindowView,
)
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
    return {
        "remaining": money(value.remaining),
        "limit": money(value.limit),
        "used": money(value.used),
        "period": value.period,
        "available": value.available,
    }


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


def lane(view: LaneView) -> Document:
    """One lane of `status --json`."""
    value = view.lane
    judgement = view.judgement
    return {
        "id": value.id,
        "credential": value.credential,
        "provider": value.provider,
        "model": value.model,
        "shape": value.shape,
        "client": value.client.value,
        **verdict(judgement),
        "inferred_from": judgement.inferred_from,
        "told_by": judgement.told_by,
        "observed_at": moment(judgement.observed_at),
        "stale": judgement.stale,
        "was": judgement.was.value if judgement.was else None,
        "since": moment(view.since),
        "http_status": judgement.evidence.status,
        "request_id": judgement.evidence.request_id,
        "latency_ms": view.latency_ms,
        "cost": cost(view.cost),
        "next_look_at": moment(view.next_look_at),
        "next_look_cost": cost(view.next_look_cost),
        "cost_per_day": cost(view.cost_per_day),
    }


def credential(view: CredentialView) -> Document:
    """One credential of `status --json`."""
    value = view.credential
    return {
        "name": value.name,
        "provider": value.provider,
        "kind": value.kind.value,
        "source": value.source,
        "found_in": list(value.found_in),
        "plan": value.plan,
        "expires_at": moment(value.expires_at),
        "trouble": view.trouble,
        "hint": view.hint,
        "hides": view.hides,
        "notes": list(view.notes),
        "probe": view.consent,
        "windows": [_window_view(window) for window in view.windows],
        "overage": overage(view.overage),
        "balance": balance(view.balance),
        "tokens_today": view.tokens_today,
        "daily_token_budget": view.daily_budget,
        "cost_per_day": cost(view.cost_per_day),
        "host": view.host,
    }


def agent(view: AgentView) -> Document:
    """One agent of `status --json`."""
    return {
        "name": view.id,
        "title": view.title,
        "home": view.home,
        "running": view.running,
        "active": view.active,
        "lane": view.lane.id if view.lane else None,
        "verdict": view.judgement.verdict.value,
        "reason": view.judgement.reason,
        "blocked": view.judgement.blocked,
        "since": moment(view.since),
        "profiles": [profile(each) for each in view.profiles],
        "warnings": list(view.warnings),
        "trouble": view.trouble,
        "locked": view.locked,
        "said": None if view.said is None else event(view.said),
        "host": view.host,
    }


def profile(view: ProfileView) -> Document:
    """One profile of an agent."""
    return {
        "name": view.name,
        "active": view.active,
        "lane": view.lane.id if view.lane else None,
        "verdict": view.judgement.verdict.value,
        "reason": view.judgement.reason,
        "blocked": view.judgement.blocked,
        "provider": view.provider,
        "model": view.model,
        "host": view.host,
        "price": view.price.value,
        "origin": view.origin,
        "trouble": view.trouble,
    }


def event(value: Event) -> Document:
    """Something that an agent said, or that happened to it."""
    return {"at": moment(value.at), "kind": value.kind, "text": value.text, "lane": value.lane}


def status(board: Board) -> Document:
    """`status --json`, whole."""
    return {
        "schema": "quotaboard.status/1",
        "at": moment(board.at),
        "credentials": [credential(view) for view in board.credentials],
        "lanes": [lane(view) for view in board.lanes],
        "agents": [agent(view) for view in board.agents],
        "trouble": board.trouble,
    }


def _window_view(view: WindowView) -> Document:
    sighting = view.sighting
    return window(
        sighting.window,
        observed_at=sighting.observed_at,
        origin=sighting.origin,
        stale=view.stale,
        forecast=view.forecast,
    )
