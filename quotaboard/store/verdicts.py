"""The current verdict of every lane, and how it came about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from quotaboard.domain.board import Cost
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.verdict import Verdict
from quotaboard.store.clean import maybe_text, message, text
from quotaboard.store.database import Database, Row
from quotaboard.store.facts import cost_facts, cost_of, dumps, judgement_facts, judgement_of
from quotaboard.store.times import from_ms, maybe_from_ms, maybe_ms, to_ms


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lane stands."""

    judgement: Judgement
    stale_at: datetime | None = None
    """From then on it must be shown as unknown. None: it holds until it is replaced."""
    since: datetime | None = None
    """Since when it has had this verdict for this reason. The store sees to it, whatever a caller gives."""
    next_look_at: datetime | None = None
    next_look_cost: Cost | None = None
    cost: Cost | None = None
    """What the last look cost."""
    latency_ms: int | None = None

    def is_stale(self, now: datetime) -> bool:
        return self.judgement.stale or (self.stale_at is not None and self.stale_at <= now)


@dataclass(frozen=True, slots=True)
class Change:
    """The moment when a lane's verdict, or the reason for it, became another."""

    lane: str
    at: datetime
    before: Verdict | None
    """None for the first verdict."""
    after: Verdict
    reason: str | None
    rule: str
    evidence: str
    """One line."""


class Verdicts:
    """Verdicts by lane id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[Row, Standing] = {}
        """What was read last: of a thousand lanes, one has changed since."""

    def save(self, standings: Mapping[str, Standing], *, now: datetime) -> list[Change]:
        """Keep these, and return what changed. Lanes that are not known are left out."""
        changes, changed, columns = [], [], []
        for lane, standing in standings.items():
            # By name, for a credential has a few lanes of the thousands that there may be.
            before = self._database.row(
                """SELECT lanes.id, verdict, reason, confirmed, since, until, stale_at, facts
                    FROM lanes LEFT JOIN verdicts ON verdicts.lane = lanes.id WHERE lanes.name = ?""",
                (text(lane, 1000),),
            )
            if before is None:
                continue
            number, verdict, reason, _confirmed, since, *_ = before
            judgement = standing.judgement
            same = verdict == judgement.verdict and reason == maybe_text(judgement.reason)
            after = (number, *_columns(standing, since if same else to_ms(now)))
            if after != tuple(before):
                columns.append(after)
            if not same:
                change = _change(lane, verdict, judgement, now)
                changes.append(change)
                changed.append((number, to_ms(now), *_words(change)))
        if columns:
            with self._database.writing() as sql:
                sql.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", columns)
                sql.executemany(
                    """INSERT INTO changes (lane, at, before, after, reason, rule, evidence)
                        VALUES (?, ?, ?, ?, ?, ?, ?)""",
                    changed,
                )
        return changes

    def all(self) -> dict[str, Standing]:
        """The standings of the lanes in use, in the order of the board."""
        rows = self._database.rows(
            """SELECT lanes.name, verdict, reason, confirmed, since, stale_at, verdicts.facts
                FROM verdicts JOIN lanes ON lanes.id = verdicts.lane
                WHERE lanes.position IS NOT NULL ORDER BY lanes.position"""
        )
        self._read = {row: self._read.get(row) or _standing(row) for row in rows}
        return {row[0]: standing for row, standing in self._read.items()}

    def changes(
        self, lane: str | None = None, since: datetime | None = None, *, limit: int = 1000
    ) -> list[Change]:
        """What changed from then on, of one lane or of all, newest first."""
        rows = self._database.rows(
            """SELECT lanes.name, at, before, after, reason, rule, evidence
                FROM changes JOIN lanes ON lanes.id = changes.lane
                WHERE lanes.name = coalesce(?, lanes.name) AND at >= ? ORDER BY changes.id DESC LIMIT ?""",
            (maybe_text(lane, 1000), to_ms(since) if since else 0, limit),
        )
        return [
            Change(name, from_ms(at), Verdict(before) if before else None, Verdict(after), *rest)
            for name, at, before, after, *rest in rows
        ]


def _columns(standing: Standing, since: int) -> tuple[object, ...]:
    judgement = standing.judgement
    facts = judgement_facts(judgement)
    facts["next_look_at"] = maybe_ms(standing.next_look_at)
    facts["next_look_cost"] = cost_facts(standing.next_look_cost)
    facts["cost"] = cost_facts(standing.cost)
    facts["latency_ms"] = standing.latency_ms
    return (
        judgement.verdict.value,
        maybe_text(judgement.reason),
        judgement.confirmed,
        since,
        maybe_ms(judgement.until),
        maybe_ms(standing.stale_at),
        dumps({name: value for name, value in facts.items() if value is not None}),
    )


def _change(lane: str, before: str | None, judgement: Judgement, now: datetime) -> Change:
    return Change(
        lane=lane,
        at=from_ms(to_ms(now)),
        before=Verdict(before) if before else None,
        after=judgement.verdict,
        reason=maybe_text(judgement.reason),
        rule=judgement.rule,
        evidence=_line(judgement.evidence),
    )


def _words(change: Change) -> tuple[str | None, ...]:
    return (change.before, change.after, change.reason, change.rule, change.evidence)


def _line(evidence: Evidence) -> str:
    parts = (evidence.status, evidence.error_type, message(evidence.message), evidence.request_id)
    return text(" ".join(" ".join(str(part).split()) for part in parts if part), 300)


def _standing(row: Row) -> Standing:
    _lane, verdict, reason, confirmed, since, stale_at, written = row
    facts = json.loads(written)
    return Standing(
        judgement=judgement_of(facts, verdict, reason, confirmed=bool(confirmed)),
        stale_at=maybe_from_ms(stale_at),
        since=from_ms(since),
        next_look_at=maybe_from_ms(facts.get("next_look_at")),
        next_look_cost=cost_of(facts.get("next_look_cost")),
        cost=cost_of(facts.get("cost")),
        latency_ms=facts.get("latency_ms"),
    )
