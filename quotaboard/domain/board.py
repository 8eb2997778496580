"""What a person sees at one moment: credentials with their windows and lanes, already judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Credential, Lane
from quotaboard.domain.reading import Balance, Overage, Sighting
from quotaboard.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request, or many, cost."""

    input_tokens: int
    output_tokens: int
    usd: Decimal | None = None
    """None when no price is known, or when a plan covers it and nobody bills it by token."""

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a window will be empty if it is used on as lately. No Forecast when too little is known."""

    empty_at: datetime | None
    """None when it lasts until its reset."""

    @property
    def lasts_until_reset(self) -> bool:
        return self.empty_at is None


@dataclass(frozen=True, slots=True)
class WindowView:
    """A window, the age of what is known about it, and where it is heading."""

    sighting: Sighting
    stale: bool
    """Too old to rely on, or its reset has passed since: then its use is not known."""
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class LaneView:
    """A lane, its verdict, and when it will be asked next."""

    lane: Lane
    judgement: Judgement
    since: datetime | None = None
    """Since when it has had this verdict."""
    next_look_at: datetime | None = None
    """None: nothing is planned (no consent, paused, or nothing to learn)."""
    next_look_cost: Cost | None = None
    cost: Cost | None = None
    """What the last look cost."""
    latency_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CredentialView:
    """A credential, how full it is, and its lanes."""

    credential: Credential
    windows: tuple[WindowView, ...] = ()
    overage: Overage | None = None
    balance: Balance | None = None
    lanes: tuple[LaneView, ...] = ()
    consent: bool = False
    """Whether tokens may be spent on it."""
    trouble: str | None = None
    """One sentence when it cannot be read or used at all."""
    tokens_today: int = 0
    daily_budget: int | None = None
    cost_per_day: Cost | None = None
    """What looking at it costs a day, with consent."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything at one moment."""

    at: datetime
    credentials: tuple[CredentialView, ...] = ()
    tokens_today: int = 0
    next_look_at: datetime | None = None
    watched_elsewhere: bool = False
    """Another quotaboard holds the lease and asks; this one reads what it finds."""
    trouble: str | None = None
    """One sentence about the whole, such as a store that cannot be written."""

    @property
    def lanes(self) -> tuple[LaneView, ...]:
        return tuple(lane for credential in self.credentials for lane in credential.lanes)

    def count(self, *verdicts: Verdict) -> int:
        """How many lanes have one of these verdicts."""
        return sum(lane.judgement.verdict in verdicts for lane in self.lanes)

    @property
    def blocked(self) -> int:
        return sum(lane.judgement.blocked is True for lane in self.lanes)
