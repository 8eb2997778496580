"""The board as the store knows it: cheap, without the network, and never older than it looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from quotaboard.domain.board import Board, Cost, CredentialView, LaneView, WindowView
from quotaboard.domain.holding import outlived
from quotaboard.domain.judgement import UNSEEN
from quotaboard.domain.reading import Sighting
from quotaboard.domain.windows import current

if TYPE_CHECKING:
    from quotaboard.domain.lane import Lane
    from quotaboard.store.budget import Spent
    from quotaboard.store.credentials import Known
    from quotaboard.store.store import Store
    from quotaboard.store.verdicts import Standing

METER_STALE = timedelta(minutes=30)
"""An older reading of a window is shown with its age and without confidence."""


def board_of(store: Store, now: datetime) -> Board:
    """Everything that is known now."""
    standings = store.verdicts.all()
    lanes: dict[str, list[LaneView]] = {}
    for lane in store.lanes.all():
        lanes.setdefault(lane.credential, []).append(_lane_view(lane, standings.get(lane.id), now))
    spent = store.budget.spent_on(now.date())
    credentials = tuple(
        _credential_view(
            known, tuple(lanes.get(known.credential.name, ())), store, _tokens(spent.get(known.credential.name)), now
        )
        for known in store.credentials.all()
    )
    planned = [
        view.next_look_at for credential in credentials for view in credential.lanes if view.next_look_at
    ]
    return Board(
        at=now,
        credentials=credentials,
        tokens_today=sum(view.tokens_today for view in credentials),
        next_look_at=min(planned, default=None),
        trouble=store.notice or None,
    )


def _tokens(spent: Spent | None) -> int:
    return spent.tokens if spent else 0


def window_view(sighting: Sighting, now: datetime) -> WindowView:
    """A window as it can be shown: without its use once its reset has passed."""
    shown = current(sighting.window, now)
    stale = sighting.window.has_reset(now) or now - sighting.observed_at > METER_STALE
    return WindowView(replace(sighting, window=shown), stale)


def _credential_view(
    known: Known, lanes: tuple[LaneView, ...], store: Store, tokens_today: int, now: datetime
) -> CredentialView:
    name = known.credential.name
    pool = store.readings.pool(name)
    return CredentialView(
        credential=known.credential,
        windows=tuple(window_view(sighting, now) for sighting in store.readings.sightings(name)),
        overage=pool.overage if pool else None,
        balance=pool.balance if pool else None,
        lanes=lanes,
        consent=bool(known.consent),
        trouble=known.trouble,
        tokens_today=tokens_today,
        daily_budget=known.daily_budget,
        cost_per_day=_cost_per_day(lanes, known.daily_budget),
    )


def _lane_view(lane: Lane, standing: Standing | None, now: datetime) -> LaneView:
    if standing is None:
        return LaneView(lane, UNSEEN)
    judgement = standing.judgement
    if standing.is_stale(now) and not judgement.stale and judgement.observed_at is not None:
        judgement = outlived(judgement)
    return LaneView(
        lane=lane,
        judgement=judgement,
        since=standing.since if not judgement.stale else None,
        next_look_at=standing.next_look_at,
        next_look_cost=standing.next_look_cost,
        cost=standing.cost,
        latency_ms=standing.latency_ms,
    )


ROUNDS_A_DAY = 90
"""How often a steadily serving lane is asked in a day when the budget allows it: once in sixteen minutes."""


def _cost_per_day(lanes: tuple[LaneView, ...], budget: int | None) -> Cost | None:
    """What a day of looking costs at the most, were every lane to serve."""
    costs = [view.next_look_cost for view in lanes if view.next_look_cost is not None]
    if not costs:
        return None
    tokens = sum(cost.tokens for cost in costs)
    rounds = float(ROUNDS_A_DAY)
    if budget is not None and tokens:
        rounds = min(rounds, budget / tokens)
    known = [cost.usd for cost in costs if cost.usd is not None]
    usd = sum(known, start=type(known[0])(0)) * int(rounds * 100) / 100 if known else None
    return Cost(
        round(sum(cost.input_tokens for cost in costs) * rounds),
        round(sum(cost.output_tokens for cost in costs) * rounds),
        usd,
    )
