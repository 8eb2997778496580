"""Lanes, windows, credentials and agents to make boards of, as tests need them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from quotaboard.domain.board import (
    AgentView,
    Board,
    Cost,
    CredentialView,
    Forecast,
    LaneView,
    Price,
    ProfileView,
    WindowView,
)
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client, Credential, Kind, Lane
from quotaboard.domain.reading import Origin, Sighting, Window
from quotaboard.domain.verdict import DEFAULT_RETRY, Verdict

NOW = datetime(2026, 11, 20, 14, 12, tzinfo=UTC)

HAIKU, SONNET, OPUS = "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-5-5"


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


def before(**span: float) -> datetime:
    return NOW - timedelta(**span)


def window(
    name: str,
    share: float | None,
    resets_at: datetime | None = None,
    *,
    model: str | None = None,
    status: str | None = "allowed",
    seen: datetime | None = None,
    stale: bool = False,
    empty_at: datetime | None = None,
    lasts: bool = False,
) -> WindowView:
    sighting = Sighting(
        Window(name, share, resets_at, status, model), seen or before(seconds=38), Origin.PROBE
    )
    forecast = Forecast(empty_at) if lasts or empty_at else None
    return WindowView(sighting, stale, forecast)


def judgement(verdict: Verdict, **facts: Any) -> Judgement:
    told: dict[str, Any] = {
        "rule": f"anthropic.{verdict}",
        "retry": DEFAULT_RETRY[verdict],
        "observed_at": None if verdict is Verdict.UNKNOWN else before(seconds=38),
    }
    return Judgement(verdict=verdict, **(told | facts))


def lane(
    credential: str,
    model: str,
    shape: str,
    judged: Judgement | Verdict,
    *,
    client: Client = Client.DIRECT,
    provider: str = "anthropic",
    since: datetime | None = None,
) -> LaneView:
    told = judgement(judged) if isinstance(judged, Verdict) else judged
    seen = told.observed_at is not None
    return LaneView(
        Lane(credential, provider, model, shape, client),
        told,
        since=since or (before(minutes=10) if seen else None),
        next_look_at=after(minutes=2) if seen else None,
        next_look_cost=Cost(9, 1),
        cost=Cost(9, 1, Decimal("0.000015")) if seen else None,
        latency_ms=210 if seen else None,
    )


def credential(name: str, plan: str | None = "max_20x", **facts: Any) -> Credential:
    told: dict[str, Any] = {
        "provider": "anthropic",
        "kind": Kind.OAUTH,
        "source": "claude-code",
        "found_in": ("Claude Code",),
        "expires_at": after(hours=6),
    }
    return Credential(name=name, plan=plan, **(told | facts))


def view(who: Credential, lanes: tuple[LaneView, ...] = (), **facts: Any) -> CredentialView:
    told: dict[str, Any] = {
        "consent": True,
        "tokens_today": 61,
        "daily_budget": 20_000,
        "cost_per_day": Cost(320, 28),
    }
    return CredentialView(credential=who, lanes=lanes, **(told | facts))


def matrix(name: str, rows: dict[str, str], *, provider: str = "anthropic") -> tuple[LaneView, ...]:
    """`{model: "open gated official:open"}`: a word per shape, plain then tools."""
    lanes = []
    for model, said in rows.items():
        shapes = iter(("plain", "tools"))
        for word in said.split():
            official, _, slug = word.rpartition(":")
            shape, client = ("plain", Client.OFFICIAL) if official else (next(shapes), Client.DIRECT)
            lanes.append(lane(name, model, shape, Verdict(slug), client=client, provider=provider))
    return tuple(lanes)


def with_gates(lanes: tuple[LaneView, ...], told: Judgement) -> tuple[LaneView, ...]:
    return tuple(
        replace(one, judgement=told) if one.judgement.verdict is Verdict.GATED else one for one in lanes
    )


def board(*views: CredentialView, **facts: Any) -> Board:
    told: dict[str, Any] = {
        "tokens_today": sum(one.tokens_today for one in views),
        "next_look_at": after(minutes=2) if views else None,
    }
    return Board(at=NOW, credentials=views, **(told | facts))


def profile(name: str, seen: LaneView | None = None, **facts: Any) -> ProfileView:
    told: dict[str, Any] = {"price": Price.PLAN}
    if seen is not None:
        told |= {
            "lane": seen.lane,
            "judgement": seen.judgement,
            "since": seen.since,
            "model": seen.lane.model,
            "provider": seen.lane.provider,
        }
    return ProfileView(name, **(told | facts))


def agent(name: str, *profiles: ProfileView, **facts: Any) -> AgentView:
    """The first profile is the one that it is on."""
    first = replace(profiles[0], active=True) if profiles else None
    told: dict[str, Any] = {
        "title": name.replace("-", " ").title(),
        "home": f"/home/mia/.{name}",
        "now": first,
        "profiles": (first, *profiles[1:]) if first else (),
    }
    return AgentView(name, **(told | facts))


def lane_on(views: tuple[CredentialView, ...], key: str) -> LaneView:
    return next(one for view in views for one in view.lanes if one.lane.id == key)
