"""The time that lies behind, by range queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from quotaboard.domain import metrics
from quotaboard.domain.forecast import Use, WindowKey
from quotaboard.domain.history import Past, Trail, Turn, peaks, spark_span
from quotaboard.domain.lane import Lane
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.fleet.machines import host_of, moment_of
from quotaboard.poll.fleet.prometheus import Prometheus, Series, Trouble

LEAST_STEP = timedelta(seconds=15)
MOST_STEPS = 10_000
"""Prometheus gives no more than 11,000 of a series at once."""

MOST_TURNS = 200

Lengths = Mapping[tuple[str, WindowKey], int | None]
"""How long each window of each credential is, in seconds."""


async def past_of(
    server: Prometheus,
    credential: str,
    since: datetime,
    until: datetime,
    lengths: Lengths,
    *,
    lane: Lane | None = None,
    points: int = 400,
) -> Past:
    """The windows of one credential of one machine, and how this lane, or each of its lanes, went."""
    step = max((until - since) / min(points, MOST_STEPS), LEAST_STEP)
    name, _, host = credential.rpartition("@")
    where = f'credential="{_quoted(name)}"'
    uses = await server.over(f"{metrics.WINDOW_USE}{{{where}}}", since, until, step)
    resets = await server.over(f"{metrics.WINDOW_RESET}{{{where}}}", since, until, step)
    which = where if lane is None else f"{where},{_lane_matchers(lane)}"
    states = await server.over(f"{metrics.LANE_VERDICT}{{{which}}} == 1", since, until, step)
    for answer in (uses, resets, states):
        if isinstance(answer, Trouble):
            return Past(since, until, trouble=answer.sentence)
    mine = [[one for one in answer if host_of(one.labels) == host] for answer in (uses, resets, states)]  # type: ignore[union-attr] # trouble was told
    ends = {_key(one): dict(one.values) for one in mine[1]}
    trails = tuple(
        _trail(one, ends.get(_key(one), {}), lengths.get((credential, _key(one)))) for one in mine[0]
    )
    return Past(since, until, trails, tuple(_turns(mine[2], credential)))


async def sparks_of(
    server: Prometheus, now: datetime, count: int, lengths: Lengths
) -> dict[str, dict[WindowKey, tuple[float | None, ...]]]:
    """The peaks of each window of each credential lately, from one query for days and one for weeks."""
    found: dict[str, dict[WindowKey, tuple[float | None, ...]]] = {}
    for span in sorted({spark_span(seconds) for seconds in lengths.values()}):
        answer = await server.over(metrics.WINDOW_USE, now - span, now, span / (count * 6))
        if isinstance(answer, Trouble):
            continue
        for one in answer:
            credential = f"{one.labels.get('credential', '')}@{host_of(one.labels)}"
            key = _key(one)
            if (credential, key) in lengths and spark_span(lengths[credential, key]) == span:
                trail = _trail(one, {}, lengths[credential, key])
                found.setdefault(credential, {})[key] = peaks(trail.uses, now - span, now, count)
    return found


def _key(series: Series) -> WindowKey:
    return series.labels.get("window", ""), series.labels.get("model") or None


def _trail(series: Series, resets: Mapping[float, float], seconds: int | None) -> Trail:
    uses = []
    for at, share in series.values:
        moment = moment_of(at)
        if moment is not None:
            uses.append(Use(moment, share, moment_of(resets.get(at))))
    name, model = _key(series)
    return Trail(name, model, seconds, tuple(uses))


def _turns(states: Iterable[Series], credential: str) -> list[Turn]:
    """When each lane's state became another: the first step at which the new one was seen."""
    lanes: dict[str, dict[float, Verdict]] = {}
    for one in states:
        labels = one.labels
        name = "/".join((credential, *(labels.get(part, "") for part in metrics.OF_LANE[1:])))
        try:
            verdict = Verdict(labels.get(metrics.LANE_VERDICT, ""))
        except ValueError:
            continue
        lanes.setdefault(name, {}).update(dict.fromkeys((at for at, _ in one.values), verdict))
    turns = []
    for name, seen in lanes.items():
        before: Verdict | None = None
        for at, verdict in sorted(seen.items()):
            moment = moment_of(at)
            if verdict is not before and moment is not None:
                turns.append(Turn(name, moment, before, verdict))
            before = verdict
    return sorted(turns, key=lambda turn: turn.at, reverse=True)[:MOST_TURNS]


def _lane_matchers(lane: Lane) -> str:
    told = {"model": lane.model, "shape": lane.shape, "client": lane.client.value}
    return ",".join(f'{name}="{_quoted(value)}"' for name, value in told.items())


def _quoted(value: str) -> str:
    """For a string of PromQL, which reads escapes as Go does."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
