"""What looking costs: reserved before a request and settled after it, whatever crashes in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quotaboard.domain.board import Cost
from quotaboard.store.clean import text, whole
from quotaboard.store.database import Database


@dataclass(frozen=True, slots=True)
class Reservation:
    """Tokens that a request under way may cost. It counts as spent until it is settled or released."""

    id: int
    credential: str
    day: date
    tokens: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent on a credential in one day (UTC)."""

    input_tokens: int = 0
    output_tokens: int = 0
    requests: int = 0
    usd: Decimal = Decimal(0)
    reserved: int = 0
    """Tokens of requests under way, or of which a crash left the outcome unknown."""

    @property
    def tokens(self) -> int:
        """What counts against a budget."""
        return self.input_tokens + self.output_tokens + self.reserved


class Budget:
    """Tokens per credential and day, over all processes. Survives restarts, and forgetting the credential."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, credential: str, day: date, tokens: int, budget: int | None) -> Reservation | None:
        """Set tokens aside; None when the day's budget has no room. None as budget: no limit."""
        with self._database.writing() as sql:
            if budget is not None and self.spent(credential, day).tokens + tokens > budget:
                return None
            inserted = sql.execute(
                "INSERT INTO reservations (credential, day, tokens) VALUES (?, ?, ?)",
                (text(credential), day.isoformat(), whole(tokens)),
            )
            return Reservation(inserted.lastrowid or 0, credential, day, tokens)

    def settle(self, reservation: Reservation, cost: Cost) -> None:
        """What it really cost. A second time does nothing."""
        with self._taking(reservation) as sql:
            if sql is None:
                return
            before = self.spent(reservation.credential, reservation.day)
            sql.execute(
                "INSERT OR REPLACE INTO spending VALUES (?, ?, ?, ?, ?, ?)",
                (
                    text(reservation.credential),
                    reservation.day.isoformat(),
                    whole(before.input_tokens + max(0, cost.input_tokens)),
                    whole(before.output_tokens + max(0, cost.output_tokens)),
                    before.requests + 1,
                    str(before.usd + (cost.usd or 0)),
                ),
            )

    def release(self, reservation: Reservation) -> None:
        """The request was never sent."""
        with self._taking(reservation):
            pass

    def spent(self, credential: str, day: date) -> Spent:
        key = (text(credential), day.isoformat())
        spending = self._database.row(
            """SELECT input_tokens, output_tokens, requests, usd FROM spending
                WHERE credential = ? AND day = ?""",
            key,
        )
        reserved = self._database.row(
            "SELECT coalesce(sum(tokens), 0) FROM reservations WHERE credential = ? AND day = ?", key
        )
        under_way = reserved[0] if reserved else 0
        if spending is None:
            return Spent(reserved=under_way)
        input_tokens, output_tokens, requests, usd = spending
        return Spent(input_tokens, output_tokens, requests, Decimal(usd), under_way)

    def spent_on(self, day: date) -> dict[str, Spent]:
        """By credential."""
        rows = self._database.rows(
            """SELECT credential FROM (SELECT credential, day FROM spending
                UNION SELECT credential, day FROM reservations) WHERE day = ?""",
            (day.isoformat(),),
        )
        return {name: self.spent(name, day) for (name,) in rows}

    def ever_spent(self) -> dict[str, Spent]:
        """By credential, over all days. It only ever grows."""
        rows = self._database.rows(
            "SELECT credential, input_tokens, output_tokens, requests, usd FROM spending ORDER BY day"
        )
        totals: dict[str, Spent] = {}
        for name, input_tokens, output_tokens, requests, usd in rows:
            before = totals.get(name, Spent())
            totals[name] = Spent(
                before.input_tokens + input_tokens,
                before.output_tokens + output_tokens,
                before.requests + requests,
                before.usd + Decimal(usd),
            )
        return totals

    @contextmanager
    def _taking(self, reservation: Reservation) -> Iterator[sqlite3.Connection | None]:
        with self._database.writing() as sql:
            taken = sql.execute("DELETE FROM reservations WHERE id = ?", (reservation.id,)).rowcount
            yield sql if taken else None
