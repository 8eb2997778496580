"""The board as the store knows it: cheap, without the network, and never older than it looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

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
from quotaboard.domain.holding import Policy, outlived
from quotaboard.domain.judgement import UNSEEN
from quotaboard.domain.lane import PLAIN
from quotaboard.domain.reading import Sighting
from quotaboard.domain.windows import current
from quotaboard.poll.cadence import BEFORE_STALE, DAY, PACED_SHARE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quotaboard.domain.lane import Lane
    from quotaboard.store.budget import Spent
    from quotaboard.store.credentials import Known
    from quotaboard.store.store import Store
    from quotaboard.store.verdicts import Standing

METER_STALE = timedelta(minutes=30)
"""An older reading of a window is shown with its age and without confidence."""

AHEAD = timedelta(minutes=2)
"""What was seen further ahead of now was dated by a clock that has been put right since."""

ROUNDS_A_DAY = DAY / (Policy().stale_after * BEFORE_STALE)
"""A lane that serves on and on is asked before its answer grows stale, where the budget allows it."""

PLAN_WINDOWS = ("5h", "7d", "30d", "month", "interval")
"""Windows that only a plan has."""


def board_of(store: Store, now: datetime) -> Board:
    """Everything that is known now."""
    standings = store.verdicts.all()
    lanes: dict[str, list[LaneView]] = {}
    for lane in store.lanes.all():
        lanes.setdefault(lane.credential, []).append(_lane_view(lane, standings.get(lane.id), now))
    spent = store.budget.spent_on(now.date())
    credentials = tuple(
        _credential_view(
            known,
            tuple(lanes.get(known.credential.name, ())),
            store,
            _tokens(spent.get(known.credential.name)),
            now,
        )
        for known in store.credentials.all()
    )
    views = {view.lane.id: view for of_one in lanes.values() for view in of_one}
    planned = [
        view.next_look_at for credential in credentials for view in credential.lanes if view.next_look_at
    ]
    return Board(
        at=now,
        credentials=credentials,
        agents=judged_agents(store.agents.all(), views, credentials),
        tokens_today=sum(view.tokens_today for view in credentials),
        next_look_at=min(planned, default=None),
        trouble=store.notice or None,
    )


def _tokens(spent: Spent | None) -> int:
    """What was really spent; what a look under way may cost counts against the budget alone."""
    return spent.input_tokens + spent.output_tokens if spent else 0


def window_view(sighting: Sighting, now: datetime, forecast: Forecast | None = None) -> WindowView:
    """A window as it can be shown: without its use once its reset has passed."""
    shown = current(sighting.window, now)
    age = now - sighting.observed_at
    stale = sighting.window.has_reset(now) or age > METER_STALE or age < -AHEAD
    overtaken = forecast is not None and forecast.empty_at is not None and forecast.empty_at <= now
    return WindowView(replace(sighting, window=shown), stale, None if stale or overtaken else forecast)


def _credential_view(
    known: Known, lanes: tuple[LaneView, ...], store: Store, tokens_today: int, now: datetime
) -> CredentialView:
    name = known.credential.name
    lanes = _with_days(lanes, known.daily_budget)
    pool, forecasts = store.readings.pool(name), store.readings.forecasts(name)
    return CredentialView(
        credential=replace(known.credential, plan=_plan(known.credential.plan, pool.plan if pool else None)),
        windows=tuple(
            window_view(sighting, now, forecasts.get((sighting.window.name, sighting.window.model)))
            for sighting in store.readings.sightings(name)
        ),
        overage=pool.overage if pool else None,
        balance=pool.balance if pool else None,
        lanes=lanes,
        consent=bool(known.consent),
        trouble=known.trouble,
        hint=known.hint,
        hides=known.hides,
        notes=pool.notes if pool else (),
        tokens_today=tokens_today,
        daily_budget=known.daily_budget,
        cost_per_day=_cost_per_day(lanes),
    )


def _plan(found: str | None, told: str | None) -> str | None:
    """What the provider says now, unless the login's file says the same in more detail (`max_20x`)."""
    if told is None or (found is not None and found.casefold().startswith(told.casefold())):
        return found
    return told


def _lane_view(lane: Lane, standing: Standing | None, now: datetime) -> LaneView:
    if standing is None:
        return LaneView(lane, UNSEEN)
    judgement, seen_at = standing.judgement, standing.judgement.observed_at
    if seen_at is not None and not judgement.stale and (standing.is_stale(now) or seen_at - now > AHEAD):
        judgement = outlived(judgement)
    return LaneView(
        lane=lane,
        judgement=judgement,
        since=standing.since if not judgement.stale else None,
        next_look_at=max(standing.next_look_at, now) if standing.next_look_at else None,
        next_look_cost=standing.next_look_cost,
        cost=standing.cost,
        latency_ms=standing.latency_ms,
    )


def with_agents(board: Board, agents: Sequence[AgentView]) -> Board:
    """The board with these agents, read just now, in place of those that were stored."""
    said = {agent.id: agent.said for agent in board.agents}
    told = [replace(agent, said=said.get(agent.id)) for agent in agents]
    views = {view.lane.id: view for view in board.lanes}
    return replace(board, agents=judged_agents(told, views, board.credentials))


def judged_agents(
    agents: Sequence[AgentView], lanes: Mapping[str, LaneView], credentials: Sequence[CredentialView]
) -> tuple[AgentView, ...]:
    """The agents with the verdicts of their lanes."""
    return tuple(
        replace(
            agent,
            now=_judged(agent.now, lanes, credentials) if agent.now else None,
            profiles=tuple(_judged(profile, lanes, credentials) for profile in agent.profiles),
        )
        for agent in agents
    )


def _judged(
    profile: ProfileView, lanes: Mapping[str, LaneView], credentials: Sequence[CredentialView]
) -> ProfileView:
    view = lanes.get(profile.lane.id) if profile.lane else None
    if view is None:
        return profile
    price = profile.price
    if price is Price.METERED and _has_a_plan(view.lane.credential, credentials):
        price = Price.PLAN
    return replace(profile, judgement=view.judgement, since=view.since, price=price)


def _has_a_plan(name: str, credentials: Sequence[CredentialView]) -> bool:
    """Some plans are reached with a key; their windows give them away."""
    held = next((view for view in credentials if view.credential.name == name), None)
    return held is not None and any(window.sighting.window.name in PLAN_WINDOWS for window in held.windows)


def _with_days(lanes: tuple[LaneView, ...], budget: int | None) -> tuple[LaneView, ...]:
    """Each with what a day of looking costs. Refusals are free, and what others vouch for is not asked."""
    asked = [view.next_look_cost if _costs(view, lanes) else None for view in lanes]
    tokens = sum(cost.tokens for cost in asked if cost is not None)
    rounds = ROUNDS_A_DAY
    if budget is not None and tokens:
        rounds = min(rounds, budget * PACED_SHARE / tokens)
    return tuple(
        replace(view, cost_per_day=_times(view.next_look_cost, rounds if cost is not None else 0.0))
        if view.next_look_cost is not None
        else view
        for view, cost in zip(lanes, asked, strict=True)
    )


def _times(cost: Cost, rounds: float) -> Cost:
    usd = None if cost.usd is None else cost.usd * Decimal(str(round(rounds, 2)))
    return Cost(round(cost.input_tokens * rounds), round(cost.output_tokens * rounds), usd)


def _cost_per_day(lanes: tuple[LaneView, ...]) -> Cost | None:
    """What a day of looking costs at the most."""
    costs = [view.cost_per_day for view in lanes if view.cost_per_day is not None]
    if not costs:
        return None
    dollars = [cost.usd for cost in costs if cost.usd]
    return Cost(
        sum(cost.input_tokens for cost in costs),
        sum(cost.output_tokens for cost in costs),
        sum(dollars, Decimal()) if dollars else None,
    )


def _costs(view: LaneView, lanes: tuple[LaneView, ...]) -> bool:
    """Whether the lane would be asked itself, and served."""
    if view.judgement.blocked or view.judgement.inferred_from:
        return False
    lane = view.lane
    return lane.shape != PLAIN or not any(
        other.lane.model == lane.model
        and other.lane.client is lane.client
        and other.lane.shape != PLAIN
        and other.judgement.blocked is not True
        for other in lanes
    )
