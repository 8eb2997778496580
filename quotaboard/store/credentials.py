"""Which credentials and lanes there are: their facts, the user's consent and budget, and their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quotaboard.domain.lane import Client, Credential, Kind, Lane
from quotaboard.store.clean import maybe_text, text
from quotaboard.store.database import Database, Row
from quotaboard.store.facts import dumps
from quotaboard.store.times import from_ms, maybe_ms, to_ms


@dataclass(frozen=True, slots=True)
class Known:
    """A credential, and what the user and the last look said about it."""

    credential: Credential
    consent: bool | None = None
    """Whether tokens may be spent on it; None when nobody was asked, which means no."""
    daily_budget: int | None = None
    """Tokens a day; None for no limit of its own."""
    trouble: str | None = None
    """One sentence when it cannot be read or used at all."""
    hint: str | None = None
    """One sentence on what to put right, although it works as it is."""
    hides: str | None = None
    """One sentence on what cannot be seen of it."""


class Credentials:
    """The credentials in use, in the user's order. The others keep their history until forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, known: Sequence[Known], *, now: datetime) -> None:
        """These are all that are in use. A consent of None keeps what was answered before.

        A name that now stands for another account starts afresh: one account never vouches for another.
        """
        with self._database.writing() as sql:
            sql.execute("UPDATE credentials SET position = NULL")
            for position, entry in enumerate(known):
                credential = entry.credential
                before = self._database.row(
                    "SELECT account FROM credentials WHERE name = ?", (text(credential.name),)
                )
                sql.execute(
                    """INSERT INTO credentials
                        (name, provider, kind, source, facts, account, consent, daily_budget, trouble,
                        position)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (name) DO UPDATE SET provider = excluded.provider, kind = excluded.kind,
                        source = excluded.source, facts = excluded.facts,
                        account = coalesce(excluded.account, account),
                        consent = coalesce(excluded.consent, consent), daily_budget = excluded.daily_budget,
                        trouble = excluded.trouble, position = excluded.position""",
                    _columns(entry, position),
                )
                if before and before[0] and credential.account and before[0] != text(credential.account):
                    self.start_afresh(credential.name, now=now)

    def all(self) -> list[Known]:
        rows = self._database.rows(
            """SELECT name, provider, kind, source, facts, account, consent, daily_budget, trouble
                FROM credentials WHERE position IS NOT NULL ORDER BY position"""
        )
        return [_known(row) for row in rows]

    def consent(self, name: str, *, granted: bool) -> None:
        """Remember the user's answer."""
        with self._database.writing() as sql:
            sql.execute("UPDATE credentials SET consent = ? WHERE name = ?", (granted, text(name)))

    def set_trouble(self, name: str, sentence: str | None) -> None:
        """Why it cannot be read or used at all; None once it can. Writes only what changed."""
        wanted = (maybe_text(sentence, 500), text(name))
        if self._database.row("SELECT 1 FROM credentials WHERE trouble IS ? AND name = ?", wanted):
            return
        with self._database.writing() as sql:
            sql.execute("UPDATE credentials SET trouble = ? WHERE name = ?", wanted)

    def start_afresh(self, name: str, *, now: datetime) -> None:
        """Rely on nothing seen before now, as when the name stands for another account. History stays."""
        with self._database.writing() as sql:
            sql.execute("UPDATE credentials SET fresh_from = ? WHERE name = ?", (to_ms(now), text(name)))
            sql.execute(
                """DELETE FROM verdicts WHERE lane IN (SELECT lanes.id FROM lanes JOIN credentials
                    ON credentials.id = lanes.credential WHERE credentials.name = ?)""",
                (text(name),),
            )


class Lanes:
    """The lanes in use, in the order of their rows on the board."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, lanes: Sequence[Lane]) -> None:
        """These are all that are in use. Others keep their history, and are not listed."""
        with self._database.writing() as sql:
            sql.execute("UPDATE lanes SET position = NULL")
            for position, lane in enumerate(lanes):
                number = lane_number(self._database, lane)
                sql.execute("UPDATE lanes SET position = ? WHERE id = ?", (position, number))

    def all(self) -> list[Lane]:
        rows = self._database.rows(
            """SELECT credentials.name, provider, model, shape, client FROM lanes
                JOIN credentials ON credentials.id = lanes.credential
                WHERE lanes.position IS NOT NULL AND credentials.position IS NOT NULL
                ORDER BY lanes.position"""
        )
        return [lane_of(row) for row in rows]


def credential_number(database: Database, name: str, provider: str) -> int:
    """The row of a credential; one that is not listed gets a row that is not shown. Inside a transaction."""
    found = database.row("SELECT id FROM credentials WHERE name = ?", (text(name),))
    if found is None:
        with database.writing() as sql:
            sql.execute(
                "INSERT INTO credentials (name, provider, kind, source, facts) VALUES (?, ?, ?, '', '{}')",
                (text(name), text(provider), Kind.NONE.value),
            )
        return credential_number(database, name, provider)
    number: int = found[0]
    return number


def lane_number(database: Database, lane: Lane) -> int:
    """The row of a lane; one that is not listed gets a row that is not shown. Inside a transaction."""
    found = database.row("SELECT id FROM lanes WHERE name = ?", (text(lane.id, 1000),))
    if found is None:
        owner = credential_number(database, lane.credential, lane.provider)
        with database.writing() as sql:
            sql.execute(
                "INSERT INTO lanes (name, credential, model, shape, client) VALUES (?, ?, ?, ?, ?)",
                (text(lane.id, 1000), owner, text(lane.model), text(lane.shape), lane.client.value),
            )
        return lane_number(database, lane)
    number: int = found[0]
    return number


def lane_of(row: Row) -> Lane:
    """From the columns credential name, provider, model, shape, client."""
    credential, provider, model, shape, client = row
    return Lane(credential, provider, model, shape, Client(client))


def _columns(entry: Known, position: int) -> tuple[object, ...]:
    credential = entry.credential
    facts = {
        "found_in": credential.found_in,
        "plan": credential.plan,
        "expires_at": maybe_ms(credential.expires_at),
        "fingerprint": credential.fingerprint,
        "base_url": credential.base_url,
        "reads_usage": credential.reads_usage,
        "hint": entry.hint,
        "hides": entry.hides,
    }
    return (
        text(credential.name),
        text(credential.provider),
        credential.kind.value,
        text(credential.source),
        dumps(facts),
        maybe_text(credential.account),
        entry.consent,
        entry.daily_budget,
        maybe_text(entry.trouble, 500),
        position,
    )


def _known(row: Row) -> Known:
    name, provider, kind, source, written, account, consent, daily_budget, trouble = row
    facts = json.loads(written)
    expires_at = facts["expires_at"]
    credential = Credential(
        name=name,
        provider=provider,
        kind=Kind(kind),
        source=source,
        found_in=tuple(facts["found_in"]),
        plan=facts["plan"],
        expires_at=None if expires_at is None else from_ms(expires_at),
        fingerprint=facts["fingerprint"],
        account=account,
        base_url=facts["base_url"],
        reads_usage=facts["reads_usage"],
    )
    return Known(
        credential,
        None if consent is None else bool(consent),
        daily_budget,
        trouble,
        facts.get("hint"),
        facts.get("hides"),
    )
