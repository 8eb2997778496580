"""A recording of what the board saw: everything that the store knows of a stretch of time, as lines of JSON.

A recording is made to be given away. Unless it is asked for, it names nobody (see `domain.masking`), and
holds none of the words of a server: those may name somebody in ways that no mask knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from quotaboard import __version__
from quotaboard.domain.alert import Alert
from quotaboard.domain.board import AgentView, Cost, Event
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Credential
from quotaboard.domain.masking import Mask
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.domain.transcript import written
from quotaboard.store.credentials import Known
from quotaboard.store.store import Store
from quotaboard.store.times import MILLISECOND
from quotaboard.store.verdicts import Change, Standing

SCHEMA = "quotaboard.recording/1"
MOST_POINTS = 1_500
"""Of one window: a month has forty thousand minutes, and a plot some hundred columns."""
LEAST_POINTS = 200
ROOM = 60_000
"""Points of all windows together."""
MOST_CHANGES = 5_000
SAID = re.compile(r"“[^”]*”")
SLUG = re.compile(r"[\w.:-]{1,60}")
OWN_EVENTS = ("switched", "undone", "avoids")
"""Kinds of events whose sentences are ours."""
LEFT_OUT = "left out of the recording"

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A lane's verdict from a moment on."""

    lane: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Looked:
    """A reading of a credential."""

    credential: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent on a credential on the last day."""

    credential: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a recording keeps besides verdicts and numbers."""

    names: bool = False
    """Names, accounts, hosts and paths."""
    messages: bool = False
    """What servers and logs said in their own words."""


def recorded(store: Store, since: datetime, until: datetime, mask: Mask, keep: Keeping) -> Iterator[Line]:
    """The head, then what happened, in the order of time. Raises StoreTrouble."""
    hide: Callable[[Line], Line] = (lambda line: line) if keep.names else mask.value
    yield {
        "schema": SCHEMA,
        "version": __version__,
        "since": written(since),
        "until": written(until),
        "keeps": [name for name, kept in (("names", keep.names), ("messages", keep.messages)) if kept],
    }
    for line in sorted(_happened(store, since, until, keep), key=lambda line: str(line["at"])):
        yield hide(line)


def _happened(store: Store, since: datetime, until: datetime, keep: Keeping) -> Iterator[Line]:
    """The first three lines stand before all others of the same moment, for the order of lines is kept."""
    known = [_known(one, keep) for one in store.credentials.all()]
    windows = sum(len(store.readings.sightings(entry.credential.name)) for entry in known)
    points = max(min(ROOM // max(windows, 1), MOST_POINTS), LEAST_POINTS)
    began = _troubles_began(store, since)
    for at in sorted({since, *began.values()}):
        then = [
            one if began.get(one.credential.name, at) <= at else replace(one, trouble=None) for one in known
        ]
        yield _line(at, "credentials", then)
    yield _line(since, "lanes", store.lanes.all())
    yield _line(since, "agents", [_agent(one, keep) for one in store.agents.all()])
    for entry in known:
        name = entry.credential.name
        for reading in _readings(store, name, (since, until), keep, points):
            yield _line(reading.observed_at, "reading", Looked(name, reading))
    yield from _verdicts(store, since, until, keep)
    for event in store.agents.events(limit=MOST_CHANGES):
        if since <= event.at < until:
            yield _line(event.at, "event", _event(event, keep))
    for alert in store.alerts.log(limit=MOST_CHANGES):
        if since <= alert.at < until:
            yield _line(alert.at, "alert", _alert(alert, keep))
    for name, spent in store.budget.spent_on(until.date()).items():
        if any(entry.credential.name == name for entry in known):
            cost = Cost(spent.input_tokens, spent.output_tokens, spent.usd or None)
            yield _line(until, "spent", Spending(name, cost))


def _troubles_began(store: Store, since: datetime) -> dict[str, datetime]:
    """When each credential came into the trouble that it is in: its lanes turned with it."""
    found: dict[str, datetime] = {}
    for lane in store.lanes.all():
        last = next(iter(store.verdicts.changes(lane.id, limit=1)), None)
        if last is not None and last.rule.startswith("source."):
            found[lane.credential] = max(min(last.at, found.get(lane.credential, last.at)), since)
    return found


def _line(at: datetime, kind: str, told: object) -> Line:
    return {"at": written(at), "kind": kind, "told": written(told)}


def _known(known: Known, keep: Keeping) -> Known:
    credential: Credential = replace(known.credential, fingerprint=None)
    if not keep.names:
        credential = replace(credential, account=None, base_url=None)
    return replace(known, credential=credential)


def _agent(agent: AgentView, keep: Keeping) -> AgentView:
    bare = replace(agent, said=None)
    if keep.names:
        return bare
    profiles = tuple(replace(one, host=None) for one in agent.profiles)
    return replace(bare, profiles=profiles, now=replace(agent.now, host=None) if agent.now else None)


def _event(event: Event, keep: Keeping) -> Event:
    return event if keep.messages or event.kind in OWN_EVENTS else replace(event, text=LEFT_OUT)


def _alert(alert: Alert, keep: Keeping) -> Alert:
    return alert if keep.messages else replace(alert, text=SAID.sub("“…”", alert.text))


def _readings(
    store: Store, name: str, span: tuple[datetime, datetime], keep: Keeping, points: int
) -> Iterator[Reading]:
    """Each window over time, thinned, and what the pool said when it changed."""
    since, until = span
    seen: dict[tuple[datetime, Origin], list[Window]] = {}
    every = max((until - since) // MILLISECOND // points, 1)
    for sighting in store.readings.sightings(name):
        window = sighting.window
        kept = store.readings.history(
            name, window.name, since, until, model=window.model, every=every * MILLISECOND
        )
        for point in kept:
            told = replace(
                window, utilization=point.utilization, resets_at=point.resets_at, status=point.status
            )
            seen.setdefault((point.at, sighting.origin), []).append(told)
        if sighting.observed_at < since:
            seen.setdefault((sighting.observed_at, sighting.origin), []).append(window)
    for (at, origin), windows in seen.items():
        yield Reading(at, origin, tuple(windows))
    yield from _pools(store, name, since, until, keep)


def _pools(store: Store, name: str, since: datetime, until: datetime, keep: Keeping) -> Iterator[Reading]:
    """Overage, balance and plan; the last word with its notes, where those are kept."""
    last = store.readings.pool(name)
    for at, overage, balance in store.readings.pool_history(name, since):
        if at < until and last is not None:
            yield Reading(at, last.origin, overage=overage, balance=balance, plan=last.plan)
    if last is not None and last.observed_at < until:
        yield last if keep.messages else replace(last, notes=())


def _verdicts(store: Store, since: datetime, until: datetime, keep: Keeping) -> Iterator[Line]:
    """How each lane stood at first, each change, and how it stands now in full."""
    now = store.verdicts.all()
    for lane in store.lanes.all():
        changes = store.verdicts.changes(lane.id, limit=MOST_CHANGES)
        before = next((change for change in changes if change.at < since), None)
        told = [change for change in reversed(changes) if since <= change.at < until]
        if before is not None:
            told = [before, *told]
        for change in told:
            yield from _turned(
                change, max(change.at, since), now.get(lane.id) if change is told[-1] else None, keep
            )


def _turned(change: Change, at: datetime, now: Standing | None, keep: Keeping) -> Iterator[Line]:
    """What is known of a verdict: all of the one that still stands, the bare facts of those before."""
    if now is None or now.judgement.verdict is not change.after:
        judgement = Judgement(change.after, change.rule, reason=change.reason, observed_at=change.at)
        yield _line(at, "verdict", Seen(change.lane, Standing(judgement)))
        return
    standing = _told(now, keep)
    seen_at = standing.judgement.observed_at
    if seen_at is not None and seen_at > at:
        # It was seen again since. Nothing on a board may be younger than the board.
        first = replace(standing, judgement=replace(standing.judgement, observed_at=at), stale_at=None)
        yield _line(at, "verdict", Seen(change.lane, first))
        at = seen_at
    yield _line(at, "verdict", Seen(change.lane, standing))


def _told(now: Standing, keep: Keeping) -> Standing:
    """A standing with as much of what a server said as is kept."""
    told = now.judgement
    if not keep.messages:
        told = replace(
            told,
            summary=_without_quotes(told),
            options=tuple(SAID.sub("“…”", option) for option in told.options),
            evidence=_bare(told.evidence),
        )
    return replace(now, judgement=told)


def _without_quotes(judgement: Judgement) -> str:
    """Our sentence, without what a server said in it."""
    summary = SAID.sub("“…”", judgement.summary)
    message = judgement.evidence.message.strip()
    return summary.replace(message, "…") if len(message) > 3 else summary


def _bare(evidence: Evidence) -> Evidence:
    """Status, type and the headers of limits."""
    kind = evidence.error_type
    return replace(
        evidence,
        error_type=kind if kind and SLUG.fullmatch(kind) else None,
        message="",
        request_id=None,
        headers=tuple(
            pair for pair in evidence.headers if "ratelimit" in pair[0] or pair[0] == "retry-after"
        ),
    )
