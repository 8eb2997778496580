"""Ollama Cloud: fractions used, and windows that reset by a fixed clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from quotaboard.domain.reading import Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import FIVE_HOURS, WEEK, Meters, from_share, mapping, next_start
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

_NAMES = {"session": ("5h", FIVE_HOURS), "weekly": ("7d", WEEK), "monthly": ("30d", None)}


def usage_meters(body: Mapping[str, Any], received: Received) -> Meters | None:
    """`/api/usage`. No usage is no limit, not nothing used."""
    limits = body.get("limits")
    if not isinstance(limits, Mapping) or not any(name in limits for name in _NAMES):
        return None
    windows = []
    for slot, (name, seconds) in _NAMES.items():
        used = from_share(mapping(limits.get(slot)).get("usage"))
        if used is not None:
            windows.append(Window(name, used, _reset(slot, received.at), seconds=seconds))
    return Meters(windows=tuple(windows))


def _reset(slot: str, at: datetime) -> datetime | None:
    """A session ends at every multiple of 18 000 seconds since 1970; a week on Monday at midnight UTC."""
    if slot == "session":
        return datetime.fromtimestamp((int(at.timestamp()) // FIVE_HOURS + 1) * FIVE_HOURS, UTC)
    return next_start("weekly", at) if slot == "weekly" else None


PROVIDER = Speaker(
    name="ollama-cloud",
    title="Ollama Cloud",
    host="https://ollama.com/v1",
    reading=Reading("ollama-cloud", usage_meters),
    usage_urls=("/api/usage",),
)
