"""The facts of one answer: what was asked, and what came back, without secrets and without prompts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from quotaboard.domain.lane import Client
from quotaboard.domain.reading import Balance, Overage, Window


class Fault(StrEnum):
    """Why no judgeable answer came back."""

    TIMEOUT = "timeout"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    NOT_JSON = "not_json"
    PROTOCOL = "protocol"
    TOO_LARGE = "too_large"
    NO_CLIENT = "no_client"
    """The official client is not installed, or did not answer as it should."""
    PLUGIN = "plugin"
    """The third party's code that speaks for the provider failed."""


class Endpoint(StrEnum):
    """What kind of address was asked."""

    INFERENCE = "inference"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request was, as far as it is known."""

    model: str | None = None
    shape: str | None = None
    tools: int | None = None
    auth: str | None = None
    """`oauth` or `api_key`."""
    client: Client = Client.DIRECT
    endpoint: Endpoint = Endpoint.INFERENCE


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """What an error body said, whatever its wrapping."""

    type: str | None = None
    code: str | None = None
    message: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read but not judged."""

    provider: str
    at: datetime
    """When it was received."""
    asked: Asked = Asked()
    status: int | None = None
    """The HTTP status; None when none was seen."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Rate-limit and identity headers only, lower-cased."""
    error: ErrorFacts | None = None
    fault: Fault | None = None
    windows: tuple[Window, ...] = ()
    overage: Overage | None = None
    balance: Balance | None = None
    plan: str | None = None
    """The provider's own word for it; an unknown one is kept."""
    account: str | None = None
    """The account or project that it names, where another reading has to be asked for by that name."""
    notes: tuple[str, ...] = ()
    """What else it said that a person may want to know, each a sentence."""
    request_id: str | None = None
    latency_ms: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    retry_at: datetime | None = None
    """`Retry-After`, as a moment."""
    passive: bool = False
    """An agent's own request, of which its log tells: without headers, so it is silent on windows."""

    @property
    def allowed(self) -> bool:
        """An inference request was served."""
        return (
            self.asked.endpoint is Endpoint.INFERENCE
            and self.status is not None
            and 200 <= self.status < 300
            and self.error is None
            and self.fault is None
        )

    @property
    def message(self) -> str:
        return self.error.message if self.error else ""
