"""What a demo pretends to have seen before it began: thirty days of windows, and a few verdicts.

All of it follows from the scenario and the moment, so that two demos begun at one moment look the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple

from quotaboard.domain.alert import About, Alert, AlertKind
from quotaboard.domain.alert_sights import BLOCKED
from quotaboard.domain.alert_words import alerts_of
from quotaboard.domain.board import Board
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import TOOLS, Client, Lane
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.simulator import Account, Scenario
from quotaboard.simulator.agents import PretendAgent
from quotaboard.simulator.scenario import Client as Asker
from quotaboard.simulator.scenario import CredentialState, Reply, Shape, WindowSpec
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Standing

PROVIDER = "anthropic"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SAMPLES = (
    (timedelta(days=30), timedelta(hours=6)),
    (timedelta(days=7), timedelta(hours=2)),
    (timedelta(hours=24), timedelta(minutes=20)),
    (timedelta(hours=5), timedelta(minutes=6)),
)
"""Until when one is taken, and how far they lie apart: the plots of a detail screen need no more."""
ENDED = timedelta(minutes=3)
"""Between the last of them and the demo's first look."""
WORKS_FROM, WORKS_FOR = 7, 13
"""Hours of the day, UTC, in which a week's allowance is used."""
LATELY = 1 / 3
"""In this share of its length a window grows as it will in the demo."""
FULLEST, EMPTIEST = 0.96, 0.2

SERVED = Judgement(Verdict.OPEN, "http.open", evidence=Evidence(200))
OVERLOADED = Judgement(
    Verdict.UNAVAILABLE,
    "anthropic.unavailable.overloaded",
    "overloaded",
    evidence=Evidence(529, "overloaded_error"),
)
OUT_OF_EXTRA_USAGE = Judgement(
    Verdict.GATED,
    "anthropic.gated.out_of_extra_usage",
    "out_of_extra_usage",
    evidence=Evidence(400, "invalid_request_error", "You're out of extra usage."),
)
BARE_429 = Judgement(
    Verdict.GATED,
    "anthropic.gated.bare_429",
    "bare_429",
    evidence=Evidence(429, "rate_limit_error", "Error"),
)
GATES = {
    Reply.EXTRA_USAGE: OUT_OF_EXTRA_USAGE,
    Reply.OUT_OF_EXTRA_USAGE: OUT_OF_EXTRA_USAGE,
    Reply.BARE_429: BARE_429,
}


class Then(NamedTuple):
    """A verdict that was reached so long before the demo began."""

    ago: timedelta
    judgement: Judgement


Stories = Mapping[Lane, list[Then]]
BEGAN = Then(timedelta(days=6, hours=5), SERVED)
OUTAGE = (Then(timedelta(hours=19, minutes=11), OVERLOADED), Then(timedelta(hours=19, minutes=4), SERVED))
GATED_FROM, GATED_TO = timedelta(days=2, hours=4, minutes=40), timedelta(days=1, hours=22, minutes=15)


def pretend_past(store: Store, scenario: Scenario, now: datetime) -> None:
    """Fill the history of the store; what is known now is for the demo's own looks to say."""
    accounts = [one for one in scenario.accounts if one.state is CredentialState.VALID]
    for account in accounts:
        for ago in _moments():
            reading = Reading(now - ago, Origin.PROBE, tuple(_windows(account, now, ago)))
            if reading.windows:
                store.readings.keep(account.name, reading, now=now, provider=PROVIDER)
    stories = {lane: _story(account, lane) for account in accounts for lane in _lanes(account)}
    store.lanes.remember(list(stories))
    for lane, story in stories.items():
        for ago, judgement in story:
            store.verdicts.save({lane.id: Standing(judgement)}, now=now - ago)
    store.lanes.remember([])
    alerts = list(_alerts(scenario, stories, now))
    store.alerts.say(lambda _: (alerts, {}))
    for account in accounts:
        store.credentials.start_afresh(account.name, now=now)


def _moments() -> list[timedelta]:
    """How long ago each reading was, oldest first."""
    found: list[timedelta] = []
    ends = [until for until, _ in SAMPLES[1:]]
    for (begin, step), end in zip(SAMPLES, [*ends, ENDED], strict=True):
        ago = begin
        while ago > end:
            found.append(ago)
            ago -= step
    return [*found, ENDED]


def _windows(account: Account, now: datetime, ago: timedelta) -> Iterator[Window]:
    for spec in account.windows:
        if spec.resets_in is None:
            continue
        times = max(-((ago + spec.resets_in) // -spec.length) - 1, 0)
        share = _latest(spec, now, ago) if times == 0 else _earlier(spec, now - ago, now, times, account.name)
        length, _, _ = spec.name.partition("_")
        yield Window(
            spec.name,
            round(share, 2),
            now + spec.resets_in - spec.length * times,
            "rejected" if share >= 1 else "allowed",
            _family(spec),
            {"5h": 18_000, "7d": 604_800}.get(length),
        )


def _family(spec: WindowSpec) -> str | None:
    return spec.family.title() if spec.family else None


def _latest(spec: WindowSpec, now: datetime, ago: timedelta) -> float:
    """The window that runs when the demo begins: up to where the scenario says, at its pace in the end."""
    left = spec.resets_in or timedelta()
    elapsed = spec.length - left
    lately = min(spec.length * LATELY, elapsed / 2)
    before_that = max(spec.utilization - spec.per_hour * (lately / HOUR), 0.0)
    if ago <= lately:
        return max(spec.utilization - spec.per_hour * (ago / HOUR), before_that)
    return before_that * _progress(spec, now - elapsed, now - lately, now - ago)


def _earlier(spec: WindowSpec, at: datetime, now: datetime, times: int, name: str) -> float:
    """One of the windows before: some were used a lot, and those that began at night hardly at all."""
    ended = now + (spec.resets_in or timedelta()) - spec.length * times
    began = ended - spec.length
    odd = zlib.crc32(f"{name} {spec.name} {times}".encode()) / 0xFFFFFFFF
    most = EMPTIEST + (FULLEST - EMPTIEST) * odd
    if spec.length < DAY and _hours_worked(ended) - _hours_worked(began) < spec.length / HOUR / 2:
        most *= 0.1
    return most * _progress(spec, began, ended, at)


def _progress(spec: WindowSpec, began: datetime, ended: datetime, at: datetime) -> float:
    """The share of what is used between two moments that is used by then: a week's, by day."""
    if spec.length >= DAY and (worked := _hours_worked(ended) - _hours_worked(began)) > 0:
        done = (_hours_worked(at) - _hours_worked(began)) / worked
    else:
        done = (at - began) / (ended - began) if ended > began else 1.0
    return float(min(max(done, 0.0), 1.0))


def _hours_worked(at: datetime) -> float:
    """Since some day long ago."""
    at = at.astimezone(UTC)
    hour = at.hour + at.minute / 60
    return at.toordinal() * WORKS_FOR + min(max(hour - WORKS_FROM, 0.0), WORKS_FOR)


def _lanes(account: Account) -> Iterator[Lane]:
    for model, shape in product(account.models, account.shapes):
        yield Lane(account.name, PROVIDER, model, shape, Client.DIRECT)


def _story(account: Account, lane: Lane) -> list[Then]:
    """It served, went through an outage, and was gated before if it is gated in the demo."""
    hit = (
        rule.reply for rule in account.rules if rule.fits(Shape(lane.shape), Asker.THIRD_PARTY, lane.model, 0)
    )
    gate = next((GATES[reply] for reply in hit if reply in GATES), None)
    if gate is None or (gate is OUT_OF_EXTRA_USAGE and account.overage.allowed):
        return [BEGAN, *OUTAGE]
    return [BEGAN, Then(GATED_FROM, gate), Then(GATED_TO, SERVED), *OUTAGE]


def _alerts(scenario: Scenario, stories: Stories, now: datetime) -> Iterator[Alert]:
    """Of the agents whose lanes were gated for a while."""
    for agent in scenario.agents:
        for lane, story in stories.items():
            gate = next((then.judgement for then in story if then.judgement.blocked), None)
            if gate is None or lane.shape != TOOLS or (lane.credential, lane.model) != _on(agent):
                continue
            for kind, ago, verdict in (
                (AlertKind.BLOCKED, GATED_FROM, gate.verdict),
                (AlertKind.OPEN, GATED_TO, Verdict.OPEN),
            ):
                about = About(
                    lane.credential,
                    lane=lane.id,
                    model=lane.model,
                    shape=lane.shape,
                    verdict=verdict,
                    was=BLOCKED,
                    was_since=now - GATED_FROM,
                    agents=(agent.kind.value,),
                )
                yield from alerts_of({kind: (about,)}, Board(now - ago))


def _on(agent: PretendAgent) -> tuple[str, str]:
    return agent.on.account, agent.on.model
