"""What a person sees at one moment: credentials with their windows and lanes, and agents, already judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum

from quotaboard.domain.judgement import UNSEEN, Judgement
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
    cost_per_day: Cost | None = None
    """What a day of looking at it costs at the most, were it to serve all day."""


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
    hint: str | None = None
    """One sentence on what to put right, although it works as it is."""
    hides: str | None = None
    """One sentence on what cannot be seen of it."""
    notes: tuple[str, ...] = ()
    """What else it said of the account, each a sentence."""
    tokens_today: int = 0
    daily_budget: int | None = None
    cost_per_day: Cost | None = None
    """What looking at it costs a day, with consent."""
    host: str | None = None
    """The machine that looks at it; None for this one."""

    @property
    def own_name(self) -> str:
        """What it is called on its machine."""
        name = self.credential.name
        return name if self.host is None else name.removesuffix(f"@{self.host}")


class Price(StrEnum):
    """What a request on a route costs, cheapest first. Being billed beyond a plan is a verdict: `paid`."""

    FREE = "free"
    """A server of one's own."""
    PLAN = "plan"
    """Covered by what is paid already."""
    METERED = "metered"
    """By the token."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A route that an agent could be put on, and the lane that it stands on."""

    name: str
    lane: Lane | None = None
    """None when nothing is known of its key, or its model is not said."""
    active: bool = False
    model: str | None = None
    provider: str = ""
    host: str | None = None
    """None for the provider's public one."""
    price: Price = Price.UNKNOWN
    origin: str = ""
    """Where it was found, as `domain.agent.Origin`."""
    trouble: str | None = None
    """One sentence when it cannot be used as it is, ending in what mends it."""
    judgement: Judgement = UNSEEN
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an agent, or that it said itself: in its log, in its state."""

    at: datetime
    agent: str
    kind: str
    """`failed`, `fallback`, `waits`, `avoids`, `switched`, `undone`, `decided`."""
    text: str
    """One line, without secrets."""
    lane: str | None = None
    """The id of the lane that it is about."""


@dataclass(frozen=True, slots=True)
class AgentView:
    """One home of an agent: what it is on, what its next request will meet, and what else it could use."""

    id: str
    """As commands take it: `hermes`, or `hermes:work`."""
    title: str
    home: str
    """The folder."""
    running: bool | None = None
    """None when that cannot be told."""
    now: ProfileView | None = None
    """What it will really send; None when its config cannot be read."""
    profiles: tuple[ProfileView, ...] = ()
    version: str | None = None
    warnings: tuple[str, ...] = ()
    trouble: str | None = None
    """Why it cannot be read."""
    locked: str | None = None
    """Why it can be read but not switched."""
    sends_several: bool = False
    """Whether more than one key travels in its requests, so that it is not certain which one counts."""
    said: Event | None = None
    """The newest event."""
    host: str | None = None
    """The machine that it is on; None for this one."""

    @property
    def active(self) -> str | None:
        """The name of the profile that it is on."""
        return next((profile.name for profile in self.profiles if profile.active), None)

    @property
    def lane(self) -> Lane | None:
        """The lane that its next request will use."""
        return self.now.lane if self.now else None

    @property
    def judgement(self) -> Judgement:
        return self.now.judgement if self.now else UNSEEN

    @property
    def since(self) -> datetime | None:
        return self.now.since if self.now else None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything at one moment."""

    at: datetime
    credentials: tuple[CredentialView, ...] = ()
    agents: tuple[AgentView, ...] = ()
    tokens_today: int = 0
    next_look_at: datetime | None = None
    watched_elsewhere: bool = False
    """Another quotaboard holds the lease and asks; this one reads what it finds."""
    trouble: str | None = None
    """One sentence about the whole, such as a store that cannot be written."""
    muted: bool = False
    """A person has muted the alerts."""
    alert_trouble: str | None = None
    """One sentence when the last alert did not reach everybody that the config names."""
    quiet_until: time | None = None
    """By the clock on the wall, while the quiet hours of the alerts last."""
    afar: bool = False
    """It shows other machines, on which nothing can be done from here."""

    @property
    def lanes(self) -> tuple[LaneView, ...]:
        # By way of a list: of tuples that it has to cut to their length, Python sets thousands aside.
        lanes = [lane for credential in self.credentials for lane in credential.lanes]
        return tuple(lanes)

    def count(self, *verdicts: Verdict) -> int:
        """How many lanes have one of these verdicts."""
        return sum(lane.judgement.verdict in verdicts for lane in self.lanes)

    @property
    def blocked(self) -> int:
        return sum(lane.judgement.blocked is True for lane in self.lanes)
