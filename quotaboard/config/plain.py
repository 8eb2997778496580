"""From a checked TOML document to values, without the schema: an unchanged file need not be checked twice."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from quotaboard.config.alerts import TerminalStyle, parse_mark, parse_quiet_hours
from quotaboard.config.durations import parse_duration
from quotaboard.config.values import (
    AlertSettings,
    AutoSwitchSettings,
    Config,
    CredentialEntry,
    FleetSettings,
    PollSettings,
    SnapshotSettings,
    UiSettings,
)
from quotaboard.domain.agent import GivenProfile
from quotaboard.domain.alert import AlertKind
from quotaboard.domain.lane import Client, Shape


def config_from(document: Mapping[str, Any], digest: str | None = None) -> Config:
    """The values of a document that satisfies the schema."""
    return Config(
        poll=_poll(document.get("poll", {})),
        credentials=tuple(_credential(entry) for entry in document.get("credentials", ())),
        profiles=tuple(GivenProfile(**entry) for entry in document.get("profiles", ())),
        own_shapes={name: Shape(name, **shape) for name, shape in document.get("shapes", {}).items()},
        providers=document.get("providers", {}),
        auto_switch=_auto_switch(document.get("auto_switch", {})),
        alerts=_alerts(document.get("alerts", {})),
        snapshot=SnapshotSettings(**document.get("snapshot", {})),
        fleet=FleetSettings(**document.get("fleet", {})),
        ui=UiSettings(**document.get("ui", {})),
        keys=_keys(document.get("keys", {})),
        digest=digest,
    )


def _keys(table: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    if not table:
        return {}
    from quotaboard.config.keymap import keys_of  # most configs leave the keys alone

    return {command: keys_of(value) for command, value in table.items()}


def _poll(table: Mapping[str, Any]) -> PollSettings:
    spans = {name: _span(value) for name, value in table.items() if isinstance(value, str)}
    poll = PollSettings(**{**table, **spans})
    if "stale_after" in table or poll.stale_after >= poll.fresh_for:
        return poll
    # Whoever asks rarely did not mean every reading to be stale before the next one.
    return PollSettings(**{**table, **spans, "stale_after": poll.fresh_for})


def _auto_switch(table: Mapping[str, Any]) -> AutoSwitchSettings:
    spans = {name: _span(table[name]) for name in ("back_after", "cool_down") if name in table}
    lists = {name: tuple(table[name]) for name in ("agents", "profiles", "hook") if name in table}
    return AutoSwitchSettings(**{**table, **spans, **lists})


def _alerts(table: Mapping[str, Any]) -> AlertSettings:
    told: dict[str, Any] = dict(table)
    if "kinds" in table:
        told["kinds"] = tuple(kind for kind in AlertKind if kind in table["kinds"])
    if "marks" in table:
        told["marks"] = tuple(sorted({mark for text in table["marks"] if (mark := parse_mark(text))}))
    if "before_expiry" in table:
        told["before_expiry"] = _span(table["before_expiry"])
    if "quiet_hours" in table:
        told["quiet_hours"] = parse_quiet_hours(table["quiet_hours"])
    if "terminal" in table:
        told["terminal"] = TerminalStyle(table["terminal"])
    if "hook" in table:
        told["hook"] = tuple(table["hook"])
    return AlertSettings(**told)


def _span(text: str) -> timedelta:
    span = parse_duration(text)
    assert span is not None, "the schema lets no other text through"  # noqa: S101 - a bug, not an input
    return span


def _credential(entry: Mapping[str, Any]) -> CredentialEntry:
    lists = {name: tuple(entry[name]) for name in ("models", "shapes") if name in entry}
    if "clients" in entry:
        lists["clients"] = tuple(Client(client) for client in entry["clients"])
    return CredentialEntry(**{**entry, **lists})
