"""The board as metrics: names and units by Prometheus' conventions, verdicts as state sets.

Labels are names of the user's own and words of ours; nothing that a server says freely becomes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from quotaboard import __version__
from quotaboard.domain import metrics
from quotaboard.domain.board import AgentView, CredentialView, LaneView, WindowView
from quotaboard.domain.lane import Lane
from quotaboard.domain.metrics import label, seconds, word
from quotaboard.domain.reading import Money
from quotaboard.domain.verdict import Verdict
from quotaboard.serve.known import Known
from quotaboard.serve.text_format import Counter, Family, Gauge, Info, States, labelled
from quotaboard.store.budget import Spent

MOST_WINDOWS = 50
"""Of one credential. A server that names new windows without end fills neither page nor database."""


NOTHING = Spent()
VERDICTS = tuple(verdict.value for verdict in Verdict)


def families(known: Known) -> Iterator[Family]:
    """All that is told of what is known."""
    board = known.board
    build = Info(metrics.BUILD, "The version of quotaboard.")
    build.add("", {"version": __version__})
    up = Gauge(metrics.UP, "1 while the store can be read, else 0.")
    up.add("", known.readable)
    yield from (build, up)
    yield from _credentials(board.credentials, board.at.timestamp())
    yield from _windows(board.credentials)
    yield from _pools(board.credentials)
    yield from _lanes(board.lanes)
    yield from _agents(board.agents)
    yield from _cost(known)


def _credentials(views: Iterable[CredentialView], now: float) -> Iterator[Family]:
    of = metrics.OF_CREDENTIAL
    info = Info(metrics.CREDENTIAL, "What a credential is; never its secret.")
    usable = Gauge(metrics.CREDENTIAL_USABLE, "1 when it can be read and used.")
    allowed = Gauge(metrics.CREDENTIAL_ALLOWED, "1 when looks may spend tokens.")
    budget = Gauge(metrics.CREDENTIAL_BUDGET, "Tokens a day for looks.")
    expires = Gauge(metrics.CREDENTIAL_EXPIRES, "When it expires.")
    age = Gauge(metrics.CREDENTIAL_AGE, "How old the newest reading or answer was when this was scraped.")
    for view in views:
        value = view.credential
        name = labelled(of, [label(value.name)])
        told = {
            "provider": label(value.provider),
            "kind": value.kind.value,
            "source": label(value.source.partition(":")[0]),
            "plan": label(value.plan),
            "fingerprint": label(value.fingerprint),
        }
        info.add(name, told)
        usable.add(name, view.trouble is None)
        allowed.add(name, view.consent)
        if view.daily_budget is not None:
            budget.add(name, view.daily_budget)
        if value.expires_at is not None:
            expires.add(name, seconds(value.expires_at))
        seen = [window.sighting.observed_at for window in view.windows]
        seen += [lane.judgement.observed_at for lane in view.lanes if lane.judgement.observed_at]
        if seen:
            age.add(name, max(now - seconds(max(seen)), 0.0))
    yield from (info, usable, allowed, budget, expires, age)


def _windows(views: Iterable[CredentialView]) -> Iterator[Family]:
    of = metrics.OF_WINDOW
    use = Gauge(metrics.WINDOW_USE, "How much is used, as a fraction; over 1 can be.")
    status = States(metrics.WINDOW_STATUS, "The provider's own word.")
    length = Gauge(metrics.WINDOW_LENGTH, "Its fixed length.")
    reset = Gauge(metrics.WINDOW_RESET, "When it begins anew.")
    seen = Gauge(metrics.WINDOW_SEEN, "When it was read last.")
    empty = Gauge(metrics.WINDOW_EMPTY, "When it will be used up at its pace, if before its reset.")
    lasts = Gauge(metrics.WINDOW_LASTS, "1 when it lasts until its reset at its pace, 0 when not.")
    for name, view in _bounded(views):
        window, forecast = view.sighting.window, view.forecast
        key = labelled(of, [label(name), label(window.name), label(window.model)])
        seen.add(key, seconds(view.sighting.observed_at))
        if window.utilization is not None:
            use.add(key, window.utilization)
        if window.status in metrics.STATUSES:
            status.add(key, metrics.STATUSES, window.status)
        if window.seconds is not None:
            length.add(key, window.seconds)
        if window.resets_at is not None:
            reset.add(key, seconds(window.resets_at))
        if forecast is not None:
            lasts.add(key, forecast.lasts_until_reset)
            if forecast.empty_at is not None:
                empty.add(key, seconds(forecast.empty_at))
    yield from (use, status, length, reset, seen, empty, lasts)


def _bounded(views: Iterable[CredentialView]) -> Iterator[tuple[str, WindowView]]:
    return chain.from_iterable(
        ((view.credential.name, window) for window in view.windows[:MOST_WINDOWS]) for view in views
    )


def _pools(views: Iterable[CredentialView]) -> Iterator[Family]:
    of = metrics.OF_CREDENTIAL
    status = States(metrics.OVERAGE_STATUS, "Whether the paid pool behind the plan could serve.")
    info = Info(metrics.OVERAGE, "Why the paid pool is off.")
    in_use = Gauge(metrics.OVERAGE_IN_USE, "1 when the last answer was billed to it.")
    left = Gauge(metrics.BALANCE_LEFT, "Money that is left.")
    limit = Gauge(metrics.BALANCE_LIMIT, "Money that there is when nothing is used.")
    for view in views:
        name, pool, balance = label(view.credential.name), view.overage, view.balance
        key = labelled(of, [name])
        if pool is not None and pool.status in metrics.STATUSES:
            status.add(key, metrics.STATUSES, pool.status)
        if pool is not None and pool.reason:
            info.add(key, {"reason": word(pool.reason)})
        if pool is not None and pool.in_use is not None:
            in_use.add(key, pool.in_use)
        if balance is not None and balance.remaining is not None:
            left.add(_money(name, balance.remaining), float(balance.remaining.amount))
        if balance is not None and balance.limit is not None:
            limit.add(_money(name, balance.limit), float(balance.limit.amount))
    yield from (status, info, in_use, left, limit)


def _lanes(views: Iterable[LaneView]) -> Iterator[Family]:
    of = metrics.OF_LANE
    info = Info(metrics.LANE, "Why a lane has its verdict.")
    verdict = States(metrics.LANE_VERDICT, "What the next request will meet.")
    blocked = Gauge(
        metrics.LANE_BLOCKED, "1 when the next request is refused, 0 when served; none if unknown."
    )
    moments = (
        Gauge(metrics.LANE_SEEN, "When it was looked at last."),
        Gauge(metrics.LANE_SINCE, "Since when it has its verdict."),
        Gauge(metrics.LANE_UNTIL, "When it should change by itself."),
        Gauge(metrics.LANE_NEXT, "When it is looked at next."),
    )
    latency = Gauge(metrics.LANE_LATENCY, "How long the last look took.")
    for view in views:
        judgement, key = view.judgement, labelled(of, _lane_labels(view.lane))
        told = {
            "provider": label(view.lane.provider),
            "reason": word(judgement.reason),
            "rule": word(judgement.rule),
            "scope": judgement.scope.value,
            "confirmed": "true" if judgement.confirmed else "false",
            "was": judgement.was.value if judgement.was else "",
        }
        info.add(key, told)
        verdict.add(key, VERDICTS, judgement.verdict.value)
        if judgement.blocked is not None:
            blocked.add(key, judgement.blocked)
        known = (judgement.observed_at, view.since, judgement.until, view.next_look_at)
        for family, at in zip(moments, known, strict=True):
            if at is not None:
                family.add(key, seconds(at))
        if view.latency_ms is not None:
            latency.add(key, view.latency_ms / 1000)
    yield from (info, verdict, blocked, *moments, latency)


def _agents(views: Iterable[AgentView]) -> Iterator[Family]:
    of = metrics.OF_AGENT
    info = Info(metrics.AGENT, "What an agent is on.")
    verdict = States(metrics.AGENT_VERDICT, "What its next request will meet.")
    running = Gauge(metrics.AGENT_RUNNING, "1 while it runs.")
    for view in views:
        name = labelled(of, [label(view.id)])
        lane = _lane_labels(view.lane) if view.lane else [""] * len(metrics.OF_LANE)
        told = dict(zip(metrics.OF_LANE, lane, strict=True))
        info.add(name, {**told, "title": label(view.title), "profile": label(view.active)})
        verdict.add(name, VERDICTS, view.judgement.verdict.value)
        if view.running is not None:
            running.add(name, view.running)
    yield from (info, verdict, running)


def _cost(known: Known) -> Iterator[Family]:
    of = metrics.OF_CREDENTIAL
    requests = Counter(metrics.PROBE_REQUESTS, "Looks that could cost something.")
    tokens = Counter(metrics.PROBE_TOKENS, "Tokens spent on looking.")
    dollars = Counter(metrics.PROBE_COST, "What looking cost by the list of prices.")
    for view in known.board.credentials:
        name = view.credential.name
        key, spent = labelled(of, [label(name)]), known.spent.get(name, NOTHING)
        requests.add(key, spent.requests)
        tokens.add(f'{key},type="input"', spent.input_tokens)
        tokens.add(f'{key},type="output"', spent.output_tokens)
        dollars.add(key, float(spent.usd))
    yield from (requests, tokens, dollars)


def _lane_labels(lane: Lane) -> list[str]:
    return [label(lane.credential), label(lane.model), label(lane.shape), lane.client.value]


def _money(credential: str, amount: Money) -> str:
    return labelled(("credential", "currency"), [credential, word(amount.currency.lower())])
