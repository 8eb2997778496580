"""What can be alerted of on a board: each thing with the state it is in, where that can be said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from quotaboard.domain.alert import About, AlertKind, AlertRules
from quotaboard.domain.board import Board, CredentialView, LaneView, WindowView
from quotaboard.domain.forecast import is_alarming
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client, Kind
from quotaboard.domain.renewal import renewal_of
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.windows import holds_back, is_cap

BLOCKED, SERVES, PAID = "blocked", "serves", "paid"
YES, NO = "yes", "no"


class Topic(StrEnum):
    """What kind of thing it is."""

    LANE = "lane"
    WINDOW = "window"
    """How full it is: its state is the mark that lies behind."""
    FORECAST = "forecast"
    """Whether it will be used up before its reset."""
    LOGIN = "login"
    """Whether it is about to expire."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing in its present state."""

    topic: Topic
    name: str
    state: str
    about: About
    ends_at: datetime | None = None
    """When the stretch of time ends that this belongs to: a window's reset, a login's expiry."""
    said_otherwise: bool = False
    """Another thing tells the same, and tells it better."""

    @property
    def key(self) -> str:
        return f"{self.topic} {self.name}"


def kind_of(topic: Topic, before: str, after: str) -> AlertKind | None:
    """What it is called when this becomes that; None for what nobody is called for."""
    match topic:
        case Topic.LANE if after == SERVES:
            return AlertKind.OPEN if before == BLOCKED else None
        case Topic.LANE:
            return AlertKind.PAID if after == PAID else AlertKind.BLOCKED
        case Topic.WINDOW:
            return AlertKind.MARK if float(after) > float(before) else None
        case Topic.FORECAST:
            return AlertKind.RUNS_OUT if after == YES else None
        case Topic.LOGIN:
            return AlertKind.EXPIRES if after == YES else None


def sights_of(board: Board, rules: AlertRules) -> Iterator[Sight]:
    """Everything of which something can be said now. What is stale or not known is left out."""
    agents: dict[str, tuple[str, ...]] = {}
    for agent in board.agents:
        if agent.lane is not None:
            agents[agent.lane.id] = (*agents.get(agent.lane.id, ()), agent.id)
    for view in board.credentials:
        states = [(lane, _state_of(lane.judgement)) for lane in view.lanes]
        for lane, state in states:
            if state is not None:
                yield _lane_sight(lane, state, agents.get(lane.lane.id, ()))
        told_by_lanes = any(state in (BLOCKED, PAID) for _, state in states)
        for window in view.windows:
            yield from _window_sights(view, window, rules, board.at, told_by_lanes=told_by_lanes)
        yield from _login_sights(view, rules, board.at)


def _state_of(judgement: Judgement) -> str | None:
    """None: nothing certain is known, or it will have passed in a moment."""
    if judgement.stale or not judgement.confirmed or judgement.verdict is Verdict.THROTTLED:
        return None
    if judgement.verdict is Verdict.PAID:
        return PAID
    return {True: BLOCKED, False: SERVES, None: None}[judgement.blocked]


def _lane_sight(view: LaneView, state: str, agents: tuple[str, ...]) -> Sight:
    lane, judgement = view.lane, view.judgement
    about = About(
        lane.credential,
        lane=lane.id,
        model=lane.model,
        shape=lane.shape if lane.client is Client.DIRECT else lane.client.value,
        verdict=judgement.verdict,
        reason=judgement.reason,
        until=judgement.until,
        summary=judgement.summary,
        agents=agents,
    )
    return Sight(Topic.LANE, lane.id, state, about)


def _window_sights(
    view: CredentialView, seen: WindowView, rules: AlertRules, now: datetime, *, told_by_lanes: bool
) -> Iterator[Sight]:
    window = seen.sighting.window
    share = window.utilization
    if seen.stale or share is None or not (holds_back(window) or is_cap(window)):
        return
    mark = max((one for one in rules.marks if share >= one), default=0.0)
    name = f"{view.credential.name} {window.name} {window.model or ''}".rstrip()
    about = About(
        view.credential.name,
        model=window.model,
        window=window.name,
        utilization=share,
        mark=mark or None,
        resets_at=window.resets_at,
    )
    full = window.is_full() and told_by_lanes
    yield Sight(Topic.WINDOW, name, str(mark), about, window.resets_at, said_otherwise=full)
    told = seen.forecast
    if told is not None and is_alarming(seen.sighting, told, now):
        yield Sight(Topic.FORECAST, name, YES, replace(about, empty_at=told.empty_at), window.resets_at)
    elif told is not None and told.lasts_until_reset:
        yield Sight(Topic.FORECAST, name, NO, about, window.resets_at)


def _login_sights(view: CredentialView, rules: AlertRules, now: datetime) -> Iterator[Sight]:
    """An expired one is not about to expire: its lanes are blocked, which is said."""
    credential, at = view.credential, view.credential.expires_at
    if at is None or at <= now:
        return
    notice = rules.before_expiry
    if credential.kind is not Kind.OAUTH:
        notice = max(notice, rules.before_expiry_for_good)
    about = About(credential.name, expires_at=at, renewal=renewal_of(credential))
    yield Sight(Topic.LOGIN, credential.name, YES if at - now <= notice else NO, about, at)
