"""From the series of a fleet back to credentials, lanes and agents: the exporter's work undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from quotaboard.domain import metrics
from quotaboard.domain.board import AgentView, Board, CredentialView, Forecast, LaneView, ProfileView
from quotaboard.domain.holding import Policy, aged
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import PLAIN, Client, Credential, Kind, Lane
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Sighting, Window
from quotaboard.domain.verdict import DEFAULT_RETRY, Scope, Verdict
from quotaboard.poll.fleet.prometheus import Series
from quotaboard.poll.fleet.wording import options_of, sentence_of
from quotaboard.poll.view import judged_agents, window_view

STATES = r'{__name__=~"quotaboard_.+_(verdict|status)"} == 1'
FACTS = r'{__name__=~"quotaboard_.+",__name__!~".+_(verdict|status|bucket)"}'
"""Two questions, for of a state set only the state that holds is worth the way."""

MISSED = f"last_over_time({metrics.UP}[1d]) unless {metrics.UP}"
"""Machines that told something today, and do not now."""

OUTLIVED = frozenset({"unknown.stale", "unknown.reset_passed", "unknown.overtaken"})
"""Rules of judgements that were another once."""

_UNSAFE = re.compile(r"[\s/@]+")

Key = tuple[str, ...]
Word = TypeVar("Word", bound=StrEnum)


class Told:
    """What one machine exports, by metric and labels."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._values: dict[str, dict[Key, float]] = {}
        self._labels: dict[str, list[Mapping[str, str]]] = {}
        self._states: dict[tuple[str, Key], str] = {}

    def add(self, series: Series, labels: Sequence[str]) -> None:
        key = tuple(series.labels.get(name, "") for name in labels)
        self._values.setdefault(series.name, {})[key] = series.value
        self._labels.setdefault(series.name, []).append(series.labels)
        if (state := series.labels.get(series.name)) is not None:
            self._states[series.name, key] = state

    def value(self, metric: str, key: Key) -> float | None:
        return self._values.get(metric, {}).get(key)

    def moment(self, metric: str, key: Key) -> datetime | None:
        return moment_of(self.value(metric, key))

    def flag(self, metric: str, key: Key) -> bool | None:
        value = self.value(metric, key)
        return None if value is None else value != 0

    def labels(self, metric: str) -> list[Mapping[str, str]]:
        """Of each series of this metric."""
        return self._labels.get(metric, [])

    def keys(self, metric: str) -> list[Key]:
        return list(self._values.get(metric, {}))

    def state(self, metric: str, key: Key) -> str | None:
        """The state that holds, of a state set."""
        return self._states.get((metric, key))


def host_of(labels: Mapping[str, str]) -> str:
    """What the scrape config calls a machine: its label `host`, else the address that it is asked at."""
    return metrics.label(_UNSAFE.sub("_", labels.get("host") or labels.get("instance") or "unnamed"))


def machines_of(series: Iterable[Series]) -> list[Told]:
    """Each machine with what it exports, by name."""
    found: dict[str, Told] = {}
    for one in series:
        if (names := _labels_of(one.name)) is not None:
            host = host_of(one.labels)
            found.setdefault(host, Told(host)).add(one, names)
    return [found[host] for host in sorted(found)]


def board_of_fleet(machines: Iterable[Told], now: datetime, trouble: str | None = None) -> Board:
    """All credentials and agents of all machines."""
    told = list(machines)
    credentials = tuple(view for machine in told for view in credentials_of(machine, now))
    lanes = {view.lane.id: view for credential in credentials for view in credential.lanes}
    agents = [agent for machine in told for agent in _agents(machine)]
    return Board(
        at=now,
        credentials=credentials,
        agents=judged_agents(agents, lanes, credentials),
        trouble=trouble,
        afar=True,
    )


def credentials_of(machine: Told, now: datetime) -> Iterator[CredentialView]:
    """The credentials of one machine, each called `name@host`."""
    lanes: dict[str, list[LaneView]] = {}
    for labels in machine.labels(f"{metrics.LANE}_info"):
        lanes.setdefault(labels.get("credential", ""), []).append(_lane(machine, labels, now))
    for labels in machine.labels(f"{metrics.CREDENTIAL}_info"):
        name = labels.get("credential", "")
        key = (name,)
        usable = machine.flag(metrics.CREDENTIAL_USABLE, key)
        budget = machine.value(metrics.CREDENTIAL_BUDGET, key)
        yield CredentialView(
            credential=_credential(machine, labels),
            windows=tuple(
                window_view(sighting, now, forecast) for sighting, forecast in _windows(machine, name)
            ),
            overage=_overage(machine, key),
            balance=_balance(machine, name),
            lanes=tuple(sorted(lanes.get(name, ()), key=_order)),
            consent=bool(machine.flag(metrics.CREDENTIAL_ALLOWED, key)),
            trouble=None
            if usable is not False
            else f"{machine.host} cannot read or use it; `quotaboard doctor` there says why.",
            daily_budget=None if budget is None else int(budget),
            host=machine.host,
        )


def moment_of(value: float | None) -> datetime | None:
    """Seconds since 1970 as a moment; None for what is none."""
    if value is None or not 0 < value < 32_503_680_000:  # the year 3000
        return None
    return datetime.fromtimestamp(value, UTC)


def _labels_of(metric: str) -> tuple[str, ...] | None:
    for prefix, names in (
        ("quotaboard_window_", metrics.OF_WINDOW),
        ("quotaboard_lane_", metrics.OF_LANE),
        ("quotaboard_agent_", metrics.OF_AGENT),
        ("quotaboard_balance_", ("credential", "currency")),
        ("quotaboard_", metrics.OF_CREDENTIAL),
    ):
        if metric.startswith(prefix):
            return names
    return None


def _called(machine: Told, name: str) -> str:
    return f"{name}@{machine.host}"


def _credential(machine: Told, labels: Mapping[str, str]) -> Credential:
    name = labels.get("credential", "")
    return Credential(
        name=_called(machine, name),
        provider=labels.get("provider", ""),
        kind=_one_of(Kind, labels.get("kind"), Kind.API_KEY),
        source=labels.get("source", ""),
        plan=labels.get("plan") or None,
        expires_at=machine.moment(metrics.CREDENTIAL_EXPIRES, (name,)),
        fingerprint=labels.get("fingerprint") or None,
    )


def _windows(machine: Told, name: str) -> Iterator[tuple[Sighting, Forecast | None]]:
    for key in machine.keys(metrics.WINDOW_SEEN):
        seen_at = machine.moment(metrics.WINDOW_SEEN, key)
        if key[0] != name or seen_at is None:
            continue
        length = machine.value(metrics.WINDOW_LENGTH, key)
        window = Window(
            name=key[1],
            utilization=machine.value(metrics.WINDOW_USE, key),
            resets_at=machine.moment(metrics.WINDOW_RESET, key),
            status=machine.state(metrics.WINDOW_STATUS, key),
            model=key[2] or None,
            seconds=None if length is None else int(length),
        )
        lasts = machine.flag(metrics.WINDOW_LASTS, key)
        empty_at = machine.moment(metrics.WINDOW_EMPTY, key)
        known = lasts or (lasts is False and empty_at is not None)
        yield (
            Sighting(window, seen_at, Origin.FLEET),
            Forecast(None if lasts else empty_at) if known else None,
        )


def _overage(machine: Told, key: Key) -> Overage | None:
    status = machine.state(metrics.OVERAGE_STATUS, key)
    in_use = machine.flag(metrics.OVERAGE_IN_USE, key)
    told = (one for one in machine.labels(f"{metrics.OVERAGE}_info") if one.get("credential") == key[0])
    reason = next((one.get("reason") for one in told), None)
    return Overage(status, reason, in_use) if status or in_use is not None else None


def _balance(machine: Told, name: str) -> Balance | None:
    def amount(metric: str) -> Money | None:
        for owner, currency in machine.keys(metric):
            if owner == name and (value := machine.value(metric, (owner, currency))) is not None:
                return Money(Decimal(str(value)), currency.upper())
        return None

    left, limit = amount(metrics.BALANCE_LEFT), amount(metrics.BALANCE_LIMIT)
    return Balance(left, limit) if left or limit else None


def _lane(machine: Told, labels: Mapping[str, str], now: datetime) -> LaneView:
    key = tuple(labels.get(name, "") for name in metrics.OF_LANE)
    latency = machine.value(metrics.LANE_LATENCY, key)
    judgement = aged(_judgement(machine, labels, key), Policy(), now)
    return LaneView(
        lane=_lane_called(machine, labels),
        judgement=judgement,
        since=None if judgement.stale else machine.moment(metrics.LANE_SINCE, key),
        next_look_at=machine.moment(metrics.LANE_NEXT, key),
        latency_ms=None if latency is None else round(latency * 1000),
    )


def _order(view: LaneView) -> tuple[str, bool, str, str]:
    lane = view.lane
    return (lane.model, lane.shape != PLAIN, lane.shape, lane.client.value)


def _lane_called(machine: Told, labels: Mapping[str, str]) -> Lane:
    return Lane(
        _called(machine, labels.get("credential", "")),
        labels.get("provider", ""),
        labels.get("model", ""),
        labels.get("shape", ""),
        _one_of(Client, labels.get("client"), Client.DIRECT),
    )


def _judgement(machine: Told, labels: Mapping[str, str], key: Key) -> Judgement:
    verdict = _one_of(Verdict, machine.state(metrics.LANE_VERDICT, key), Verdict.UNKNOWN)
    seen_at = machine.moment(metrics.LANE_SEEN, key)
    if seen_at is None:
        return UNSEEN
    rule = labels.get("rule") or "unknown.unseen"
    was = labels.get("was")
    return Judgement(
        verdict=verdict,
        rule=rule,
        reason=labels.get("reason") or None,
        retry=DEFAULT_RETRY[verdict],
        until=machine.moment(metrics.LANE_UNTIL, key),
        scope=_one_of(Scope, labels.get("scope"), Scope.SHAPE),
        confirmed=labels.get("confirmed") != "false",
        summary=sentence_of(verdict, labels.get("reason"), machine.host),
        options=options_of(machine.host) if verdict.blocked else (),
        observed_at=seen_at,
        stale=rule in OUTLIVED,
        told_by=machine.host,
        was=_one_of(Verdict, was, Verdict.UNKNOWN) if was else None,
    )


def _agents(machine: Told) -> Iterator[AgentView]:
    lanes = {
        tuple(labels.get(name, "") for name in metrics.OF_LANE): _lane_called(machine, labels)
        for labels in machine.labels(f"{metrics.LANE}_info")
    }
    for labels in machine.labels(f"{metrics.AGENT}_info"):
        name = labels.get("agent", "")
        lane = lanes.get(tuple(labels.get(part, "") for part in metrics.OF_LANE))
        profile = ProfileView(labels.get("profile", ""), lane, active=True, model=labels.get("model") or None)
        state = machine.state(metrics.AGENT_VERDICT, (name,))
        if lane is None and state is not None:
            told = replace(UNSEEN, verdict=_one_of(Verdict, state, Verdict.UNKNOWN))
            profile = replace(profile, judgement=told)
        yield AgentView(
            id=_called(machine, name),
            title=labels.get("title", ""),
            home="",
            running=machine.flag(metrics.AGENT_RUNNING, (name,)),
            now=profile,
            profiles=(profile,) if profile.name else (),
            host=machine.host,
        )


def _one_of(kind: type[Word], value: str | None, otherwise: Word) -> Word:
    try:
        return kind(value or "")
    except ValueError:
        return otherwise
