"""The store as `status --json` prints it, read without the domain's classes, which cost more to load.

Times are UTC ISO 8601 with `Z`, absent values None.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

from quotaboard.store.glance import open_for_reading

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes a millisecond, which is a tenth of what we have
    from typing import Any

Entry = dict[str, object]
Report = tuple[str, list[Entry], list[Entry]]

STATUSES = {1: "allowed", 2: "allowed_warning", 3: "rejected"}
ORIGINS = {1: "probe", 2: "usage", 3: "client_usage", 4: "cached_usage", 5: "control", 6: "pasted"}
BLOCKED = {
    "open": False,
    "near_limit": False,
    "paid": False,
    "bad_request": None,
    "unavailable": None,
    "unknown": None,
}
"""Every other verdict is blocked."""

CREDENTIALS = """
SELECT id, name, provider, kind, source, facts, account, trouble, fresh_from FROM credentials
WHERE position IS NOT NULL ORDER BY position
"""

WINDOWS = """
SELECT name, model, seconds, utilization, status, resets_at, observed_at, origin, forecast FROM windows
WHERE credential = ? AND observed_at >= ? ORDER BY model IS NOT NULL, seconds, name
"""

LANES = """
SELECT lanes.name, credentials.name, provider, model, shape, client, verdict, reason, confirmed, since, until,
    stale_at, verdicts.facts
FROM lanes JOIN credentials ON credentials.id = lanes.credential
LEFT JOIN verdicts ON verdicts.lane = lanes.id
WHERE lanes.position IS NOT NULL AND credentials.position IS NOT NULL
ORDER BY credentials.position, lanes.position
"""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def report(path: str, now_ms: int, stale_after_ms: int) -> Report:
    """The store's state as `glance` has it, its credentials, its lanes.

    A window that was seen longer ago than `stale_after_ms`, or has reset since, is stale.
    """
    state, connection = open_for_reading(path)
    if connection is None:
        return (state, [], [])
    try:
        credentials = [
            _credential(connection, row, now_ms, stale_after_ms)
            for row in connection.execute(CREDENTIALS).fetchall()
        ]
        return ("ok", credentials, [_lane(row, now_ms) for row in connection.execute(LANES).fetchall()])
    except sqlite3.Error:
        return ("unreadable", [], [])
    finally:
        connection.close()


def _credential(
    connection: sqlite3.Connection, row: tuple[Any, ...], now_ms: int, stale_after_ms: int
) -> Entry:
    number, name, provider, kind, source, written, account, trouble, fresh_from = row
    facts = json.loads(written)
    pool = connection.execute(
        "SELECT facts FROM pools WHERE credential = ? AND seen_at >= ? ORDER BY id DESC LIMIT 1",
        (number, fresh_from),
    ).fetchone()
    told = json.loads(pool[0]) if pool else {}
    windows = connection.execute(WINDOWS, (number, fresh_from)).fetchall()
    return {
        "name": name,
        "provider": provider,
        "kind": kind,
        "source": source,
        "plan": facts.get("plan") or told.get("plan"),
        "account": account,
        "trouble": trouble,
        "windows": [_window(window, now_ms, stale_after_ms) for window in windows],
        "overage": _overage(told.get("overage")),
        "balance": _balance(told.get("balance")),
    }


def _window(row: tuple[Any, ...], now_ms: int, stale_after_ms: int) -> Entry:
    name, model, seconds, utilization, status, resets_at, observed_at, origin, forecast = row
    over = resets_at is not None and resets_at <= now_ms
    return {
        "name": name,
        "model": model,
        "seconds": seconds,
        "utilization": None if over else utilization,
        "status": None if over else STATUSES.get(status, status),
        "resets_at": _moment(resets_at),
        "observed_at": _moment(observed_at),
        "origin": ORIGINS.get(origin, origin),
        "stale": over or observed_at + stale_after_ms <= now_ms,
        "forecast": None
        if over or forecast is None
        else {"empty_at": _moment(forecast or None), "lasts_until_reset": not forecast},
    }


def _lane(row: tuple[Any, ...], now_ms: int) -> Entry:
    (
        name,
        credential,
        provider,
        model,
        shape,
        client,
        verdict,
        reason,
        confirmed,
        since,
        until,
        stale_at,
        written,
    ) = row
    facts = json.loads(written) if written else {}
    evidence = facts.get("evidence", {})
    cost = facts.get("cost")
    stale = facts.get("stale", False) or (stale_at is not None and stale_at <= now_ms)
    shown = "unknown" if stale or verdict is None else verdict
    observed_at = _zulu(facts.get("observed_at"))
    return {
        "id": name,
        "credential": credential,
        "provider": provider,
        "model": model,
        "shape": shape,
        "client": client,
        "verdict": shown,
        "reason": None if stale else reason,
        "blocked": BLOCKED.get(shown, True),
        "retry": "backoff" if shown == "unknown" else facts.get("retry"),
        "until": None if stale else _moment(until),
        "summary": _summary(facts, verdict, shown, observed_at),
        "options": facts.get("options", []),
        "rule": facts.get("rule"),
        "confirmed": bool(confirmed),
        "inferred_from": facts.get("inferred_from"),
        "observed_at": observed_at,
        "since": _moment(since),
        "stale": stale,
        "was": facts.get("was") or (verdict if stale else None),
        "http_status": evidence.get("status"),
        "request_id": evidence.get("request_id"),
        "latency_ms": facts.get("latency_ms"),
        "next_look_at": _moment(facts.get("next_look_at")),
        "cost": None if cost is None else _cost(cost),
    }


def _summary(facts: Entry, verdict: str | None, shown: str, observed_at: str | None) -> object:
    if verdict is None:
        return "It was never looked at."
    if shown == verdict:
        return facts.get("summary", "")
    return f"It was {verdict.replace('_', ' ')} when it was last looked at, {observed_at or 'some time ago'}."


def _cost(cost: list[Any]) -> Entry:
    input_tokens, output_tokens, usd = cost
    return {
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "usd": None if usd is None else float(usd),
    }


def _overage(facts: dict[str, Any] | None) -> Entry | None:
    if facts is None:
        return None
    told = {name: facts.get(name) for name in ("status", "reason", "in_use", "utilization")}
    return {**told, "resets_at": _zulu(facts.get("resets_at"))}


def _balance(facts: dict[str, Any] | None) -> Entry | None:
    if facts is None:
        return None
    remaining, limit, used = facts.get("remaining"), facts.get("limit"), facts.get("used")
    return {
        "remaining": float(remaining[0]) if remaining else None,
        "limit": float(limit[0]) if limit else None,
        "used": float(used[0]) if used else None,
        "currency": (remaining or limit or used or [None, None])[1],
        "period": facts.get("period"),
        "available": facts.get("available"),
    }


def _moment(ms: int | None) -> str | None:
    return None if ms is None else _zulu((EPOCH + timedelta(milliseconds=ms)).isoformat())


def _zulu(written: str | None) -> str | None:
    return None if written is None else written.replace("+00:00", "Z")
