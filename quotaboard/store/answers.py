"""What each look saw: the recent answers of every lane, for the judge and for the evidence on screen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from quotaboard.domain.answer import Answer, Endpoint
from quotaboard.domain.lane import Lane
from quotaboard.domain.reading import Origin, Reading
from quotaboard.store.clean import text
from quotaboard.store.credentials import credential_number, lane_number, lane_of
from quotaboard.store.database import Database, Row
from quotaboard.store.facts import answer_facts, answer_of, dumps
from quotaboard.store.readings import Readings
from quotaboard.store.times import TOLERANCE_MS, to_ms

KEPT_PER_LANE = 50


@dataclass(frozen=True, slots=True)
class Look:
    """One answer, and what it was asked for."""

    answer: Answer
    lane: Lane | None
    """None when it was about the credential as a whole."""
    origin: Origin


class Answers:
    """The last answers of each lane, newest first."""

    def __init__(self, database: Database, readings: Readings) -> None:
        self._database = database
        self._readings = readings

    def record(
        self, answer: Answer, credential: str, lane: Lane | None, origin: Origin, *, now: datetime
    ) -> None:
        """Keep an answer and what it says about windows, overage and balance: both, or neither."""
        with self._database.writing() as sql:
            owner = credential_number(self._database, credential, answer.provider)
            number = lane_number(self._database, lane) if lane else 0
            sql.execute(
                "INSERT INTO answers (credential, lane, at, origin, facts) VALUES (?, ?, ?, ?, ?)",
                (owner, number, to_ms(answer.at), origin.value, dumps(answer_facts(answer))),
            )
            # Dated by a clock that has been put right since: it would pass for new when that moment comes.
            horizon = to_ms(now) + TOLERANCE_MS
            sql.execute("DELETE FROM answers WHERE credential = ? AND at > ?", (owner, horizon))
            sql.execute(
                """DELETE FROM answers WHERE credential = ? AND lane = ? AND id <= (SELECT id FROM answers
                    WHERE credential = ? AND lane = ? ORDER BY id DESC LIMIT 1 OFFSET ?)""",
                (owner, number, owner, number, KEPT_PER_LANE),
            )
            reading = reading_of(answer, origin)
            if reading is not None:
                self._readings.keep(credential, reading, now=now)

    def looks(self, credential: str, *, now: datetime, limit: int = 1000) -> list[Look]:
        """The recent looks of one credential, newest first, without those that are dated ahead of now."""
        rows = self._database.rows(
            """SELECT answers.facts, origin, credentials.name, provider, model, shape, client FROM answers
                JOIN credentials ON credentials.id = answers.credential
                LEFT JOIN lanes ON lanes.id = answers.lane
                WHERE credentials.name = ? AND at BETWEEN fresh_from AND ?
                ORDER BY at DESC, answers.id DESC LIMIT ?""",
            (text(credential), to_ms(now) + TOLERANCE_MS, limit),
        )
        return list(_readable(rows))

    def of(self, credential: str, *, now: datetime) -> dict[str | None, list[Answer]]:
        """The recent answers by lane id, newest first; None for those about the credential as a whole."""
        found: dict[str | None, list[Answer]] = {}
        for look in self.looks(credential, now=now):
            found.setdefault(look.lane.id if look.lane else None, []).append(look.answer)
        return found

    def latest(self, lane: str, *, now: datetime) -> Look | None:
        """The newest look at one lane, by its id."""
        rows = self._database.rows(
            """SELECT answers.facts, origin, credentials.name, provider, model, shape, client FROM lanes
                JOIN answers ON answers.lane = lanes.id AND answers.credential = lanes.credential
                JOIN credentials ON credentials.id = lanes.credential
                WHERE lanes.name = ? AND at BETWEEN fresh_from AND ?
                ORDER BY at DESC, answers.id DESC LIMIT 1""",
            (text(lane, 1000), to_ms(now) + TOLERANCE_MS),
        )
        return next(_readable(rows), None)


def reading_of(answer: Answer, origin: Origin) -> Reading | None:
    """What an answer says of the account; None when it says nothing of it."""
    # A lane's own notes are about its model.
    notes = answer.notes if answer.asked.endpoint is Endpoint.USAGE else ()
    if not (answer.windows or answer.overage or answer.balance or answer.plan or notes):
        return None
    return Reading(answer.at, origin, answer.windows, answer.overage, answer.balance, answer.plan, notes)


def _readable(rows: Iterable[Row]) -> Iterator[Look]:
    """Without those that this version cannot read: one odd row must not hide the others."""
    for facts, origin, credential, provider, model, shape, client in rows:
        with suppress(ValueError, KeyError, TypeError, ArithmeticError):
            lane = None if model is None else lane_of((credential, provider, model, shape, client))
            yield Look(answer_of(json.loads(facts)), lane, Origin(origin))
