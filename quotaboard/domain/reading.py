"""Windows, overage and balance: what one observation said about how much of a credential is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Origin(StrEnum):
    """Where a reading came from, cheapest first."""

    CACHED = "cached_usage"
    """Claude Code's own cached usage, read from its file."""
    CLIENT = "client_usage"
    """The official client's usage command."""
    USAGE = "usage"
    """A usage endpoint."""
    PROBE = "probe"
    """The headers of an inference answer that we asked for."""
    CONTROL = "control"
    """The official client, asked for one token."""
    PASSIVE = "passive"
    """An agent's own request, as its log tells of it."""
    FLEET = "fleet"
    """Another machine's reading of the same secret, as Prometheus keeps it."""
    PASTED = "pasted"
    """An answer that a person gave to `explain`."""


@dataclass(frozen=True, slots=True)
class Window:
    """How much of one rate-limit window is used."""

    name: str
    """Its length, with the provider's slug where it has one: `5h`, `7d`, `7d_sonnet`, `1m_requests`; or what
    it caps: `key-cap`, `spend`."""
    utilization: float | None = None
    """A fraction; over 1 when the provider lets overage through. None when it was not said."""
    resets_at: datetime | None = None
    status: str | None = None
    """The provider's own word: `allowed`, `allowed_warning`, `rejected`."""
    model: str | None = None
    """The model family that it is scoped to, as people read it (`Sonnet`); None for all models."""
    seconds: int | None = None
    """Its fixed length."""
    threshold_passed: bool = False
    """The provider says that one of its own warning marks lies behind."""

    def has_reset(self, now: datetime) -> bool:
        """True once its reset has passed: what it said then says nothing about now."""
        return self.resets_at is not None and self.resets_at <= now

    def is_full(self) -> bool:
        """Rejected by the provider, or used up by the numbers."""
        return self.status == "rejected" or (self.utilization is not None and self.utilization >= 1)

    def governs(self, model: str | None) -> bool:
        """Whether requests for this model count against it. A window without a scope governs every model."""
        if self.model is None:
            return True
        if model is None:
            return False
        scope, name = self.model.casefold(), model.casefold()
        # A group of models is called by its first word: "Gemini models", "Claude and other models".
        return scope in name or (" " in scope and scope.split()[0] in name)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units of its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Overage:
    """The paid pool behind a plan and its policy."""

    status: str | None = None
    """`allowed`, `allowed_warning` or `rejected`: whether it could serve. `rejected` is no alarm."""
    reason: str | None = None
    """The provider's word for why it is off."""
    in_use: bool | None = None
    """True when this answer was billed to it."""
    utilization: float | None = None
    resets_at: datetime | None = None
    used: Money | None = None
    limit: Money | None = None

    @property
    def can_serve(self) -> bool:
        """Whether a request may be served and billed to it."""
        return self.status in ("allowed", "allowed_warning")


@dataclass(frozen=True, slots=True)
class Balance:
    """Prepaid money, or what is left under a cap."""

    remaining: Money | None = None
    limit: Money | None = None
    period: str | None = None
    """`daily`, `weekly`, `monthly`, or None when it does not refill."""
    used: Money | None = None
    available: bool | None = None
    """The provider's own word, or its documented rule, on whether it still serves; None when neither says."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one observation said about a credential's windows, overage and balance."""

    observed_at: datetime
    origin: Origin
    windows: tuple[Window, ...] = ()
    overage: Overage | None = None
    balance: Balance | None = None
    plan: str | None = None
    notes: tuple[str, ...] = ()
    """What else the account's own endpoint said, each a sentence."""

    def window(self, name: str) -> Window | None:
        """The window of that name, if this reading has it."""
        return next((window for window in self.windows if window.name == name), None)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A window as it was last seen, and by whom."""

    window: Window
    observed_at: datetime
    origin: Origin
