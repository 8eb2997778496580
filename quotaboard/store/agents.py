"""Agents as they were last read, and what happened to them: facts, never a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from quotaboard.domain.board import AgentView, Event, Price, ProfileView
from quotaboard.domain.lane import Client, Lane
from quotaboard.store.clean import maybe_text, message, text
from quotaboard.store.database import Database
from quotaboard.store.facts import dumps
from quotaboard.store.times import from_ms, to_ms

KEPT_EVENTS = 2000


class Agents:
    """The agents in the order of the board. Their lanes' verdicts are kept elsewhere, by lane."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, agents: Sequence[AgentView]) -> None:
        """These are all that there are. Writes only what changed."""
        wanted = [(place, text(one.id), dumps(_facts(one))) for place, one in enumerate(agents)]
        known = self._database.rows("SELECT position, name, facts FROM agents ORDER BY position")
        if [tuple(row) for row in known] == wanted:
            return
        with self._database.writing() as sql:
            sql.execute("DELETE FROM agents")
            sql.executemany("INSERT INTO agents (position, name, facts) VALUES (?, ?, ?)", wanted)

    def all(self) -> list[AgentView]:
        """As they were remembered, unjudged, each with the newest of its events."""
        rows = self._database.rows("SELECT facts FROM agents ORDER BY position")
        agents = list(_readable(facts for (facts,) in rows))
        return [replace(one, said=next(iter(self.events(one.id, limit=1)), None)) for one in agents]

    def tell(self, event: Event) -> None:
        """Keep something that happened."""
        with self._database.writing() as sql:
            sql.execute(
                "INSERT INTO events (agent, at, kind, text, lane) VALUES (?, ?, ?, ?, ?)",
                (
                    text(event.agent),
                    to_ms(event.at),
                    text(event.kind),
                    message(event.text),
                    maybe_text(event.lane, 1000),
                ),
            )
            sql.execute(
                "DELETE FROM events WHERE id <= (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (KEPT_EVENTS,),
            )

    def events(self, agent: str | None = None, kinds: Sequence[str] = (), *, limit: int = 100) -> list[Event]:
        """What happened to one agent or to all, newest first."""
        chosen = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        rows = self._database.rows(
            f"""SELECT at, agent, kind, text, lane FROM events
                WHERE agent = coalesce(?, agent){chosen} ORDER BY id DESC LIMIT ?""",  # noqa: S608 - marks only
            (maybe_text(agent), *kinds, limit),
        )
        return [Event(from_ms(at), *told) for at, *told in rows]


def _facts(agent: AgentView) -> dict[str, Any]:
    return {
        "id": text(agent.id),
        "title": text(agent.title),
        "home": text(agent.home, 1000),
        "running": agent.running,
        "now": _profile_facts(agent.now) if agent.now else None,
        "profiles": [_profile_facts(profile) for profile in agent.profiles],
        "version": maybe_text(agent.version),
        "warnings": [message(warning) for warning in agent.warnings],
        "trouble": maybe_text(agent.trouble, 500),
        "locked": maybe_text(agent.locked, 500),
        "sends_several": agent.sends_several,
    }


def _profile_facts(profile: ProfileView) -> dict[str, Any]:
    lane = profile.lane
    return {
        "name": text(profile.name),
        "lane": [lane.credential, lane.provider, lane.model, lane.shape, lane.client.value] if lane else None,
        "active": profile.active,
        "model": maybe_text(profile.model),
        "provider": text(profile.provider),
        "host": maybe_text(profile.host),
        "price": profile.price.value,
        "origin": profile.origin,
        "trouble": maybe_text(profile.trouble, 500),
    }


def _readable(rows: Iterator[str]) -> Iterator[AgentView]:
    """Without those that this version cannot read."""
    for written in rows:
        with suppress(ValueError, KeyError, TypeError):
            facts = json.loads(written)
            now = facts.pop("now")
            yield AgentView(
                **{
                    **facts,
                    "now": _profile(now) if now else None,
                    "profiles": tuple(_profile(one) for one in facts["profiles"]),
                    "warnings": tuple(facts["warnings"]),
                }
            )


def _profile(facts: dict[str, Any]) -> ProfileView:
    told = facts["lane"]
    lane = None
    if told:
        credential, provider, model, shape, client = told
        lane = Lane(credential, provider, model, shape, Client(client))
    return ProfileView(**{**facts, "lane": lane, "price": Price(facts["price"])})
