"""The port that every provider implements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import Credential, Shape
from quotaboard.domain.rules import Rule
from quotaboard.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, before it is sent. Its secret goes into `secret_header` at the moment of sending."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Without the secret, so that it can be listed."""
    secret_header: tuple[str, str] | None = None
    """The header's name and the text before the secret: `("authorization", "Bearer ")`."""
    json: Mapping[str, object] | None = None
    otherwise: Mapping[str, object] | None = None
    """The body to send once instead when the server refuses a parameter of the first."""
    failed: bool = False
    """A plug-in failed to make it, so that it is not sent."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came back, before it is read."""

    status: int
    headers: Mapping[str, str]
    body: object
    """Parsed JSON, a text, or None."""
    at: datetime
    latency_ms: int | None = None
    url: str | None = None
    """What was asked, where it is known: some hosts of one provider count in another currency."""


class Provider(Protocol):
    """How one API is asked for its limits, and how its answers are read and judged."""

    @property
    def name(self) -> str:
        """In the words of the config."""

    @property
    def title(self) -> str:
        """As people write it: `Anthropic`."""

    @property
    def rules(self) -> Sequence[Rule]:
        """First match wins; the last one matches everything."""

    @property
    def default_models(self) -> Sequence[str]:
        """Cheapest first; used when the config names none."""

    @property
    def probes(self) -> bool:
        """Whether a lane is tried with a request to a model; False where only meters are read."""

    @property
    def hides(self) -> str | None:
        """One sentence on what cannot be seen of it, for a card without windows."""

    def base_url(self, environment: Mapping[str, str]) -> str:
        """The public host, or what the provider's conventional variable says."""

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        """The cheapest inference request of this shape; only asked for where `probes` holds."""

    def probe_cost(self, model: str, shape: Shape) -> Cost:
        """What one probe is expected to cost."""

    def cost(self, model: str, input_tokens: int, output_tokens: int) -> Cost:
        """What an answer cost by the price table."""

    def usage(self, credential: Credential, base_url: str) -> Request | None:
        """The request that reads usage without spending tokens, if this credential can."""

    def usages(self, credential: Credential, base_url: str) -> Sequence[Request]:
        """Every free reading, the most telling first; where one is not answered, the next may be."""

    def read(self, received: Received, asked: Asked) -> Answer:
        """The facts of an answer, a refusal included."""

    def read_told(self, body: object, asked: Asked, at: datetime, status: int | None) -> Answer | None:
        """The answer that a text or an object tells of, without HTTP; None when it tells of none."""

    def read_client(self, items: Sequence[object], at: datetime) -> Answer | None:
        """The answer that the output of the provider's own client tells of, if it is such output."""

    def demand(self, model: str | None) -> float | None:
        """How demanding a model is, to tell which lane can vouch for which; None when it is not known."""

    def secret_fits(self, secret: Secret) -> bool:
        """Whether a secret looks like one of this provider's, so that it is never sent to a wrong host."""
