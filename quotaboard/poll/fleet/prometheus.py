"""Asking a Prometheus server. Trouble is a value with a sentence; nothing that it says is taken for ours."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from quotaboard.domain.answer import Fault
from quotaboard.poll.asking import NoAnswer, Patience, Refused, ask
from quotaboard.providers.base import Request

PATIENCE = Patience(connect=3.0, silence=10.0, whole=15.0)
LARGEST = 32 * 1024 * 1024
"""Bytes of one answer: some hundred machines."""

PREFIX = "prometheus:"


class TroubleKind(StrEnum):
    """Why a server told nothing."""

    ADDRESS = "address"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    NOT_PROMETHEUS = "not_prometheus"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a server told nothing, in a sentence that ends in what to do."""

    kind: TroubleKind
    sentence: str


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of one origin, and its values: one, or one for each step of a range."""

    name: str
    labels: Mapping[str, str]
    values: tuple[tuple[float, float], ...]
    """Seconds since 1970, and the value."""

    @property
    def value(self) -> float:
        """The newest."""
        return self.values[-1][1]


def address_of(text: str) -> str | Trouble:
    """The server's address from `prometheus:URL`, without a slash at its end."""
    url = text.removeprefix(PREFIX)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not text.startswith(PREFIX) or not host or parts.scheme not in ("http", "https"):
        return _wrong("Name the server as in prometheus:http://127.0.0.1:9090.")
    if parts.username is not None or parts.password is not None:
        return _wrong("The address holds a user name or password, which is not sent: take it out.")
    if parts.query or parts.fragment:
        return _wrong("The address ends in a query, which has no meaning there: take it out.")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One server, over a client that somebody else opened."""

    address: str
    client: httpx.AsyncClient
    clock: Callable[[], datetime]
    patience: Patience = PATIENCE

    async def now(self, query: str) -> list[Series] | Trouble:
        """What the query gives at this moment."""
        return await self._asked("query", {"query": query, "timeout": "10s"})

    async def over(
        self, query: str, since: datetime, until: datetime, step: timedelta
    ) -> list[Series] | Trouble:
        """What the query gave, step by step."""
        told = {
            "query": query,
            "start": f"{since.timestamp():.3f}",
            "end": f"{until.timestamp():.3f}",
            "step": f"{max(step.total_seconds(), 1.0):.3f}",
            "timeout": "10s",
        }
        return await self._asked("query_range", told)

    async def _asked(self, endpoint: str, told: Mapping[str, str]) -> list[Series] | Trouble:
        request = Request("GET", f"{self.address}/api/v1/{endpoint}?{urlencode(told)}")
        try:
            received = await ask(self.client, request, None, self.clock, self.patience, limit=LARGEST)
        except Refused as refused:
            return Trouble(TroubleKind.ADDRESS, str(refused))
        if isinstance(received, NoAnswer):
            return self._unanswered(received.fault)
        if received.status != 200:
            return self._said(
                TroubleKind.REFUSED, f"refuses with status {received.status}. Does it want a login?"
            )
        series = _series_in(received.body)
        if series is None:
            return self._said(TroubleKind.NOT_PROMETHEUS, "does not answer like a Prometheus server.")
        return series

    def _unanswered(self, fault: Fault) -> Trouble:
        match fault:
            case Fault.TIMEOUT:
                return self._said(TroubleKind.TIMEOUT, "does not answer in time. Is it busy?")
            case Fault.TOO_LARGE:
                return self._said(TroubleKind.TOO_LARGE, "told more than could be read at once.")
            case Fault.PROTOCOL | Fault.NOT_JSON:
                return self._said(TroubleKind.NOT_PROMETHEUS, "does not answer like a Prometheus server.")
            case _:
                return self._said(TroubleKind.UNREACHABLE, "cannot be reached. Is it running?")

    def _said(self, kind: TroubleKind, does: str) -> Trouble:
        return Trouble(kind, f"Prometheus at {self.address} {does}")


def _series_in(body: object) -> list[Series] | None:
    """The series of an answer; None when it is no such answer."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("result"), list):
        return None
    found = (_series(one) for one in data["result"])
    return [one for one in found if one is not None]


def _series(one: Any) -> Series | None:
    try:
        labels = {str(name): str(value) for name, value in one["metric"].items()}
        pairs = one["values"] if "values" in one else [one["value"]]
        values = tuple((float(at), float(value)) for at, value in pairs)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    values = tuple(pair for pair in values if all(map(math.isfinite, pair)))
    return Series(labels.pop("__name__", ""), labels, values) if values else None


def _wrong(sentence: str) -> Trouble:
    return Trouble(TroubleKind.ADDRESS, sentence)
