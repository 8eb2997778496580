"""The board as metrics: names and units by Prometheus' conventions, verdicts as state sets.

Labels are names of the user's own and words of ours; nothing that a server says freely becomes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from prometheus_client import Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    StateSetMetricFamily,
)
from prometheus_client.registry import Collector

from quotaboard import __version__
from quotaboard.domain import metrics
from quotaboard.domain.board import AgentView, CredentialView, LaneView, WindowView
from quotaboard.domain.lane import Lane
from quotaboard.domain.metrics import label, seconds, word
from quotaboard.domain.verdict import Verdict
from quotaboard.serve.known import Known

MOST_WINDOWS = 50
"""Of one credential. A server that names new windows without end fills neither page nor database."""


class Families(Collector):
    """What a registry asks for its metrics."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def collect(self) -> Iterator[Metric]:
        board = self._known.board
        yield InfoMetricFamily(metrics.BUILD, "The version of quotaboard.", {"version": __version__})
        yield GaugeMetricFamily(
            metrics.UP, "1 while the store can be read, else 0.", float(self._known.readable)
        )
        yield from _credentials(board.credentials, board.at.timestamp())
        yield from _windows(board.credentials)
        yield from _pools(board.credentials)
        yield from _lanes(board.lanes)
        yield from _agents(board.agents)
        yield from _cost(self._known)


def _credentials(views: Iterable[CredentialView], now: float) -> Iterator[Metric]:
    of = metrics.OF_CREDENTIAL
    info = InfoMetricFamily(metrics.CREDENTIAL, "What a credential is; never its secret.", labels=of)
    usable = GaugeMetricFamily(metrics.CREDENTIAL_USABLE, "1 when it can be read and used.", labels=of)
    allowed = GaugeMetricFamily(metrics.CREDENTIAL_ALLOWED, "1 when looks may spend tokens.", labels=of)
    budget = GaugeMetricFamily(metrics.CREDENTIAL_BUDGET, "Tokens a day for looks.", labels=of)
    expires = GaugeMetricFamily(metrics.CREDENTIAL_EXPIRES, "When it expires.", labels=of)
    age = GaugeMetricFamily(
        metrics.CREDENTIAL_AGE, "How old the newest reading or answer was when this was scraped.", labels=of
    )
    for view in views:
        value = view.credential
        name = [label(value.name)]
        told = {
            "provider": label(value.provider),
            "kind": value.kind.value,
            "source": label(value.source.partition(":")[0]),
            "plan": label(value.plan),
            "fingerprint": label(value.fingerprint),
        }
        info.add_metric(name, told)
        usable.add_metric(name, float(view.trouble is None))
        allowed.add_metric(name, float(view.consent))
        if view.daily_budget is not None:
            budget.add_metric(name, view.daily_budget)
        if value.expires_at is not None:
            expires.add_metric(name, seconds(value.expires_at))
        seen = [window.sighting.observed_at for window in view.windows]
        seen += [lane.judgement.observed_at for lane in view.lanes if lane.judgement.observed_at]
        if seen:
            age.add_metric(name, max(now - seconds(max(seen)), 0.0))
    yield from (info, usable, allowed, budget, expires, age)


def _windows(views: Iterable[CredentialView]) -> Iterator[Metric]:
    of = metrics.OF_WINDOW
    use = GaugeMetricFamily(metrics.WINDOW_USE, "How much is used, as a fraction; over 1 can be.", labels=of)
    status = StateSetMetricFamily(metrics.WINDOW_STATUS, "The provider's own word.", labels=of)
    length = GaugeMetricFamily(metrics.WINDOW_LENGTH, "Its fixed length.", labels=of)
    reset = GaugeMetricFamily(metrics.WINDOW_RESET, "When it begins anew.", labels=of)
    seen = GaugeMetricFamily(metrics.WINDOW_SEEN, "When it was read last.", labels=of)
    empty = GaugeMetricFamily(
        metrics.WINDOW_EMPTY, "When it will be used up at its pace, if before its reset.", labels=of
    )
    lasts = GaugeMetricFamily(
        metrics.WINDOW_LASTS, "1 when it lasts until its reset at its pace, 0 when not.", labels=of
    )
    for name, view in _bounded(views):
        window, forecast = view.sighting.window, view.forecast
        key = [label(name), label(window.name), label(window.model)]
        seen.add_metric(key, seconds(view.sighting.observed_at))
        if window.utilization is not None:
            use.add_metric(key, window.utilization)
        if window.status in metrics.STATUSES:
            status.add_metric(key, {one: one == window.status for one in metrics.STATUSES})
        if window.seconds is not None:
            length.add_metric(key, window.seconds)
        if window.resets_at is not None:
            reset.add_metric(key, seconds(window.resets_at))
        if forecast is not None:
            lasts.add_metric(key, float(forecast.lasts_until_reset))
            if forecast.empty_at is not None:
                empty.add_metric(key, seconds(forecast.empty_at))
    yield from (use, status, length, reset, seen, empty, lasts)


def _bounded(views: Iterable[CredentialView]) -> Iterator[tuple[str, WindowView]]:
    return chain.from_iterable(
        ((view.credential.name, window) for window in view.windows[:MOST_WINDOWS]) for view in views
    )


def _pools(views: Iterable[CredentialView]) -> Iterator[Metric]:
    of, money = metrics.OF_CREDENTIAL, ("credential", "currency")
    status = StateSetMetricFamily(
        metrics.OVERAGE_STATUS, "Whether the paid pool behind the plan could serve.", labels=of
    )
    info = InfoMetricFamily(metrics.OVERAGE, "Why the paid pool is off.", labels=of)
    in_use = GaugeMetricFamily(metrics.OVERAGE_IN_USE, "1 when the last answer was billed to it.", labels=of)
    left = GaugeMetricFamily(metrics.BALANCE_LEFT, "Money that is left.", labels=money)
    limit = GaugeMetricFamily(
        metrics.BALANCE_LIMIT, "Money that there is when nothing is used.", labels=money
    )
    for view in views:
        name, pool, balance = label(view.credential.name), view.overage, view.balance
        if pool is not None and pool.status in metrics.STATUSES:
            status.add_metric([name], {one: one == pool.status for one in metrics.STATUSES})
        if pool is not None and pool.reason:
            info.add_metric([name], {"reason": word(pool.reason)})
        if pool is not None and pool.in_use is not None:
            in_use.add_metric([name], float(pool.in_use))
        if balance is not None and balance.remaining is not None:
            left.add_metric([name, word(balance.remaining.currency.lower())], float(balance.remaining.amount))
        if balance is not None and balance.limit is not None:
            limit.add_metric([name, word(balance.limit.currency.lower())], float(balance.limit.amount))
    yield from (status, info, in_use, left, limit)


def _lanes(views: Iterable[LaneView]) -> Iterator[Metric]:
    of = metrics.OF_LANE
    info = InfoMetricFamily(metrics.LANE, "Why a lane has its verdict.", labels=of)
    verdict = StateSetMetricFamily(metrics.LANE_VERDICT, "What the next request will meet.", labels=of)
    blocked = GaugeMetricFamily(
        metrics.LANE_BLOCKED, "1 when the next request is refused, 0 when served; none if unknown.", labels=of
    )
    moments = {
        "observed_at": GaugeMetricFamily(metrics.LANE_SEEN, "When it was looked at last.", labels=of),
        "since": GaugeMetricFamily(metrics.LANE_SINCE, "Since when it has its verdict.", labels=of),
        "until": GaugeMetricFamily(metrics.LANE_UNTIL, "When it should change by itself.", labels=of),
        "next": GaugeMetricFamily(metrics.LANE_NEXT, "When it is looked at next.", labels=of),
    }
    latency = GaugeMetricFamily(metrics.LANE_LATENCY, "How long the last look took.", labels=of)
    for view in views:
        judgement, key = view.judgement, _lane_labels(view.lane)
        told = {
            "provider": label(view.lane.provider),
            "reason": word(judgement.reason),
            "rule": word(judgement.rule),
            "scope": judgement.scope.value,
            "confirmed": "true" if judgement.confirmed else "false",
            "was": judgement.was.value if judgement.was else "",
        }
        info.add_metric(key, told)
        verdict.add_metric(key, _states(judgement.verdict))
        if judgement.blocked is not None:
            blocked.add_metric(key, float(judgement.blocked))
        known = (judgement.observed_at, view.since, judgement.until, view.next_look_at)
        for family, at in zip(moments.values(), known, strict=True):
            if at is not None:
                family.add_metric(key, seconds(at))
        if view.latency_ms is not None:
            latency.add_metric(key, view.latency_ms / 1000)
    yield from (info, verdict, blocked, *moments.values(), latency)


def _agents(views: Iterable[AgentView]) -> Iterator[Metric]:
    of = metrics.OF_AGENT
    info = InfoMetricFamily(metrics.AGENT, "What an agent is on.", labels=of)
    verdict = StateSetMetricFamily(metrics.AGENT_VERDICT, "What its next request will meet.", labels=of)
    running = GaugeMetricFamily(metrics.AGENT_RUNNING, "1 while it runs.", labels=of)
    for view in views:
        name = [label(view.id)]
        lane = _lane_labels(view.lane) if view.lane else [""] * len(metrics.OF_LANE)
        told = dict(zip(metrics.OF_LANE, lane, strict=True))
        info.add_metric(name, {**told, "title": label(view.title), "profile": label(view.active)})
        verdict.add_metric(name, _states(view.judgement.verdict))
        if view.running is not None:
            running.add_metric(name, float(view.running))
    yield from (info, verdict, running)


def _cost(known: Known) -> Iterator[Metric]:
    of = metrics.OF_CREDENTIAL
    requests = CounterMetricFamily(metrics.PROBE_REQUESTS, "Looks that could cost something.", labels=of)
    tokens = CounterMetricFamily(metrics.PROBE_TOKENS, "Tokens spent on looking.", labels=(*of, "type"))
    dollars = CounterMetricFamily(metrics.PROBE_COST, "What looking cost by the list of prices.", labels=of)
    for view in known.board.credentials:
        name, spent = view.credential.name, known.spent.get(view.credential.name)
        requests.add_metric([label(name)], spent.requests if spent else 0)
        tokens.add_metric([label(name), "input"], spent.input_tokens if spent else 0)
        tokens.add_metric([label(name), "output"], spent.output_tokens if spent else 0)
        dollars.add_metric([label(name)], float(spent.usd) if spent else 0.0)
    yield from (requests, tokens, dollars)


def _lane_labels(lane: Lane) -> list[str]:
    return [label(lane.credential), label(lane.model), label(lane.shape), lane.client.value]


def _states(verdict: Verdict) -> dict[str, bool]:
    return {one.value: one is verdict for one in Verdict}
