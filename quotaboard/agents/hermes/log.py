"""What Hermes says in its log: which requests failed, which were served, and where it went instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

FILES = ("agent.log", "errors.log", "gateway.log")

_LINE = re.compile(
    r"^(?P<ts>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(?P<ms>\d{3}) (?P<level>[A-Z]+)(?: \[(?P<session>[^\]]+)\])? "
    r"(?P<logger>[\w.\-]+): (?P<msg>.*)$"
)
# Older versions log the same sentences under other loggers, so only the sentence counts.
_FAILED = re.compile(
    r"^API call failed \(attempt (?P<attempt>\d+)/\d+\).*? provider=(?P<provider>\S+)"
    r"(?: base_url=(?P<url>\S+))?(?: model=(?P<model>\S+))?(?: summary=(?P<text>.*))?$"
)
_SERVED = re.compile(
    r"^API call #\d+: model=(?P<model>\S+) provider=(?P<provider>\S+)"
    r"(?: in=(?P<input>\d+))?(?: out=(?P<output>\d+))?(?:.* latency=(?P<latency>\d+(?:\.\d+)?)s)?"
)
_FALLBACK = re.compile(r"^Fallback activated: (?P<from>\S+) (?:→|->) (?P<model>\S+) \((?P<provider>[^)]+)\)")
_WAITING = re.compile(r"^Retrying API call in (?P<seconds>\d+)s \(attempt")
_ROTATED = re.compile(r"^credential pool: (?:marking|rotat)")
_STATUS = re.compile(r"\bHTTP (\d{3})\b|\bError code: (\d{3})\b")

LONG_WAIT = timedelta(seconds=60)
"""A shorter pause before the next attempt is no news."""


class Said(StrEnum):
    """What a line tells of."""

    FAILED = "failed"
    SERVED = "served"
    FALLBACK = "fallback"
    WAITS = "waits"
    ROTATED = "rotated"
    """It goes on with another of its keys."""
    AVOIDS = "avoids"
    TRIES_AGAIN = "tries_again"
    """It avoids the lane no longer, and has noted something since: perhaps that it was served."""
    USES = "uses"
    """It asked there; whether it was served is not told."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One line that tells of a request."""

    kind: Said
    at: datetime
    provider: str = ""
    """In Hermes's words: `anthropic`, `custom:relay`; a named endpoint may be plain `custom`."""
    model: str | None = None
    base_url: str | None = None
    status: int | None = None
    text: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    latency_ms: int | None = None


def logs(home: Path) -> list[Path]:
    """The log files of a home, whether or not they are there."""
    return [home / "logs" / name for name in FILES]


def sayings(lines: Iterable[str], since: datetime, now: datetime) -> Iterator[Saying]:
    """What new lines tell of, oldest first; the same error in two files is told once.

    The log has local time without a zone, of a process whose zone may be another. A line that is new was
    written after the last look: a time outside of that is put right.
    """
    told: set[tuple[str, str]] = set()
    for line in lines:
        found = _LINE.match(line)
        if found is None or (key := (found["ts"] + found["ms"], found["msg"])) in told:
            continue
        saying = _saying(found["msg"], _moment(found["ts"], int(found["ms"]), since, now))
        if saying is not None:
            told.add(key)
            yield saying


def _saying(text: str, at: datetime) -> Saying | None:
    if failed := _FAILED.match(text):
        told = failed["text"] or ""
        status = _STATUS.search(told)
        return Saying(
            Said.FAILED,
            at,
            failed["provider"],
            failed["model"],
            failed["url"],
            int(status[1] or status[2]) if status else None,
            told,
        )
    if served := _SERVED.match(text):
        latency = served["latency"]
        return Saying(
            Said.SERVED,
            at,
            served["provider"],
            served["model"],
            input_tokens=int(served["input"]) if served["input"] else None,
            output_tokens=int(served["output"]) if served["output"] else None,
            latency_ms=round(float(latency) * 1000) if latency else None,
        )
    if fallback := _FALLBACK.match(text):
        return Saying(Said.FALLBACK, at, fallback["provider"], fallback["model"], text=text)
    if _ROTATED.match(text):
        return Saying(Said.ROTATED, at, text=text)
    if (waiting := _WAITING.match(text)) and timedelta(seconds=int(waiting["seconds"])) >= LONG_WAIT:
        return Saying(Said.WAITS, at, text=f"It waits {waiting['seconds']} s before it tries again.")
    return None


def _moment(written: str, millis: int, since: datetime, now: datetime) -> datetime:
    try:
        local = datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(microsecond=millis * 1000)  # noqa: DTZ007
        at = local.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return min(max(at, since), now)
